package dev.facade.consistency;

import dev.facade.cluster.Master;
import dev.facade.cluster.Node;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import dev.facade.time.Ticker;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Knows how far each node is, from samples that it takes in the background: each second while nobody waits, each 50 ms
 * while somebody does. Thread-safe. It begins with the first question, and takes one connection of each node.
 */
public final class Monitor implements AutoCloseable {

    private static final Duration SLOW = Duration.ofSeconds(1);
    private static final Duration FAST = Duration.ofMillis(50);

    private final Ticker ticker;
    private final Map<Node, NodeSampler> samplers = new IdentityHashMap<>();
    private final MasterLog log = new MasterLog();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final @Nullable NodeSampler master;
    private final Object changed = new Object();
    private long heard; // guarded by changed
    private volatile long wantedUntil;

    private Monitor(Map<? extends Node, SampleSource> sources, Ticker ticker) {
        this.ticker = ticker;
        this.wantedUntil = ticker.nanos();
        NodeSampler ofMaster = null;
        for (Map.Entry<? extends Node, SampleSource> entry : sources.entrySet()) {
            boolean isMaster = entry.getKey() instanceof Master;
            NodeSampler sampler = new NodeSampler(
                    entry.getKey(), entry.getValue(), this::interval, sample -> heard(isMaster, sample));
            samplers.put(entry.getKey(), sampler);
            ofMaster = isMaster ? sampler : ofMaster;
        }
        this.master = ofMaster;
    }

    /**
     * Makes a monitor.
     *
     * @param sources one for each node
     * @param ticker the source of time
     * @return a monitor that has not begun
     */
    public static Monitor of(Map<? extends Node, SampleSource> sources, Ticker ticker) {
        return new Monitor(sources, ticker);
    }

    /**
     * Makes a monitor that knows nothing.
     *
     * @return the monitor, under which only the master is fresh enough for a reader who asks for more than {@code
     *     eventual}
     */
    public static Monitor disabled() {
        return new Monitor(Map.of(), Ticker.system());
    }

    private long interval() {
        return (wantedUntil - ticker.nanos() > 0 ? FAST : SLOW).toNanos();
    }

    /** A replica that follows nobody any more says that it is a master, and stands still. */
    private void heard(boolean ofMaster, Sample sample) {
        if (ofMaster && sample.role() == Role.MASTER) {
            log.add(sample);
        }
        synchronized (changed) {
            heard++;
            changed.notifyAll();
        }
    }

    /** Samples fast for a while, and right now if it was slow. */
    void want() {
        if (closed.get()) {
            return;
        }
        if (started.compareAndSet(false, true)) {
            samplers.values().forEach(NodeSampler::start);
        }
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
        Sample sample = master == null ? null : master.last();
        return sample != null && sample.role() == Role.MASTER ? sample : null;
    }

    /** How old the data of a position can be at most by now, in nanoseconds; empty: not known. */
    OptionalLong staleness(Sample sample) {
        OptionalLong upTo = log.knownUpTo(sample.position());
        return upTo.isEmpty() ? upTo : OptionalLong.of(ticker.nanos() - upTo.getAsLong());
    }

    /** How many samples have come so far. */
    long heard() {
        synchronized (changed) {
            return heard;
        }
    }

    /** Waits for a sample that has come after so many, or for some time in nanoseconds. */
    void awaitSample(long after, long nanos) {
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
