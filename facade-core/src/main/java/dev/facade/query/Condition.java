package dev.facade.query;

import java.util.Objects;

/**
 * A condition on rows. Immutable; belongs to no node. Made by {@link Expression}'s comparisons, by {@link #exists} and by
 * {@link #fragment}.
 */
public final class Condition {

    private final Node node;

    Condition(Node node) {
        this.node = node;
    }

    Node node() {
        return node;
    }

    /**
     * Is met if a subquery finds a row. It may name the aliases of the query around it.
     *
     * @param query the subquery
     * @return the condition
     */
    public static Condition exists(Query<?> query) {
        Objects.requireNonNull(query, "query");
        return new Condition(out -> query.renderSubquery(out.add("exists ")));
    }

    /** Is met by the entity of the query around it if another query of that entity finds it. */
    static Condition isAmong(Query<?> found) {
        return new Condition(out -> {
            String around = out.root();
            Condition same = new Condition(inner -> inner.add(inner.root() + " = " + around));
            found.where(same).renderSubquery(out.add("exists "));
        });
    }

    /**
     * A condition in the database's own words.
     *
     * @param sql a constant of the program's, with a {@code ?} for each argument
     * @param arguments expressions, or values to bind
     * @return the condition
     */
    public static Condition fragment(String sql, Object... arguments) {
        return Expression.fragment(Boolean.class, sql, arguments).isTrue();
    }

    /**
     * Needs both.
     *
     * @param other the other condition
     * @return a new condition
     */
    public Condition and(Condition other) {
        return both(" and ", other);
    }

    /**
     * Needs one of both.
     *
     * @param other the other condition
     * @return a new condition
     */
    public Condition or(Condition other) {
        return both(" or ", other);
    }

    /**
     * Is met if this one is not.
     *
     * @return a new condition
     */
    public Condition not() {
        return new Condition(out -> out.add("not (").add(node).add(")"));
    }

    private Condition both(String word, Condition other) {
        Node right = Objects.requireNonNull(other, "other").node;
        return new Condition(out -> out.add("(").add(node).add(word).add(right).add(")"));
    }
}
