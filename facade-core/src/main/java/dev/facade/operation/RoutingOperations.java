package dev.facade.operation;

import dev.facade.event.Explanation;
import dev.facade.option.ReadOption;
import dev.facade.query.Query;
import dev.facade.query.Queryable;

/**
 * The operations that tell of routes.
 *
 * <pre>{@code
 * Explanation explanation = repo.explain(from(Post.class), Consistency.strong());
 * }</pre>
 */
public interface RoutingOperations {

    /**
     * Tells where a read would go at present, without running it: the candidates, which rule removed the others, who is
     * picked and why. A round robin stays where it is; an algorithm of the caller's is asked as for a read. A replica whose
     * time outside is over may be handed the next read as a probe all the same.
     *
     * @param query what would be read
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency}, as the call would give them
     * @return what the rules say now, for this thread, its transaction and its session
     */
    Explanation explain(Queryable<?> query, ReadOption... options);

    /**
     * Tells where a read of an entity would go.
     *
     * @param type an entity class
     * @param options as for a query
     * @return what the rules say now
     */
    default Explanation explain(Class<?> type, ReadOption... options) {
        return explain(Query.from(type), options);
    }
}
