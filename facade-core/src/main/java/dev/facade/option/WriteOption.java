package dev.facade.option;

import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An option of a write operation: one of those made here, or {@link Timeout}, {@link Schema}, or the conflict rule of
 * {@code dev.facade.query.OnConflict}. An operation refuses the options that it does not take.
 *
 * <pre>{@code
 * repo.insertAll(posts, WriteOption.progress(rows -> System.out.println(rows + " rows so far")));
 * repo.update(post, WriteOption.allowStale());
 * }</pre>
 */
public interface WriteOption {

    /**
     * Brings values of the database back into what is returned: defaults, generated columns, what a trigger changed.
     *
     * @param attributes which; none means all
     * @return the option
     */
    static Returning returning(String... attributes) {
        return new Returning(List.of(attributes));
    }

    /**
     * Runs an update even when nothing changes: the version is counted up, and with Hibernate entity listeners and update
     * timestamps take part. The row is locked and read first, since all of its columns may be written. With other
     * providers the entity must have a version.
     *
     * @return the option
     */
    static Force force() {
        return Force.FORCE;
    }

    /**
     * Takes a row that is gone, or was changed by somebody else, for a success.
     *
     * @return the option
     */
    static Stale allowStale() {
        return new Stale(null, "is stale");
    }

    /**
     * Turns a stale row into an error of a field instead of an exception; the message is {@code is stale}.
     *
     * @param field the field that gets the error
     * @return the option
     */
    static Stale staleError(String field) {
        return staleError(field, "is stale");
    }

    /**
     * Turns a stale row into an error of a field instead of an exception.
     *
     * @param field the field that gets the error
     * @param message the error's message
     * @return the option
     */
    static Stale staleError(String field, String message) {
        return new Stale(Objects.requireNonNull(field, "field"), Objects.requireNonNull(message, "message"));
    }

    /**
     * Tells a listener after each batch how many rows have been sent so far.
     *
     * @param listener called on the calling thread; what it throws ends the operation
     * @return the option
     */
    static Progress progress(LongConsumer listener) {
        return new Progress(listener);
    }

    /**
     * Which attributes are brought back.
     *
     * @param attributes their names; empty means all
     */
    record Returning(List<String> attributes) implements WriteOption {

        /**
         * Checks and copies the components.
         *
         * @param attributes their names; empty means all
         */
        public Returning {
            attributes = List.copyOf(attributes);
        }
    }

    /** An update runs even when nothing changes. */
    enum Force implements WriteOption {
        /** The only value. */
        FORCE
    }

    /**
     * The rule for a stale row.
     *
     * @param field the field that gets an error, or null: the row counts as a success
     * @param message the error's message
     */
    record Stale(@Nullable String field, String message) implements WriteOption {}

    /**
     * The listener that hears how far a bulk insert is.
     *
     * @param listener the listener
     */
    record Progress(LongConsumer listener) implements WriteOption {

        /**
         * Checks the component.
         *
         * @param listener the listener
         */
        public Progress {
            Objects.requireNonNull(listener, "listener");
        }
    }
}
