package dev.facade.query;

import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaUpdate;
import jakarta.persistence.criteria.Path;
import jakarta.persistence.criteria.Root;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One change of a bulk update. Immutable. */
public final class Change {

    private final String attribute;
    private final @Nullable Object value;
    private final boolean increment;

    private Change(String attribute, @Nullable Object value, boolean increment) {
        this.attribute = Objects.requireNonNull(attribute, "attribute");
        this.value = value;
        this.increment = increment;
    }

    /**
     * Sets an attribute.
     *
     * @param attribute its name
     * @param value bound, may be null
     * @return the change
     */
    public static Change set(String attribute, @Nullable Object value) {
        return new Change(attribute, value, false);
    }

    /**
     * Adds to a numeric attribute, in the database.
     *
     * @param attribute its name
     * @param by what to add, of the attribute's type; may be negative
     * @return the change
     */
    public static Change inc(String attribute, Number by) {
        return new Change(attribute, Objects.requireNonNull(by, "by"), true);
    }

    void apply(CriteriaBuilder builder, CriteriaUpdate<?> update, Root<?> root) {
        Attributes.checked(root.getModel(), attribute);
        if (increment) {
            Path<Number> path = root.get(attribute);
            update.set(path, builder.sum(path, (Number) Objects.requireNonNull(value)));
        } else {
            update.set(root.<Object>get(attribute), value);
        }
    }

    @Override
    public String toString() {
        return attribute + (increment ? " += " : " = ") + value;
    }
}
