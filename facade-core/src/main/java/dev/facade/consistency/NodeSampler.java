package dev.facade.consistency;

import dev.facade.cluster.Master;
import dev.facade.cluster.Node;
import dev.facade.cluster.Sample;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Samples one node again and again, on a thread of its own, so that a node that hangs delays no other. Thread-safe. */
final class NodeSampler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeSampler.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long SHORTEST = Duration.ofMillis(5).toNanos();
    private static final long FACTS_LAST = Duration.ofMinutes(1).toNanos();

    private final Node node;
    private final SampleSource source;
    private final LongSupplier interval;
    private final Told told;
    private final Thread thread;
    private volatile @Nullable Sample last;
    private volatile boolean closed;
    private volatile int failures; // written by its thread only
    private volatile TableFacts facts = TableFacts.none();
    private long factsAt;

    /** Who is told, on the sampler's thread. */
    interface Told {

        /** Before anybody else can see it. */
        void sample(Sample sample);

        void heard();

        /** Twice in a row: the first may be a connection that somebody has closed. */
        void lost(Exception failure);

        void found();
    }

    NodeSampler(Node node, SampleSource source, LongSupplier interval, Told told) {
        this.node = node;
        this.source = source;
        this.interval = interval;
        this.told = told;
        this.thread = new Thread(this::run, "facade-monitor-" + node.name());
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Nullable
    Sample last() {
        return last;
    }

    /** Takes the next sample now. */
    void hurry() {
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            long begun = System.nanoTime();
            sampleOnce();
            long nanos = interval.getAsLong();
            LockSupport.parkNanos(
                    nanos - nanos / 10 + ThreadLocalRandom.current().nextLong(nanos / 5 + 1));
            long early = begun + SHORTEST - System.nanoTime(); // however many are in a hurry
            if (early > 0 && !closed) {
                LockSupport.parkNanos(early);
            }
        }
        source.close();
    }

    boolean isFailing() {
        return failures > 0;
    }

    TableFacts facts() {
        return facts;
    }

    private void sampleOnce() {
        try {
            Sample sample = source.sample();
            if (node instanceof Master && (factsAt == 0 || sample.isBegunAfter(factsAt + FACTS_LAST))) {
                factsAt = sample.begunNanos();
                learnTables();
            }
            told.sample(sample);
            last = sample;
            if (failures > 1) {
                told.found();
            }
            failures = 0;
            told.heard();
        } catch (SQLException | RuntimeException failure) {
            noteFailure(failure);
        }
    }

    private void noteFailure(Exception failure) {
        if (closed) {
            return;
        }
        if (failures == 0) {
            LOG.warn("{} tells no position until it answers again: {}", node, failure.toString());
        }
        failures = failures + 1;
        if (failures == 2) {
            told.lost(failure);
        }
    }

    /** Without them every read waits for every write of its session, which is safe. */
    private void learnTables() {
        try {
            facts = source.tables();
        } catch (SQLException | RuntimeException failure) {
            facts = TableFacts.none();
            LOG.warn(
                    "{} does not tell what its tables are; it is asked again in a minute: {}",
                    node,
                    failure.toString());
        }
    }

    @Override
    public void close() {
        closed = true;
        hurry();
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
