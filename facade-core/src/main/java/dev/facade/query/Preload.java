package dev.facade.query;

import dev.facade.engine.entity.Echo;
import dev.facade.option.ReadOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Associations, and collections of elements, to load together with what is read. Immutable.
 *
 * <p>Each path is one statement for each level and each 500 entities, all on one node and in one snapshot. The order
 * that the mapping declares is kept. If nothing is associated, a collection becomes empty and a reference null. An
 * association is loaded if nobody has read it from the database, whatever stands in the field.
 *
 * <pre>{@code
 * List<Post> rows = repo.all(Post.class, Preload.of("author", "comments"));
 * repo.preload(post, Preload.of("comments"));
 * }</pre>
 *
 * @param paths attribute paths such as {@code author} or {@code comments.author}
 * @param queries for some of the paths, which of the associated entities are loaded, and in what order
 * @param functions for some of the paths, what finds the associated entities by their keys
 * @param isForced whether what is loaded already is read again
 */
public record Preload(
        List<String> paths,
        Map<String, Query<?>> queries,
        Map<String, Function<Collection<?>, ? extends Collection<?>>> functions,
        boolean isForced)
        implements ReadOption {

    /**
     * Checks and copies the components.
     *
     * @param paths attribute paths such as {@code author} or {@code comments.author}
     * @param queries for some of the paths, which of the associated entities are loaded, and in what order
     * @param functions for some of the paths, what finds the associated entities by their keys
     * @param isForced whether what is loaded already is read again
     */
    public Preload {
        paths = Collections.unmodifiableList(new ArrayList<>(paths));
        queries = Map.copyOf(queries);
        functions = Map.copyOf(functions);
        for (String path : paths) {
            if (path == null || path.isBlank() || path.startsWith(".") || path.endsWith(".") || path.contains("..")) {
                throw new IllegalArgumentException(
                        "path: '" + Echo.of(path) + "' (expected: attributes joined by dots)");
            }
        }
    }

    /**
     * Names the associations to load.
     *
     * @param paths attribute paths such as {@code comments.author}
     * @return the option
     */
    public static Preload of(String... paths) {
        return new Preload(Arrays.asList(paths), Map.of(), Map.of(), false);
    }

    /**
     * Adds an association of which a query says what is loaded: which entities, and in what order, instead of the declared
     * one. It is read even where the association is loaded already. Associations that the other side does not store take a
     * second statement. The limit of a query is one for all owners together.
     *
     * <p>Owners are left with plain collections, maybe incomplete ones: they are to be shown, never to be written. In a
     * host's transaction, where they would be, it is refused.
     *
     * @param path an attribute path
     * @param query reads whole entities of the association's class; no combination
     * @return a copy
     */
    public Preload with(String path, Query<?> query) {
        Objects.requireNonNull(query, "query");
        Map<String, Query<?>> more = new LinkedHashMap<>(queries);
        more.put(path, query);
        return new Preload(including(path), more, functions, isForced);
    }

    /**
     * Adds an association whose entities a function finds, in a cache or elsewhere, in the order that they are to have. For
     * the rest, see {@link #with(String, Query)}.
     *
     * @param path an attribute path
     * @param finder is given the keys of what is associated, for 500 owners at a time, and returns entities; what it does
     *     not return is left out
     * @return a copy
     */
    public Preload by(String path, Function<Collection<?>, ? extends Collection<?>> finder) {
        Objects.requireNonNull(finder, "finder");
        Map<String, Function<Collection<?>, ? extends Collection<?>>> more = new LinkedHashMap<>(functions);
        more.put(path, finder);
        return new Preload(including(path), queries, more, isForced);
    }

    private List<String> including(String path) {
        List<String> all = new ArrayList<>(paths);
        if (!all.contains(path)) {
            all.add(path);
        }
        return all;
    }

    /**
     * Tells whether owners are left with what a query or a function chose.
     *
     * @return true if one was given
     */
    public boolean isChosen() {
        return !queries.isEmpty() || !functions.isEmpty();
    }

    /**
     * Reads again what is loaded already.
     *
     * @return a copy
     */
    public Preload force() {
        return new Preload(paths, queries, functions, true);
    }
}
