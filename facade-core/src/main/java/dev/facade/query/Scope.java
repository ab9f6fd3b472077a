package dev.facade.query;

import dev.facade.engine.entity.Echo;
import jakarta.persistence.metamodel.ManagedType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The aliases that a query, or a subquery inside it, may name. Used by one thread. */
final class Scope {

    /** The meaning of an alias: an entity or embeddable, or the columns of a subquery. */
    record Source(String alias, @Nullable ManagedType<?> type, Set<String> columns) {}

    private final @Nullable Scope outer;
    private final Map<String, Source> sources = new LinkedHashMap<>();
    private final Map<String, Node> selected = new LinkedHashMap<>();
    private @Nullable Source root;

    Scope(@Nullable Scope outer) {
        this.outer = outer;
    }

    @Nullable
    Scope outer() {
        return outer;
    }

    void add(@Nullable String name, Source source) {
        if (root == null) {
            root = source;
        }
        if (name != null && sources.putIfAbsent(name, source) != null) {
            throw new IllegalArgumentException(
                    "alias: '" + Echo.of(name) + "' is there already (expected: unique aliases)");
        }
    }

    void select(Expression<?> expression) {
        String name = expression.name();
        if (name != null) {
            selected.putIfAbsent(name, expression.node());
        }
    }

    Node selected(String name) {
        Node found = selected.get(name);
        if (found == null) {
            throw Names.unknown("alias", "", name, selected.keySet());
        }
        return found;
    }

    /** The aliases that may be named here. */
    Set<String> names() {
        Set<String> names = outer == null ? new TreeSet<>() : outer.names();
        names.addAll(sources.keySet());
        return names;
    }

    Source root() {
        if (root == null) {
            throw new IllegalStateException("a query without a source");
        }
        return root;
    }

    @Nullable
    Source find(String name) {
        Source found = sources.get(name);
        return found != null || outer == null ? found : outer.find(name);
    }
}
