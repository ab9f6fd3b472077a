package dev.facade.query;

import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The program's additions to each query, asked once for each entity that a part of a query names: an arm of a
 * combination, a subquery, a join. The program's own conditions are left as they are. Immutable.
 */
record Preparation(UnaryOperator<Query<?>> hook) {

    /** The whole query as the program's hook prepares it. */
    <T extends @Nullable Object> Query<T> of(Query<T> query) {
        Condition given = query.clauses().where;
        Query<T> open = query.without(given);
        @SuppressWarnings("unchecked")
        Query<T> prepared = query.isFromEntity() ? (Query<T>) hook.apply(open) : open;
        if (prepared == open && query.isBare()) {
            return query;
        }
        Condition added = added(prepared);
        return prepared.without(prepared.clauses().where)
                .meeting(given)
                .meeting(added)
                .preparedBy(this);
    }

    /** The rows of an entity that the program lets through; null: all. */
    @Nullable
    Condition restriction(Class<?> entity) {
        Query<?> all = Query.from(entity);
        Query<?> prepared = hook.apply(all);
        if (prepared == all) {
            return null;
        }
        if (!prepared.clauses().isPlain() || !prepared.isOfEntities()) {
            throw new UnsupportedOperationException("prepareQuery: more than conditions for "
                    + entity.getSimpleName() + " in a part of a query (expected: conditions only, since it is joined,"
                    + " combined or in a subquery there)");
        }
        return added(prepared);
    }

    /** The program may name what it would refuse to others. */
    private static @Nullable Condition added(Query<?> prepared) {
        Condition where = prepared.clauses().where;
        if (where == null) {
            return null;
        }
        return new Condition(out -> {
            out.give(prepared.clauses().parameters);
            out.trusting(Objects.requireNonNull(where).operand());
        });
    }
}
