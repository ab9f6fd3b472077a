package dev.facade.engine.position;

import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The freshness that a read needs of the replica that serves it. Thread-safe. */
public interface Freshness {

    /**
     * Needs nothing.
     *
     * @return the same one always
     */
    static Freshness any() {
        return AnyFreshness.ANY;
    }

    /**
     * Needs data that is not too old.
     *
     * @param monitor knows the replicas
     * @param limit how old it may be
     * @return the need
     */
    static Freshness within(Monitor monitor, Duration limit) {
        monitor.want();
        return new BoundedFreshness(monitor, limit.toNanos());
    }

    /**
     * Needs something else besides.
     *
     * @param other another need
     * @return both
     */
    default Freshness and(Freshness other) {
        if (other == AnyFreshness.ANY) {
            return this;
        }
        return this == AnyFreshness.ANY ? other : new BothFreshness(this, other);
    }

    /**
     * Tells whether a replica's last sample meets it. An endpoint has none: there the connection that reads is asked.
     *
     * @param replica the replica
     * @return true if it does, on connections that the sample vouches for, or if an endpoint may be asked
     */
    boolean isMetBy(Replica replica);

    /**
     * Tells whether what is known of a replica holds on a connection: a server that was started again may be behind its
     * own past.
     *
     * @param replica the replica
     * @param openedNanos when the connection was opened, at the latest
     * @return true if it does, false if the connection must be asked
     */
    boolean vouchesFor(Replica replica, long openedNanos);

    /**
     * Tells whether a sample that was taken on the very connection meets it.
     *
     * @param replica the replica
     * @param sample taken before what is read
     * @return true if it does
     */
    boolean isMetBy(Replica replica, Sample sample);

    /**
     * Waits until more is known.
     *
     * @param nanos the longest time
     */
    void await(long nanos);

    /**
     * The only replica that may meet it.
     *
     * @return the replica; null if others may as well
     */
    default @Nullable Replica only() {
        return null;
    }

    /**
     * How long a read may wait of itself, because its session would not come off the master otherwise.
     *
     * @return nanoseconds, mostly zero
     */
    default long patience() {
        return 0;
    }

    /** A replica that meets it has served the read. */
    default void met() {}

    /**
     * How far a replica must be.
     *
     * @return the position; null if none is asked for, or if it is not known yet
     */
    default @Nullable Position position() {
        return null;
    }
}
