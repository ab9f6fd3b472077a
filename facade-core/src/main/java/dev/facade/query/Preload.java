package dev.facade.query;

import dev.facade.option.ReadOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Associations to load together with what is read. Immutable.
 *
 * <p>Each path is one query per level, all on one node and in one snapshot, whatever the number of entities.
 *
 * @param paths attribute paths such as {@code author} or {@code comments.author}
 * @param queries for some of the paths, which of the associated entities are loaded, and in what order
 * @param isForced whether what is loaded already is read again
 */
public record Preload(List<String> paths, Map<String, Query<?>> queries, boolean isForced) implements ReadOption {

    /**
     * Checks and copies the components.
     *
     * @param paths attribute paths such as {@code author} or {@code comments.author}
     * @param queries for some of the paths, which of the associated entities are loaded, and in what order
     * @param isForced whether what is loaded already is read again
     */
    public Preload {
        paths = List.copyOf(paths);
        queries = Map.copyOf(queries);
        for (String path : paths) {
            if (path.isBlank() || path.startsWith(".") || path.endsWith(".") || path.contains("..")) {
                throw new IllegalArgumentException("path: '" + path + "' (expected: attributes joined by dots)");
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
        return new Preload(List.of(paths), Map.of(), false);
    }

    /**
     * Adds an association of which a query says what is loaded: which entities, and in what order.
     *
     * @param path an attribute path
     * @param query reads whole entities of the association's class
     * @return a copy
     */
    public Preload with(String path, Query<?> query) {
        Objects.requireNonNull(query, "query");
        Map<String, Query<?>> more = new LinkedHashMap<>(queries);
        more.put(path, query);
        List<String> all = new ArrayList<>(paths);
        if (!all.contains(path)) {
            all.add(path);
        }
        return new Preload(all, more, isForced);
    }

    /**
     * Reads again what is loaded already.
     *
     * @return a copy
     */
    public Preload force() {
        return new Preload(paths, queries, true);
    }
}
