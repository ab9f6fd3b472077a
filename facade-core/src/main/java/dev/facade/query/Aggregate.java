package dev.facade.query;

import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.Expression;
import jakarta.persistence.criteria.Root;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value computed by the database over the entities that are read. Immutable.
 *
 * @param <R> the result
 */
public final class Aggregate<R> {

    private final String text;
    private final Class<R> type;
    private final @Nullable String attribute;
    private final Function<R> function;

    private Aggregate(String name, Class<R> type, @Nullable String attribute, Function<R> function) {
        this.text = name + (attribute == null ? "" : " of " + attribute);
        this.type = Objects.requireNonNull(type, "type");
        this.attribute = attribute;
        this.function = function;
    }

    /**
     * The number of entities; 0 when there is none.
     *
     * @return the aggregate
     */
    public static Aggregate<Long> count() {
        return new Aggregate<>("count", Long.class, null, (builder, root, path) -> builder.count(root));
    }

    /**
     * The sum of a numeric attribute, in the type that JPA gives to sums; empty when there is no entity.
     *
     * @param attribute the attribute's name
     * @return the aggregate
     */
    public static Aggregate<Number> sum(String attribute) {
        return new Aggregate<>(
                "sum",
                Number.class,
                named(attribute),
                (builder, root, path) -> builder.sum(Aggregate.<Number>cast(path)));
    }

    /**
     * The mean of a numeric attribute; empty when there is no entity.
     *
     * @param attribute the attribute's name
     * @return the aggregate
     */
    public static Aggregate<Double> avg(String attribute) {
        return new Aggregate<>(
                "avg",
                Double.class,
                named(attribute),
                (builder, root, path) -> builder.avg(Aggregate.<Number>cast(path)));
    }

    /**
     * The least value of an attribute; empty when there is no entity.
     *
     * @param attribute the attribute's name
     * @param type the attribute's type
     * @param <R> the attribute's type
     * @return the aggregate
     */
    public static <R extends Comparable<? super R>> Aggregate<R> min(String attribute, Class<R> type) {
        return new Aggregate<>(
                "min", type, named(attribute), (builder, root, path) -> builder.least(Aggregate.<R>cast(path)));
    }

    /**
     * The greatest value of an attribute; empty when there is no entity.
     *
     * @param attribute the attribute's name
     * @param type the attribute's type
     * @param <R> the attribute's type
     * @return the aggregate
     */
    public static <R extends Comparable<? super R>> Aggregate<R> max(String attribute, Class<R> type) {
        return new Aggregate<>(
                "max", type, named(attribute), (builder, root, path) -> builder.greatest(Aggregate.<R>cast(path)));
    }

    Class<R> type() {
        return type;
    }

    Expression<R> of(CriteriaBuilder builder, Root<?> root) {
        if (attribute == null) {
            return function.on(builder, root, root);
        }
        Attributes.checked(root.getModel(), attribute);
        return function.on(builder, root, root.get(attribute));
    }

    @Override
    public String toString() {
        return text;
    }

    private static String named(String attribute) {
        return Objects.requireNonNull(attribute, "attribute");
    }

    @SuppressWarnings("unchecked")
    private static <V> Expression<V> cast(Expression<?> path) {
        return (Expression<V>) path;
    }

    @FunctionalInterface
    private interface Function<R> {
        Expression<R> on(CriteriaBuilder builder, Root<?> root, Expression<?> path);
    }
}
