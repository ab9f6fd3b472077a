package dev.facade.test.history;

import dev.facade.event.Role;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An operation of a session on a list. Values are written once only. Moments are nanoseconds by one clock. */
sealed interface ListEvent {

    int session();

    String list();

    /** The part that an item belongs to; null for a part. */
    @Nullable
    String part();

    /**
     * A value was appended.
     *
     * @param named the length of the part's list that the item names
     * @param acknowledged false if the outcome is not known, or was a failure
     * @param endedNanos when that was known
     */
    record Append(
            int session,
            String list,
            @Nullable String part,
            int named,
            int value,
            boolean acknowledged,
            long endedNanos)
            implements ListEvent {}

    /**
     * A list was read.
     *
     * @param named the length of the part's list that the item names
     * @param role where it was read
     * @param begunNanos when it was asked for
     */
    record Seen(int session, String list, @Nullable String part, int named, int[] values, Role role, long begunNanos)
            implements ListEvent {

        @Override
        public String toString() {
            return "session " + session + " saw " + list + Arrays.toString(values)
                    + (part == null ? "" : ", naming " + named + " of " + part) + " on a " + role;
        }
    }

    /**
     * It was said that the row is not there, and it is.
     *
     * @param how what was said
     */
    record Missing(int session, String list, @Nullable String part, String how) implements ListEvent {

        @Override
        public String toString() {
            return "session " + session + " was told of " + list + ": " + how;
        }
    }
}
