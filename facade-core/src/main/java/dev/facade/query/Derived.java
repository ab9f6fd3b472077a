package dev.facade.query;

import dev.facade.engine.entity.Echo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Aggregates over rows that are cut off, distinct or combined: over a subquery, that is; with Hibernate. */
final class Derived {

    private static final String KEY = "facade_key";
    private static final String VALUE = "facade_value";

    private Derived() {}

    static <R extends @Nullable Object> Query<R> aggregate(Query<?> all, Expression<R> aggregate) {
        Expression<?> operand = aggregate.operand();
        Query<?> rows = all.clauses().isLimited() ? all : all.unordered();
        if (all.isOfEntities()) {
            return of(rows.selectEverywhere(ofEntities(all, operand)), aggregate, operand == null ? null : VALUE);
        }
        if (operand == null || rows.columns().contains(operand.name())) {
            return of(rows, aggregate, operand == null ? null : operand.name());
        }
        if (all.isCombined() || all.clauses().distinct) {
            throw new IllegalArgumentException("aggregate: of " + Echo.of(operand) + " over rows of "
                    + Echo.of(rows.columns()) + " (expected: of one of them)");
        }
        return of(rows.select(operand.as(VALUE)), aggregate, VALUE);
    }

    /**
     * Rows of a combination are one only if they are of the same entity, so the key goes with the value. An aggregate of
     * distinct rows looks at each value once, as Ecto's does.
     */
    private static List<Expression<?>> ofEntities(Query<?> all, @Nullable Expression<?> operand) {
        List<Expression<?>> selected = new ArrayList<>();
        if (all.isCombined() || (all.clauses().distinct && operand == null)) {
            selected.add(Expression.key().as(KEY));
        }
        if (operand != null) {
            selected.add(operand.as(VALUE));
        }
        return selected.isEmpty() ? List.of(Expression.value(1).as(VALUE)) : selected;
    }

    private static <R extends @Nullable Object> Query<R> of(
            Query<?> rows, Expression<R> aggregate, @Nullable String column) {
        return Query.from(rows).select(aggregate.over(column == null ? null : Expression.field(column)));
    }
}
