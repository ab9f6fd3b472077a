package dev.facade.cluster;

import org.jspecify.annotations.Nullable;

/**
 * A place in the master's log. Immutable, thread-safe.
 *
 * <p>Positions are partially ordered: of two from different histories, neither covers the other.
 */
public interface Position {

    /**
     * Makes a position of PostgreSQL.
     *
     * @param system the cluster's {@code system_identifier}
     * @param timeline the timeline, at least 1
     * @param lsn the log sequence number, an unsigned number of 64 bits
     * @return the position
     */
    static Position ofPostgres(long system, int timeline, long lsn) {
        return new PostgresPosition(system, timeline, lsn);
    }

    /**
     * Makes a position where nothing but time is known: what was committed until a moment. It means nothing elsewhere.
     *
     * @param nanos the moment, by the facade's ticker
     * @return the position
     */
    static Position ofMoment(long nanos) {
        return new MomentPosition(nanos);
    }

    /**
     * Reads what {@link #text()} has written.
     *
     * @param text the text
     * @return the position, or null if the text is none
     */
    static @Nullable Position parse(String text) {
        return PostgresPosition.parse(text);
    }

    /**
     * Tells whether what is here has all that is there.
     *
     * @param other another position
     * @return true if it has; false if it has not, or if that is not known
     */
    boolean covers(Position other);

    /**
     * Tells whether both belong to one history, so that one of them covers the other.
     *
     * @param other another position
     * @return true if they can be compared
     */
    boolean comparable(Position other);

    /**
     * Returns the one that covers both.
     *
     * @param other a position of the same history
     * @return the later one
     * @throws IllegalArgumentException if they cannot be compared
     */
    default Position merge(Position other) {
        if (!comparable(other)) {
            throw new IllegalArgumentException(
                    "position: " + other + " (expected: one of the history of " + this + ")");
        }
        return covers(other) ? this : other;
    }

    /**
     * Returns it as text, for tokens and messages.
     *
     * @return letters, digits and slashes
     */
    String text();
}
