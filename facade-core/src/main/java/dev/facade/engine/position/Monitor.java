package dev.facade.engine.position;

import dev.facade.cluster.Cluster;
import dev.facade.cluster.Node;
import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.spi.ReplicationProbe.TableFacts;
import dev.facade.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Knows how far each node is, from samples that it takes in the background: each second while nobody waits, each 50 ms
 * while somebody does. Thread-safe. It begins with the first question, and takes one connection of each node.
 */
public abstract sealed class Monitor implements AutoCloseable permits SamplingMonitor, AssumingMonitor {

    private final Ticker ticker;

    Monitor(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Is told what the samples show, on the threads that take them, which it must not block. Thread-safe. */
    public interface Watcher {

        /**
         * A server that is not the master has answered.
         *
         * @param name its name
         * @param nanos how old its data can be at most; empty if that is not known
         */
        default void answered(String name, OptionalLong nanos) {}

        /**
         * A server has not answered twice in a row.
         *
         * @param name its name
         * @param failure what was thrown the second time
         */
        default void lost(String name, Exception failure) {}

        /**
         * A server is the master in place of the present one; told again and again until {@link Monitor#roles} says so.
         *
         * @param name its name
         */
        default void promoted(String name) {}

        /**
         * A server that is sampled, but is no node, follows the cluster; told again and again until it is one.
         *
         * @param name its name
         */
        default void follows(String name) {}

        /**
         * It may have changed what speaks against reading a server, see {@link Monitor#objection(Replica)}.
         *
         * @param name its name
         */
        default void objected(String name) {}

        /**
         * The node that is taken for the master has been seen to follow another server from the start, while no node says
         * that it is the master; or that is over.
         *
         * @param name the node's name
         * @param begun whether it is so now
         */
        default void masterless(String name, boolean begun) {}

        /** It has changed which servers say at once that they are the master, see {@link Monitor#rivals()}. */
        default void rivalsChanged() {}
    }

    /**
     * Makes a monitor.
     *
     * @param sources one for each node that is one server
     * @param ticker the source of time
     * @return a monitor that has not begun
     */
    public static Monitor of(Map<? extends Node, SampleSource> sources, Ticker ticker) {
        return new SamplingMonitor(sources, ticker);
    }

    /**
     * Makes a monitor that asks nobody, and takes it for granted that no replica is further behind than some time. It
     * does not notice one that is.
     *
     * @param lag the time, at least 1 ms
     * @param ticker the source of time
     * @return the monitor
     */
    public static Monitor assuming(Duration lag, Ticker ticker) {
        if (lag.toMillis() < 1) {
            throw new IllegalArgumentException("lag: " + lag + " (expected: at least 1 ms)");
        }
        return new AssumingMonitor(lag.toNanos(), ticker);
    }

    /**
     * Tells whether nobody is asked.
     *
     * @return true if it goes by time alone
     */
    public abstract boolean isAssuming();

    /**
     * Tells somebody what is seen; nobody by default.
     *
     * @param watcher the only one
     */
    public abstract void watchedBy(Watcher watcher);

    /**
     * Returns the servers that say at once that they are the master.
     *
     * @return their names; empty while there is one at most
     */
    public abstract List<String> rivals();

    /**
     * Tells whether the node that is taken for the master says that it follows another one, while no node says that it is
     * the master.
     *
     * @return false if nothing speaks against the master
     */
    public abstract boolean isMasterless();

    /**
     * Takes another server in, under a name; it is no node before {@link #roles} says so.
     *
     * @param name of a server that is not sampled yet
     * @param source its samples; not used if nobody is asked
     */
    public abstract void add(String name, SampleSource source);

    /**
     * Samples a server no longer; does nothing if it is not sampled.
     *
     * @param name its name
     */
    public abstract void forget(String name);

    /**
     * Says which servers are which nodes; those that are none are still sampled.
     *
     * @param cluster the nodes
     */
    public abstract void roles(Cluster cluster);

    /** Begins to sample, if it has not yet. */
    public abstract void start();

    /** Samples fast for a while, and right now. */
    public abstract void hurry();

    /** Samples fast for a while, and right now if it was slow. */
    public abstract void want();

    /**
     * Begins to sample, and waits until the master has answered, or has failed and all others were asked: before that
     * nobody can tell who is a replica. Afterwards it costs nothing.
     *
     * @param nanos the longest time since the sampling has begun
     */
    public abstract void begin(long nanos);

    /**
     * Begins as {@link #begin} does, and waits until everybody has answered or failed: where no connection can be asked who
     * its server is, nothing but a sample tells.
     *
     * @param nanos the longest time since the sampling has begun
     */
    public abstract void beginWithAll(long nanos);

    /**
     * Tells what speaks against reading a replica, whatever its reader needs: it is of another cluster, the master itself,
     * or follows nobody.
     *
     * @param replica the replica
     * @return the reason in words; empty if there is none; null if nobody can tell yet
     */
    public abstract @Nullable String objection(Replica replica);

    /**
     * Tells what speaks against reading a server.
     *
     * @param replica what it is read as
     * @param sample of the server
     * @return the reason in words; empty if there is none; null if nobody can tell yet
     */
    public abstract @Nullable String objection(Replica replica, Sample sample);

    /**
     * Waits until the master has said that it is one, and that nobody else is.
     *
     * @param after when it must have been asked at the earliest, by the facade's ticker
     * @param nanos the longest time to wait
     * @return false if the time is over; true at once if nobody is asked
     */
    public abstract boolean awaitMaster(long after, long nanos);

    /** Waits for a sample of a replica that was begun after a moment, or for some time in nanoseconds. */
    public abstract void awaitSample(Replica replica, long after, long nanos);

    /** How many samples have come so far. */
    public abstract long heard();

    /** Waits for a sample that has come after so many, or for some time in nanoseconds. */
    public abstract void awaitSample(long after, long nanos);

    /**
     * Returns a replica's last sample.
     *
     * @param replica the replica
     * @return the sample, or null if there is none, or if the server is no replica
     */
    public abstract @Nullable Sample last(Replica replica);

    /**
     * Returns the master's last sample.
     *
     * @return the sample, or null if there is none, or if the server is no master
     */
    public @Nullable abstract Sample lastOfMaster();

    /**
     * Returns what is known of the tables.
     *
     * @return what the master has said last
     */
    public abstract TableFacts facts();

    /**
     * Tells how old the data of a sample can be at most by now.
     *
     * @param sample of a replica
     * @return nanoseconds; empty if that is not known
     */
    public abstract OptionalLong staleness(Sample sample);

    /** How old the data of the freshest replica can be at most, in nanoseconds; zero if there are endpoints only. */
    public abstract long leastStaleness();

    /** Tells whether each replica that answers is as far. */
    public abstract boolean isEverywhere(Position position);

    /** Tells whether what a replica shows at a moment is on all of them by now, as far as only time tells. */
    public abstract boolean isAssumedEverywhere(long nanos);

    /** Tells whether a replica answers no questions. */
    public abstract boolean isLost(Replica replica);

    /** Tells whether only the connection that reads can be asked, since nothing is known beforehand. */
    public final boolean mustBeAsked(Replica replica) {
        return replica.isEndpoint() && !isAssuming();
    }

    /**
     * Tells whether a server is the master.
     *
     * @param server a server's run
     * @return true if the master's last sample is of it
     */
    public final boolean isMaster(String server) {
        Sample sample = lastOfMaster();
        return sample != null && sample.server().equals(server);
    }

    /**
     * Tells how much of the master's log a replica had not replayed when both were sampled last.
     *
     * @param replica the replica
     * @return bytes; empty if that is not known
     */
    public final OptionalLong bytesBehind(Replica replica) {
        Sample ofMaster = lastOfMaster();
        Sample last = last(replica);
        return ofMaster == null || last == null
                ? OptionalLong.empty()
                : ofMaster.position().bytesSince(last.position());
    }

    public final long now() {
        return ticker.nanos();
    }

    @Override
    public abstract void close();
}
