package dev.facade.engine.call;

import dev.facade.option.ReadOption;
import dev.facade.query.Query;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The program's additions to every operation. Immutable; what it is made of must be thread-safe.
 *
 * @param defaultOptions the options of an operation, by its name; those of the call win
 * @param prepareQuery makes another query of each that is read, changed or deleted, by the operation's name
 * @param prepareTransaction runs at the beginning of each transaction that the facade opens on the master
 */
public record Hooks(
        Function<String, List<ReadOption>> defaultOptions,
        BiFunction<String, Query<?>, Query<?>> prepareQuery,
        Consumer<EntityManager> prepareTransaction) {

    private static final Hooks NONE = new Hooks(operation -> List.of(), (operation, query) -> query, em -> {});

    /**
     * Adds nothing.
     *
     * @return the hooks
     */
    public static Hooks none() {
        return NONE;
    }

    boolean hasDefaultOptions() {
        return defaultOptions != NONE.defaultOptions;
    }

    public boolean preparesQueries() {
        return prepareQuery != NONE.prepareQuery;
    }

    public boolean preparesTransactions() {
        return prepareTransaction != NONE.prepareTransaction;
    }

    /** The query, and each part of it, as the program's hook prepares it. */
    public Query<?> prepared(String operation, Query<?> query) {
        return preparesQueries() ? query.prepared(part -> made(operation, part)) : query;
    }

    private Query<?> made(String operation, Query<?> query) {
        Query<?> prepared = prepareQuery.apply(operation, query);
        if (prepared == null) {
            throw new IllegalStateException(
                    "prepareQuery: null for " + query + " of " + operation + " (expected: a query)");
        }
        return prepared;
    }
}
