package dev.facade.query;

import org.jspecify.annotations.Nullable;

/**
 * One criterion of an order. Immutable. Made by {@link Expression#asc()} and {@link Expression#desc()}.
 *
 * <pre>{@code
 * List<Post> rows = repo.all(from(Post.class).orderBy(field("publishedAt").desc().nullsLast()));
 * }</pre>
 */
public final class Order {

    private final @Nullable Expression<?> expression;
    private final boolean ascending;
    private final @Nullable Boolean nullsFirst;

    Order(@Nullable Expression<?> expression, boolean ascending, @Nullable Boolean nullsFirst) {
        this.expression = expression;
        this.ascending = ascending;
        this.nullsFirst = nullsFirst;
    }

    /**
     * Puts nulls first; by default the database decides.
     *
     * @return a copy
     */
    public Order nullsFirst() {
        return new Order(expression, ascending, true);
    }

    /**
     * Puts nulls last; by default the database decides.
     *
     * @return a copy
     */
    public Order nullsLast() {
        return new Order(expression, ascending, false);
    }

    /**
     * Turns the order round, nulls too.
     *
     * @return a copy
     */
    public Order reverse() {
        return new Order(expression, !ascending, nullsFirst == null ? null : !nullsFirst);
    }

    /** By the key, whatever its attributes are. */
    static Order byKey() {
        return new Order(null, true, null);
    }

    /** The expression that it orders by; null: the key. */
    @Nullable
    Expression<?> expression() {
        return expression;
    }

    boolean isAscending() {
        return ascending;
    }

    boolean saysWhereNullsGo() {
        return nullsFirst != null;
    }

    void render(Rendering out) {
        if (expression == null) {
            Keys.names(out.rootEntity()).forEach(name -> {
                out.path(name);
                out.add(ascending ? " asc, " : " desc, ");
            });
            out.takeFrom(out.length() - 2);
            return;
        }
        out.add(expression.node()).add(direction());
    }

    /** The words behind what it orders by. */
    String direction() {
        String nulls = nullsFirst == null ? "" : nullsFirst ? " nulls first" : " nulls last";
        return (ascending ? " asc" : " desc") + nulls;
    }

    /** The same, by an attribute. */
    Order by(String path) {
        return new Order(Expression.field(path), ascending, nullsFirst);
    }

    /** With nulls above all values, as PostgreSQL has them; unless it says where they go. */
    Order nullsHigh() {
        return nullsFirst != null ? this : ascending ? nullsLast() : nullsFirst();
    }

    boolean isNullsFirst() {
        return Boolean.TRUE.equals(nullsFirst);
    }
}
