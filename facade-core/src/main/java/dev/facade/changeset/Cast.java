package dev.facade.changeset;

import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How values from outside are taken over. Immutable.
 *
 * <p>Defaults: text that is empty or blank counts as no value, nothing is trimmed, a value equal to the present one is no
 * change, and what cannot be converted {@code is invalid}.
 *
 * <pre>{@code
 * Changeset<Post> changeset =
 *         Changeset.cast(new Post(""), form, Cast.defaults().trim().emptyValues("", "-"), "title");
 * }</pre>
 *
 * @param empty which values count as none
 * @param trims whether text loses the white space around it
 * @param forces whether a value equal to the present one is a change
 * @param message of a value that cannot be converted
 */
public record Cast(Predicate<@Nullable Object> empty, boolean trims, boolean forces, String message) {

    /**
     * Checks the components.
     *
     * @param empty which values count as none
     * @param trims whether text loses the white space around it
     * @param forces whether a value equal to the present one is a change
     * @param message of a value that cannot be converted
     */
    public Cast {
        Objects.requireNonNull(empty, "empty");
        Objects.requireNonNull(message, "message");
    }

    /**
     * The defaults.
     *
     * @return the options
     */
    public static Cast defaults() {
        return new Cast(value -> value instanceof String text && text.isBlank(), false, false, "is invalid");
    }

    /**
     * Counts some values as none.
     *
     * @param values these, and no others
     * @return a copy
     */
    public Cast emptyValues(Object... values) {
        List<Object> all = List.of(values);
        return new Cast(value -> value != null && all.contains(value), trims, forces, message);
    }

    /**
     * Takes the white space around text away.
     *
     * @return a copy
     */
    public Cast trim() {
        return new Cast(empty, true, forces, message);
    }

    /**
     * Takes a value equal to the present one for a change.
     *
     * @return a copy
     */
    public Cast forceChanges() {
        return new Cast(empty, trims, true, message);
    }

    /**
     * Says something else of a value that cannot be converted.
     *
     * @param other the message
     * @return a copy
     */
    public Cast saying(String other) {
        return new Cast(empty, trims, forces, other);
    }

    @Nullable
    Object prepared(@Nullable Object raw) {
        Object value = trims && raw instanceof String text ? text.strip() : raw;
        return empty.test(value) ? null : value;
    }
}
