package dev.facade.query;

import dev.facade.engine.entity.Echo;
import dev.facade.option.WriteOption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rule for an insert that finds its row already there. Immutable.
 *
 * <p>Without it a conflict is an error. PostgreSQL needs to know which conflict is meant, by {@link #target}, for
 * everything but {@link #nothing()}.
 *
 * <p>An existing row that the entity's class does not see, since it is of another class in the same table or behind a
 * restriction of the mapping, is never changed; the insert is stale.
 *
 * <pre>{@code
 * repo.insert(new Post("Hello"), OnConflict.replace("title").target("slug"));
 * }</pre>
 *
 * @param action what is done
 * @param attributes of {@code REPLACE} and {@code REPLACE_ALL_EXCEPT}
 * @param changes of {@code UPDATE}, at least one
 * @param condition of {@code UPDATE}: which existing rows are changed, or null for all
 * @param target attributes whose equality is the conflict; empty: any
 */
public record OnConflict(
        Action action,
        List<String> attributes,
        List<Change> changes,
        @Nullable Condition condition,
        List<String> target)
        implements WriteOption {

    /** The ways to deal with a conflict. */
    public enum Action {
        /** It is an error. */
        RAISE,
        /** The new row is left out. */
        NOTHING,
        /** The existing row takes all values of the new one, its key too unless that is the target. */
        REPLACE_ALL,
        /** The existing row takes all values but some. */
        REPLACE_ALL_EXCEPT,
        /** The existing row takes some values. */
        REPLACE,
        /** The existing row is changed. */
        UPDATE
    }

    /**
     * Checks and copies the components.
     *
     * @param action what is done
     * @param attributes of {@code REPLACE} and {@code REPLACE_ALL_EXCEPT}
     * @param changes of {@code UPDATE}, at least one
     * @param condition of {@code UPDATE}: which existing rows are changed, or null for all
     * @param target attributes whose equality is the conflict; empty: any
     */
    public OnConflict {
        Objects.requireNonNull(action, "action");
        attributes = List.copyOf(attributes);
        changes = List.copyOf(changes);
        Change.checkDistinct(changes);
        target = List.copyOf(target);
        boolean listed = action == Action.REPLACE || action == Action.REPLACE_ALL_EXCEPT;
        check(listed == !attributes.isEmpty(), "attributes", attributes, listed ? "at least one" : "none");
        boolean updates = action == Action.UPDATE;
        check(updates == !changes.isEmpty(), "changes", changes, updates ? "at least one" : "none");
        check(updates || condition == null, "condition", condition, "none");
        check(action != Action.RAISE || target.isEmpty(), "target", target, "none, since a conflict is an error");
    }

    private static void check(boolean valid, String name, @Nullable Object value, String expected) {
        if (!valid) {
            throw new IllegalArgumentException(
                    "onConflict: " + name + " " + Echo.of(value) + " (expected: " + expected + ")");
        }
    }

    /**
     * A conflict is an error; the default.
     *
     * @return the option
     */
    public static OnConflict raise() {
        return of(Action.RAISE, List.of(), List.of());
    }

    /**
     * Leaves the new row out.
     *
     * @return the option
     */
    public static OnConflict nothing() {
        return of(Action.NOTHING, List.of(), List.of());
    }

    /**
     * Gives the existing row all values of the new one, its key too unless that is the target.
     *
     * @return the option
     */
    public static OnConflict replaceAll() {
        return of(Action.REPLACE_ALL, List.of(), List.of());
    }

    /**
     * Gives the existing row all values of the new one but some.
     *
     * @param attributes those that stay
     * @return the option
     */
    public static OnConflict replaceAllExcept(String... attributes) {
        return of(Action.REPLACE_ALL_EXCEPT, List.of(attributes), List.of());
    }

    /**
     * Gives the existing row some values of the new one.
     *
     * @param attributes those that are replaced
     * @return the option
     */
    public static OnConflict replace(String... attributes) {
        return of(Action.REPLACE, List.of(attributes), List.of());
    }

    /**
     * Changes the existing row.
     *
     * @param changes at least one
     * @return the option
     */
    public static OnConflict update(Change... changes) {
        return of(Action.UPDATE, List.of(), List.of(changes));
    }

    private static OnConflict of(Action action, List<String> attributes, List<Change> changes) {
        return new OnConflict(action, attributes, changes, null, List.of());
    }

    /**
     * Changes the existing row only if it meets a condition; if it does not, the insert is stale.
     *
     * @param condition on the existing row
     * @return a copy
     */
    public OnConflict where(Condition condition) {
        return new OnConflict(action, attributes, changes, Objects.requireNonNull(condition, "condition"), target);
    }

    /**
     * Names the attributes whose equality is the conflict; there must be a unique constraint on them.
     *
     * @param attributes their names
     * @return a copy
     */
    public OnConflict target(String... attributes) {
        return new OnConflict(action, this.attributes, changes, condition, List.of(attributes));
    }
}
