package dev.facade.query;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A condition on rows. Immutable; belongs to no node. Made by {@link Expression}'s comparisons, by {@link #exists} and by
 * {@link #fragment}.
 *
 * <pre>{@code
 * Condition popular = field("likes").gt(100).or(field("title").like("Hello%"));
 * List<Post> rows = repo.all(from(Post.class).where(popular.and(field("slug").isNotNull())));
 * }</pre>
 */
public final class Condition {

    private final Node node;
    private final boolean negated;

    Condition(Node node) {
        this(node, false);
    }

    private Condition(Node node, boolean negated) {
        this.node = node;
        this.negated = negated;
    }

    /** Writes it where it stands alone. */
    Node node() {
        return this::render;
    }

    /** Writes it where it stands beside an {@code and}. */
    Node operand() {
        boolean grouped = node instanceof Junction junction && junction.isAny(negated);
        return grouped ? out -> out.add("(").add(node()).add(")") : node();
    }

    private void render(Rendering out) {
        if (node instanceof Junction junction) {
            junction.render(out, negated);
        } else {
            out.add(negated ? "not " : "").add(node);
        }
    }

    /** One of several joined by one word, or null. */
    @Nullable
    Junction junction(boolean any) {
        return node instanceof Junction junction && junction.isAny(negated) == any ? junction : null;
    }

    boolean isNegated() {
        return negated;
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
        return joined(false, other);
    }

    /**
     * Needs one of both.
     *
     * @param other the other condition
     * @return a new condition
     */
    public Condition or(Condition other) {
        return joined(true, other);
    }

    /**
     * Is met if this one is not.
     *
     * @return a new condition
     */
    public Condition not() {
        return new Condition(node, !negated);
    }

    private Condition joined(boolean any, Condition other) {
        return new Condition(new Junction(any, this, Objects.requireNonNull(other, "other")));
    }
}
