package dev.facade.query;

import org.jspecify.annotations.Nullable;

/** Aggregates over rows that are cut off, distinct or combined: over a subquery, that is; with Hibernate. */
final class Derived {

    private static final String VALUE = "facade_value";

    private Derived() {}

    static <R extends @Nullable Object> Query<R> aggregate(Query<?> all, Expression<R> aggregate) {
        Expression<?> operand = aggregate.operand();
        Query<?> rows = all.clauses().isLimited() ? all : all.unordered();
        Query<?> values;
        if (operand != null) {
            values = rows.select(operand.as(VALUE));
        } else if (rows.isOfEntities()) {
            values = rows.select(Expression.key().as(VALUE));
        } else {
            values = rows;
        }
        Expression<?> of = operand == null ? null : Expression.field(VALUE);
        return Query.from(values).select(aggregate.over(of));
    }
}
