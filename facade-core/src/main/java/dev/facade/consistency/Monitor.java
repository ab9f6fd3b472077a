package dev.facade.consistency;

import dev.facade.cluster.Master;
import dev.facade.cluster.Node;
import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import dev.facade.time.Ticker;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
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
    private final Map<Node, NodeSampler> samplers = new IdentityHashMap<>();
    private final MasterLog log = new MasterLog();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final @Nullable NodeSampler master;
    private final Set<Node> behind = ConcurrentHashMap.newKeySet();
    private final Object changed = new Object();
    private long heard; // guarded by changed
    private volatile long wantedUntil;

    private Monitor(Map<? extends Node, SampleSource> sources, long assumedLag, Ticker ticker) {
        this.ticker = ticker;
        this.assumedLag = assumedLag;
        this.wantedUntil = ticker.nanos();
        NodeSampler ofMaster = null;
        for (Map.Entry<? extends Node, SampleSource> entry : sources.entrySet()) {
            Node node = entry.getKey();
            NodeSampler sampler = new NodeSampler(
                    node, entry.getValue(), this::interval, sample -> learned(node, sample), this::heardOne);
            samplers.put(node, sampler);
            ofMaster = node instanceof Master ? sampler : ofMaster;
        }
        this.master = ofMaster;
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

    private Sample assumed(Role role, long nanosAgo) {
        long now = ticker.nanos();
        return new Sample(role, Position.ofMoment(now - nanosAgo), ASSUMED, now, now);
    }

    /** Whether what a replica shows at a moment is on all of them by now, as far as only time tells. */
    boolean isAssumedEverywhere(long nanos) {
        return isAssuming() && ticker.nanos() - nanos > assumedLag;
    }

    private long interval() {
        return (wantedUntil - ticker.nanos() > 0 ? FAST : SLOW).toNanos();
    }

    long now() {
        return ticker.nanos();
    }

    /** A replica that follows nobody any more says that it is a master, and stands still. */
    private void learned(Node node, Sample sample) {
        if (!(node instanceof Master)) {
            watch(node, sample);
        } else if (sample.role() == Role.MASTER) {
            log.add(sample);
        }
    }

    /** Else nobody is told why reads leave a replica that lives. */
    private void watch(Node node, Sample sample) {
        Sample ofMaster = lastOfMaster();
        OptionalLong staleness = staleness(sample);
        if (node instanceof Replica replica) {
            replica.knownUpTo(sample.role() == Role.REPLICA ? log.knownUpTo(sample.position()) : OptionalLong.empty());
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

    /** Begins to sample, if it has not yet. */
    public void start() {
        if (!started.get() && !closed.get() && started.compareAndSet(false, true)) {
            samplers.values().forEach(NodeSampler::start);
        }
    }

    /** Samples fast for a while, and right now. */
    void hurry() {
        want();
        samplers.values().forEach(NodeSampler::hurry);
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
            samplers.values().forEach(NodeSampler::hurry);
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
        NodeSampler sampler = samplers.get(replica);
        Sample sample = sampler == null ? null : sampler.last();
        return sample != null && sample.role() == Role.REPLICA ? sample : null;
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
        Sample sample = master == null ? null : master.last();
        return sample != null && sample.role() == Role.MASTER ? sample : null;
    }

    /**
     * Returns what is known of the tables.
     *
     * @return what the master has said last
     */
    public TableFacts facts() {
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
        NodeSampler sampler = samplers.get(replica);
        return sampler == null || sampler.isFailing(); // or of another facade
    }

    /** Whether each replica that answers is as far. */
    boolean isEverywhere(Position position) {
        if (isAssuming()) {
            return assumed(Role.REPLICA, assumedLag).position().covers(position);
        }
        long now = ticker.nanos();
        for (NodeSampler sampler : samplers.values()) {
            Sample sample = sampler == master ? null : sampler.last();
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
        long unknown = samplers.size() == 1 ? 0 : Long.MAX_VALUE;
        long least = isAssuming() ? assumedLag : unknown;
        for (NodeSampler sampler : samplers.values()) {
            Sample sample = sampler == master ? null : sampler.last();
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
        OptionalLong upTo = log.knownUpTo(sample.position());
        return upTo.isEmpty() ? upTo : OptionalLong.of(ticker.nanos() - upTo.getAsLong());
    }

    /** Waits for a sample of a replica that was begun after a moment, or for some time in nanoseconds. */
    void awaitSample(Replica replica, long after, long nanos) {
        NodeSampler sampler = samplers.get(replica);
        if (sampler == null) {
            return;
        }
        for (NodeSampler other : samplers.values()) {
            if (other != master) {
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
        if (closed.compareAndSet(false, true) && started.get()) {
            samplers.values().forEach(NodeSampler::close);
        }
    }
}
