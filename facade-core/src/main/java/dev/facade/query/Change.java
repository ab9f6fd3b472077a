package dev.facade.query;

import dev.facade.engine.entity.Echo;
import dev.facade.engine.entity.Lossless;
import jakarta.persistence.metamodel.EntityType;
import jakarta.persistence.metamodel.SingularAttribute;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One change of a bulk update or of an upsert. Immutable.
 *
 * <pre>{@code
 * repo.updateAll(from(Post.class).where("slug", "hello"), Change.inc("likes", 1), Change.set("title", "Hello"));
 * }</pre>
 *
 * @param attribute the attribute's name
 * @param kind what is done to it
 * @param value bound, or an {@link Expression}; of {@code SET} it may be null
 */
public record Change(String attribute, Kind kind, @Nullable Object value) {

    /** The kinds of changes. */
    public enum Kind {
        /** It takes the value. */
        SET,
        /** The value is added, in the database. */
        INC,
        /** The value is appended to an array, in the database. */
        PUSH,
        /** The value is taken out of an array, in the database. */
        PULL
    }

    /**
     * Checks the components.
     *
     * @param attribute the attribute's name
     * @param kind what is done to it
     * @param value bound, or an {@link Expression}; of {@code SET} it may be null
     */
    public Change {
        Objects.requireNonNull(attribute, "attribute");
        if (value == null && kind != Kind.SET) {
            throw new IllegalArgumentException(Echo.of(attribute) + ": null (expected: a value)");
        }
    }

    /**
     * Sets an attribute.
     *
     * @param attribute its name
     * @param value bound, may be null; or an {@link Expression} that the database computes
     * @return the change
     */
    public static Change set(String attribute, @Nullable Object value) {
        return new Change(attribute, Kind.SET, value);
    }

    /**
     * Adds to a numeric attribute, in the database.
     *
     * @param attribute its name
     * @param by what to add, which the attribute's type can hold; may be negative
     * @return the change
     */
    public static Change inc(String attribute, Number by) {
        return new Change(attribute, Kind.INC, by);
    }

    /**
     * Appends to an array attribute, in the database; where it has arrays, and with Hibernate.
     *
     * @param attribute its name
     * @param element what to append
     * @return the change
     */
    public static Change push(String attribute, Object element) {
        return new Change(attribute, Kind.PUSH, element);
    }

    /**
     * Takes an element out of an array attribute, in the database; where it has arrays, and with Hibernate.
     *
     * @param attribute its name
     * @param element what to take out
     * @return the change
     */
    public static Change pull(String attribute, Object element) {
        return new Change(attribute, Kind.PULL, element);
    }

    /** An attribute can be changed in one way only. */
    static void checkDistinct(List<Change> changes) {
        Set<String> seen = new HashSet<>();
        for (Change change : changes) {
            if (!seen.add(change.attribute)) {
                throw new IllegalArgumentException("changes: " + Echo.of(change.attribute) + " twice in "
                        + Echo.of(changes) + " (expected: once at most)");
            }
        }
    }

    /** With a number that is the version counted up, where the provider does not do so by a word of its own. */
    static List<Change> counted(List<Change> changes, EntityType<?> type, boolean byProvider) {
        SingularAttribute<?, ?> version = byProvider ? null : Keys.version(type);
        boolean number = version != null && Number.class.isAssignableFrom(Lossless.boxed(version.getJavaType()));
        if (!number) {
            return changes;
        }
        List<Change> counted = new ArrayList<>(changes);
        counted.add(inc(Objects.requireNonNull(version).getName(), 1));
        return counted;
    }

    void render(Rendering out) {
        out.checkOwn(attribute);
        out.path(attribute);
        out.add(" = ");
        Expression<Object> current = Expression.field(attribute);
        switch (kind) {
            case SET -> current.renderOperand(out, value);
            case INC -> current.renderOperand(out.add(current.node()).add(" + "), value);
            case PUSH -> array(out, current, "array_append");
            case PULL -> array(out, current, "array_remove");
        }
    }

    private void array(Rendering out, Expression<?> current, String function) {
        out.hibernateOnly(kind + " of " + attribute);
        out.add(function).add("(").add(current.node()).add(", ");
        if (value instanceof Expression<?> expression) {
            out.add(expression.node());
        } else {
            new Expression.Bound(out.fittingElement(attribute, Objects.requireNonNull(value))).renderTyped(out);
        }
        out.add(")");
    }

    @Override
    public String toString() {
        return attribute + " " + kind + " " + value;
    }
}
