package dev.facade.consistency;

import dev.facade.cluster.Cluster;
import dev.facade.cluster.Master;
import dev.facade.cluster.Node;
import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import dev.facade.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows how far each node is, from samples that it takes in the background: each second while nobody waits, each 50 ms
 * while somebody does. Thread-safe. It begins with the first question, and takes one connection of each node.
 */
public final class Monitor implements AutoCloseable {

    private static final Duration SLOW = Duration.ofSeconds(1);
    private static final Duration FAST = Duration.ofMillis(50);
    private static final long RECENT = Duration.ofSeconds(3).toNanos();

    private static final long LATE = Duration.ofSeconds(5).toNanos();
    private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);

    private static final String ASSUMED = "assumed";

    private final Ticker ticker;
    private final long assumedLag;
    private final Object members = new Object();
    private final AtomicBoolean started = new AtomicBoolean(); // both guarded by members, when set
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Set<String> behind = ConcurrentHashMap.newKeySet();
    private volatile Watched watched;
    private volatile List<String> rivals = List.of();
    private volatile RoleWatcher roleWatcher = RoleWatcher.NOBODY;
    private final Object changed = new Object();
    private long heard; // guarded by changed
    private volatile long wantedUntil;
    private volatile Watcher watcher = new Watcher() {};

    /** Is told what the samples show, on the threads that take them. Thread-safe and quick. */
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
    }

    private Monitor(Map<? extends Node, SampleSource> sources, long assumedLag, Ticker ticker) {
        this.ticker = ticker;
        this.assumedLag = assumedLag;
        this.wantedUntil = ticker.nanos();
        this.watched = new Watched(Map.of(), List.of(), null, new MasterLog());
        sources.forEach((node, source) -> add(node.name(), source));
        this.watched = watched.as(sources.keySet());
    }

    /** Who is sampled, and as what. Immutable but for the log. */
    private record Watched(
            Map<Node, NodeSampler> byNode,
            List<NodeSampler> all,
            @Nullable NodeSampler master,
            MasterLog log) {

        /** The same servers in the roles of some nodes; a new master begins a new log. */
        Watched as(Collection<? extends Node> nodes) {
            Map<Node, NodeSampler> roles = new IdentityHashMap<>();
            NodeSampler present = null;
            for (Node node : nodes) {
                NodeSampler sampler = named(node.name());
                if (sampler != null) {
                    roles.put(node, sampler);
                    present = node instanceof Master ? sampler : present;
                }
            }
            return new Watched(roles, all, present, present == master ? log : begun(present));
        }

        private static MasterLog begun(@Nullable NodeSampler master) {
            MasterLog log = new MasterLog();
            Sample first = master == null ? null : master.last();
            if (first != null && first.role() == Role.MASTER) {
                log.add(first);
            }
            return log;
        }

        Watched with(List<NodeSampler> samplers) {
            return new Watched(byNode, samplers, master, log);
        }

        @Nullable
        NodeSampler named(String name) {
            for (NodeSampler sampler : all) {
                if (sampler.name().equals(name)) {
                    return sampler;
                }
            }
            return null;
        }
    }

    /** Hears what servers are seen to be. It is called on the threads that take samples, and must not block. */
    public interface RoleWatcher {

        /** Does nothing. */
        RoleWatcher NOBODY = new RoleWatcher() {
            @Override
            public void promoted(String name) {}

            @Override
            public void follows(String name) {}
        };

        /**
         * A server is the master in place of the present one; told again and again until {@link Monitor#roles} says so.
         *
         * @param name its name
         */
        void promoted(String name);

        /**
         * A server that is sampled, but is no node, follows the cluster; told again and again until it is one.
         *
         * @param name its name
         */
        void follows(String name);
    }

    /** What the samplers tell. */
    private final class Listening implements NodeSampler.Eye {

        @Override
        public long interval() {
            boolean fast = wantedUntil - ticker.nanos() > 0 || isInDoubt();
            return (fast ? FAST : SLOW).toNanos();
        }

        @Override
        public boolean isMaster(NodeSampler sampler) {
            return watched.master == sampler;
        }

        @Override
        public void learned(NodeSampler sampler, Sample sample) {
            Watched present = watched;
            if (present.master != sampler) {
                watch(sampler.name(), sample);
            } else if (sample.role() == Role.MASTER) { // one that follows nobody any more stands still
                present.log.add(sample);
            }
        }

        @Override
        public void lost(NodeSampler sampler, Exception failure) {
            watcher.lost(sampler.name(), failure);
        }

        @Override
        public void asked(boolean answered) {
            judge();
            if (answered) {
                heardOne();
            }
        }
    }

    /**
     * Makes a monitor.
     *
     * @param sources one for each node that is one server
     * @param ticker the source of time
     * @return a monitor that has not begun
     */
    public static Monitor of(Map<? extends Node, SampleSource> sources, Ticker ticker) {
        return new Monitor(sources, 0, ticker);
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
        return new Monitor(Map.of(), lag.toNanos(), ticker);
    }

    /**
     * Tells whether nobody is asked.
     *
     * @return true if it goes by time alone
     */
    public boolean isAssuming() {
        return assumedLag > 0;
    }

    /**
     * Tells somebody what is seen.
     *
     * @param watcher the only one
     */
    public void watchedBy(Watcher watcher) {
        this.watcher = Objects.requireNonNull(watcher, "watcher");
    }

    private Sample assumed(Role role, long nanosAgo) {
        long now = ticker.nanos();
        return new Sample(role, Position.ofMoment(now - nanosAgo), ASSUMED, now, now);
    }

    /** Whether what a replica shows at a moment is on all of them by now, as far as only time tells. */
    boolean isAssumedEverywhere(long nanos) {
        return isAssuming() && ticker.nanos() - nanos > assumedLag;
    }

    long now() {
        return ticker.nanos();
    }

    /** Else nobody is told why reads leave a replica that lives. */
    private void watch(String node, Sample sample) {
        Sample ofMaster = lastOfMaster();
        OptionalLong staleness = staleness(sample);
        watcher.answered(node, staleness);
        for (Node sampled : watched.byNode.keySet()) {
            if (sampled instanceof Replica replica && replica.name().equals(node)) {
                boolean follows = sample.role() == Role.REPLICA;
                replica.knownUpTo(follows ? watched.log.knownUpTo(sample.position()) : OptionalLong.empty());
            }
        }
        if (staleness.isEmpty() || ofMaster == null || !ofMaster.isBegunAfter(ticker.nanos() - RECENT)) {
            return;
        }
        boolean late = staleness.getAsLong() > LATE;
        if (late && behind.add(node)) {
            LOG.warn(
                    "{} is {} s behind the master: whoever needs more is served elsewhere",
                    node,
                    Duration.ofNanos(staleness.getAsLong()).toSeconds());
        } else if (!late && behind.remove(node)) {
            LOG.info("{} has caught up", node);
        }
    }

    private void heardOne() {
        synchronized (changed) {
            heard++;
            changed.notifyAll();
        }
    }

    /** Whether the master does not answer, or is not the only one. */
    private boolean isInDoubt() {
        NodeSampler master = watched.master;
        return !rivals.isEmpty() || (master != null && master.answer() != Roles.Answer.GIVEN);
    }

    /** Compares what the servers say that they are. */
    private void judge() {
        Watched present = watched;
        if (present.master == null) {
            return;
        }
        Roles roles;
        boolean changed;
        synchronized (members) {
            List<Roles.Seen> others = new ArrayList<>();
            for (NodeSampler sampler : present.all) {
                if (sampler != present.master) {
                    others.add(sampler.seen());
                }
            }
            roles = Roles.of(present.master.seen(), others, rivals);
            changed = present == watched && !roles.rivals().equals(rivals);
            if (changed) {
                rivals = roles.rivals();
            }
        }
        if (changed) {
            tellOfRivals(roles.rivals());
        }
        if (present == watched) {
            tellOfRoles(present, roles);
        }
    }

    private void tellOfRivals(List<String> masters) {
        if (masters.isEmpty()) {
            LOG.info("one master is visible again: writes go on");
        } else {
            LOG.error("{} all say that they are the master: writes are refused until only one is visible", masters);
        }
    }

    private void tellOfRoles(Watched present, Roles roles) {
        String promoted = roles.promoted();
        if (promoted != null) {
            roleWatcher.promoted(promoted);
        }
        for (NodeSampler sampler : present.all) {
            Sample last = sampler.last();
            if (last != null
                    && last.role() == Role.REPLICA
                    && sampler.answer() == Roles.Answer.GIVEN
                    && !present.byNode.containsValue(sampler)) {
                roleWatcher.follows(sampler.name());
            }
        }
        boolean claimed = present.all.stream().anyMatch(sampler -> isClaimant(sampler, present));
        if (claimed) {
            want(); // what the others say to it is known soon
        }
    }

    private static boolean isClaimant(NodeSampler sampler, Watched present) {
        Sample last = sampler.last();
        return last != null
                && last.role() == Role.MASTER
                && present.master != null
                && !Roles.isOneServer(present.master.last(), last)
                && last.position().isOfClusterOf(last.position());
    }

    /**
     * Returns the servers that say at once that they are the master.
     *
     * @return their names; empty while there is one at most
     */
    public List<String> rivals() {
        return rivals;
    }

    /**
     * Sets who hears what servers are seen to be; nobody by default.
     *
     * @param watcher hears of it
     */
    public void watcher(RoleWatcher watcher) {
        this.roleWatcher = watcher;
    }

    /**
     * Takes another server in, under a name; it is no node before {@link #roles} says so.
     *
     * @param name of a server that is not sampled yet
     * @param source its samples
     */
    public void add(String name, SampleSource source) {
        NodeSampler sampler = new NodeSampler(name, source, new Listening());
        synchronized (members) {
            List<NodeSampler> more = new ArrayList<>(watched.all);
            more.add(sampler);
            watched = watched.with(List.copyOf(more));
            if (started.get() && !closed.get()) {
                sampler.start();
            }
        }
    }

    /**
     * Samples a server no longer; does nothing if it is not sampled.
     *
     * @param name its name
     */
    public void forget(String name) {
        NodeSampler sampler;
        synchronized (members) {
            sampler = watched.named(name);
            if (sampler == null) {
                return;
            }
            NodeSampler gone = sampler;
            watched =
                    watched.with(watched.all.stream().filter(one -> one != gone).toList());
        }
        sampler.close();
    }

    /**
     * Says which servers are which nodes; those that are none are still sampled.
     *
     * @param cluster the nodes
     */
    public void roles(Cluster cluster) {
        List<Node> nodes = new ArrayList<>(cluster.replicas());
        nodes.add(cluster.master());
        synchronized (members) {
            watched = watched.as(nodes);
        }
        heardOne(); // who waits looks again
        hurry();
    }

    /** Begins to sample, if it has not yet. */
    public void start() {
        if (started.get() || closed.get()) {
            return;
        }
        synchronized (members) {
            if (!closed.get() && !started.get()) {
                watched.all.forEach(NodeSampler::start);
                started.set(true); // not before: whoever fails to begin is begun by the next call
            }
        }
    }

    /** Samples fast for a while, and right now. */
    public void hurry() {
        want();
        watched.all.forEach(NodeSampler::hurry);
    }

    /**
     * Waits until the master has said that it is one, and that nobody else is.
     *
     * @param after when it must have been asked at the earliest, by the facade's ticker
     * @param nanos the longest time to wait
     * @return false if the time is over; true at once if nobody is asked
     */
    public boolean awaitMaster(long after, long nanos) {
        long deadline = System.nanoTime() + nanos;
        long left = nanos;
        while (!isMasterSeen(after)) {
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            want();
            awaitSample(heard(), left);
            left = deadline - System.nanoTime();
        }
        return true;
    }

    private boolean isMasterSeen(long after) {
        Sample master = lastOfMaster();
        return isAssuming() || (master != null && master.isBegunAfter(after) && rivals.isEmpty());
    }

    /** Samples fast for a while, and right now if it was slow. */
    void want() {
        if (closed.get()) {
            return;
        }
        start();
        long now = ticker.nanos();
        boolean slow = wantedUntil - now <= 0;
        wantedUntil = now + SLOW.toNanos();
        if (slow) {
            watched.all.forEach(NodeSampler::hurry);
        }
    }

    /**
     * Returns a replica's last sample.
     *
     * @param replica the replica
     * @return the sample, or null if there is none, or if the server is no replica
     */
    public @Nullable Sample last(Replica replica) {
        if (isAssuming()) {
            return assumed(Role.REPLICA, assumedLag);
        }
        NodeSampler sampler = watched.byNode.get(replica);
        Sample sample = sampler == null ? null : sampler.last();
        return sample != null && sample.role() == Role.REPLICA ? sample : null;
    }

    /**
     * Tells how much of the master's log a replica had not replayed when both were sampled last.
     *
     * @param replica the replica
     * @return bytes; empty if that is not known
     */
    public OptionalLong bytesBehind(Replica replica) {
        Sample ofMaster = lastOfMaster();
        Sample last = last(replica);
        return ofMaster == null || last == null
                ? OptionalLong.empty()
                : ofMaster.position().bytesSince(last.position());
    }

    /**
     * Returns the master's last sample.
     *
     * @return the sample, or null if there is none, or if the server is no master
     */
    @Nullable
    Sample lastOfMaster() {
        if (isAssuming()) {
            return assumed(Role.MASTER, 0);
        }
        NodeSampler master = watched.master;
        Sample sample = master == null ? null : master.last();
        return sample != null && sample.role() == Role.MASTER ? sample : null;
    }

    /**
     * Returns what is known of the tables.
     *
     * @return what the master has said last
     */
    public TableFacts facts() {
        NodeSampler master = watched.master;
        return master == null ? TableFacts.none() : master.facts();
    }

    /** Whether only the connection that reads can be asked, since nothing is known beforehand. */
    boolean mustBeAsked(Replica replica) {
        return replica.isEndpoint() && !isAssuming();
    }

    /**
     * Tells whether a server is the master.
     *
     * @param server a server's run
     * @return true if the master's last sample is of it
     */
    public boolean isMaster(String server) {
        Sample sample = lastOfMaster();
        return sample != null && sample.server().equals(server);
    }

    /** Whether a replica answers no questions. */
    boolean isLost(Replica replica) {
        NodeSampler sampler = watched.byNode.get(replica);
        return sampler == null || sampler.isFailing(); // or of another facade
    }

    /** Whether each replica that answers is as far. */
    boolean isEverywhere(Position position) {
        if (isAssuming()) {
            return assumed(Role.REPLICA, assumedLag).position().covers(position);
        }
        long now = ticker.nanos();
        Watched present = watched;
        for (NodeSampler sampler : present.byNode.values()) {
            Sample sample = sampler == present.master ? null : sampler.last();
            boolean behind = sample != null
                    && sample.isBegunAfter(now - RECENT)
                    && !sample.position().covers(position);
            if (behind) {
                return false;
            }
        }
        return true;
    }

    /** How old the data of the freshest replica can be at most, in nanoseconds; zero if there are endpoints only. */
    long leastStaleness() {
        long unknown = watched.byNode.size() == 1 ? 0 : Long.MAX_VALUE;
        long least = isAssuming() ? assumedLag : unknown;
        Watched present = watched;
        for (NodeSampler sampler : present.byNode.values()) {
            Sample sample = sampler == present.master ? null : sampler.last();
            OptionalLong staleness = sample == null ? OptionalLong.empty() : staleness(sample);
            least = Math.min(least, staleness.orElse(Long.MAX_VALUE));
        }
        return least;
    }

    /**
     * Tells how old the data of a sample can be at most by now.
     *
     * @param sample of a replica
     * @return nanoseconds; empty if that is not known
     */
    public OptionalLong staleness(Sample sample) {
        if (isAssuming()) {
            return OptionalLong.of(assumedLag);
        }
        OptionalLong upTo = watched.log.knownUpTo(sample.position());
        return upTo.isEmpty() ? upTo : OptionalLong.of(ticker.nanos() - upTo.getAsLong());
    }

    /** Waits for a sample of a replica that was begun after a moment, or for some time in nanoseconds. */
    void awaitSample(Replica replica, long after, long nanos) {
        NodeSampler sampler = watched.byNode.get(replica);
        if (sampler == null) {
            return;
        }
        Watched present = watched;
        for (NodeSampler other : present.byNode.values()) {
            if (other != present.master) {
                other.hurry();
            }
        }
        long deadline = System.nanoTime() + nanos;
        long left = nanos;
        Sample last = sampler.last();
        while ((last == null || !last.isBegunAfter(after)) && left > 0) {
            awaitSample(heard(), left);
            left = deadline - System.nanoTime();
            last = sampler.last();
        }
    }

    /** How many samples have come so far. */
    long heard() {
        synchronized (changed) {
            return heard;
        }
    }

    /** Waits for a sample that has come after so many, or for some time in nanoseconds. */
    void awaitSample(long after, long nanos) {
        if (isAssuming()) {
            LockSupport.parkNanos(Math.min(nanos, FAST.toNanos() / 10));
            return;
        }
        long deadline = System.nanoTime() + nanos;
        synchronized (changed) {
            try {
                long left = nanos;
                while (heard == after && left > 0) {
                    changed.wait(Math.max(1, left / 1_000_000));
                    left = deadline - System.nanoTime();
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        synchronized (members) {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
        }
        watched.all.forEach(NodeSampler::close);
    }
}
