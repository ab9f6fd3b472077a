package dev.facade.cluster;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A place in the master's log. Immutable, thread-safe.
 *
 * <p>Positions are partially ordered: of two from different histories neither covers the other, and of two from one
 * history neither may, where a database writes several logs side by side.
 *
 * <pre>{@code
 * Position earlier = Position.ofPostgres(7, 1, 0x1000);
 * Position later = Position.ofPostgres(7, 1, 0x2000);
 * OptionalLong bytes = later.bytesSince(earlier); // 4096
 * }</pre>
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
        return PostgresPosition.of(system, timeline, lsn, 0);
    }

    /**
     * Makes a position of PostgreSQL on a timeline whose beginning is known.
     *
     * @param system the cluster's {@code system_identifier}
     * @param timeline the timeline, at least 1
     * @param lsn the log sequence number, an unsigned number of 64 bits
     * @param began where the recovery ended with which the timeline began, as its master tells; 0 if that is not known
     * @return the position
     */
    static Position ofPostgres(long system, int timeline, long lsn, long began) {
        return PostgresPosition.of(system, timeline, lsn, began);
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
     * Makes a position of MariaDB. It holds for each replication domain the last transaction, and two of them belong to
     * one history if they have a domain in common and in each common one the same server was the last to write; so not
     * across a failover, see {@code docs/consistency.md}. MariaDB has no name for a cluster: positions of two clusters
     * that use the same domains and server ids look alike.
     *
     * @param gtids global transaction ids as MariaDB writes them, such as {@code 0-1-100,1-3-7}; where a domain stands
     *     twice its highest sequence number counts
     * @return the position
     * @throws IllegalArgumentException if it is none, or empty
     */
    static Position ofMariaDb(String gtids) {
        return MariaDbPosition.ofGtids(gtids);
    }

    /**
     * Reads what {@link #text()} has written.
     *
     * @param text the text
     * @return the position, or null if the text is none
     */
    static @Nullable Position parse(String text) {
        Position postgres = PostgresPosition.parse(text);
        return postgres != null ? postgres : MariaDbPosition.parse(text);
    }

    /**
     * Tells whether what is here has all that is there.
     *
     * @param other another position
     * @return true if it has; false if it has not, or if that is not known
     */
    boolean covers(Position other);

    /**
     * Returns the later one of two positions; of two histories the one that was heard of last.
     *
     * @param known a position, or null if none is known
     * @param heard a position that was heard of after it
     * @return the later one, or what covers both
     */
    static Position later(@Nullable Position known, Position heard) {
        return known == null || !known.comparable(heard) ? heard : known.merge(heard);
    }

    /**
     * Tells whether both belong to one history, so that they can be merged.
     *
     * @param other another position
     * @return true if they can be compared
     */
    boolean comparable(Position other);

    /**
     * Tells whether both are of one cluster, whatever the history.
     *
     * @param other another position
     * @return true if that is known; false by default, as where positions do not name their cluster
     */
    default boolean isOfClusterOf(Position other) {
        return false;
    }

    /**
     * Tells whether both are of different clusters, so that neither server can follow the other.
     *
     * @param other another position
     * @return true if that is known; false by default, as where positions do not name their cluster
     */
    default boolean isForeignTo(Position other) {
        return false;
    }

    /**
     * Tells how much of the master's log lies between.
     *
     * @param earlier a position of the same history
     * @return bytes, never negative; empty where positions do not count bytes, or cannot be compared
     */
    default OptionalLong bytesSince(Position earlier) {
        return OptionalLong.empty();
    }

    /**
     * Tells whether it is of a later history of the same cluster, which a promotion has begun.
     *
     * @param other another position
     * @return true if that is known; false by default, as where positions do not tell histories apart
     */
    default boolean succeeds(Position other) {
        return false;
    }

    /**
     * Returns the same place, with what another one tells of the way that leads there.
     *
     * @param earlier a place of the same history, or one that the same run of a server was at before
     * @return a place that covers also what is known to be on that way; this one by default
     */
    default Position via(Position earlier) {
        return this;
    }

    /**
     * Returns the least one that covers both.
     *
     * @param other a position of the same history
     * @return the later one, or their union if neither covers the other
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

    /**
     * Tells whether the history up to here tells of a promotion: a server that says that it is the master once was none.
     *
     * @return false if it surely does not; true where histories do not tell
     */
    default boolean isPromoted() {
        return true;
    }
}
