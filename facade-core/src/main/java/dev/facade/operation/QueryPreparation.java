package dev.facade.operation;

import dev.facade.query.Query;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What an application does to every query before it runs. As thread-safe as the function. */
final class QueryPreparation {

    static final QueryPreparation NONE = new QueryPreparation(null);

    private final @Nullable BiFunction<String, Query<?>, Query<?>> function;

    private QueryPreparation(@Nullable BiFunction<String, Query<?>, Query<?>> function) {
        this.function = function;
    }

    static QueryPreparation by(BiFunction<String, Query<?>, Query<?>> function) {
        return new QueryPreparation(Objects.requireNonNull(function, "prepareQuery"));
    }

    boolean isNone() {
        return function == null;
    }

    /** The prepared query; rows become what they became before. */
    @SuppressWarnings("unchecked")
    <T extends @Nullable Object> Query<T> of(String operation, Query<T> query) {
        if (function == null) {
            return query;
        }
        Query<?> prepared = function.apply(operation, query);
        if (prepared == null) {
            throw new IllegalStateException(
                    "prepareQuery: null for " + query + " of " + operation + " (expected: a query)");
        }
        return (Query<T>) prepared;
    }
}
