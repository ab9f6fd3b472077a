package dev.facade.engine.position;

import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import dev.facade.spi.ReplicationProbe.TableFacts;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Samples one node again and again, on a thread of its own, so that a node that hangs delays no other. Thread-safe. */
final class NodeSampler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeSampler.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long SHORTEST = Duration.ofMillis(5).toNanos();
    private static final long AGAIN = Duration.ofMillis(500).toNanos();
    private static final long FACTS_LAST = Duration.ofMinutes(1).toNanos();

    /** How long a node may keep silent before it counts as lost. */
    private static final long SILENCE = Duration.ofMillis(500).toNanos();

    private final String name;
    private final SampleSource source;
    private final Eye eye;
    private final Thread thread;
    private volatile @Nullable Sample last;
    private volatile @Nullable Sample lastAsMaster;
    private volatile long masterSince;
    private volatile boolean asking;
    private volatile boolean tried;
    private volatile long unansweredSince; // of the monitor's clock, while asking or failing
    private volatile boolean closed;
    private volatile int failures; // written by its thread only
    private volatile @Nullable String objection;
    private boolean toldLost; // of its thread
    private volatile TableFacts facts = TableFacts.none();
    private long factsAt;

    /** The receiver of the samples. */
    interface Eye {

        /** How long to wait until the next one, in nanoseconds. */
        long interval();

        /** Tells whether the node is taken for the master. */
        boolean isMaster(NodeSampler sampler);

        /** The sample, with what is known of the way that led there. */
        Sample placed(Sample sample);

        /** A sample has come, and is about to be the last one. */
        void learned(NodeSampler sampler, Sample sample);

        /** A sample has come, or has not. */
        void asked(boolean answered);

        /** Two in a row have not come; the first may be a connection that somebody has closed. */
        void lost(NodeSampler sampler, Exception failure);
    }

    NodeSampler(String name, SampleSource source, Eye eye) {
        this.name = name;
        this.source = source;
        this.eye = eye;
        this.thread = new Thread(this::run, "facade-monitor-" + name);
        this.thread.setDaemon(true);
    }

    String name() {
        return name;
    }

    /** Begins, unless it has; whoever calls it takes turns. */
    void start() {
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        }
    }

    @Nullable
    Sample last() {
        return last;
    }

    /** Takes the next sample now. */
    void hurry() {
        LockSupport.unpark(thread);
    }

    /** Tells whether it has answered or failed, once at least. */
    boolean isTried() {
        return tried;
    }

    /** The objection to reading it, see {@link Belonging}. */
    @Nullable
    String objection() {
        return objection;
    }

    void objection(@Nullable String why) {
        objection = why;
    }

    private void run() {
        while (!closed) {
            long begun = System.nanoTime();
            try {
                sampleOnce();
                pause();
            } catch (Throwable error) {
                survive(error);
            }
            long early = begun + SHORTEST - System.nanoTime(); // however many are in a hurry
            if (early > 0 && !closed) {
                LockSupport.parkNanos(early);
            }
        }
        source.close();
    }

    private void pause() {
        long nanos = isFailing() ? Math.min(AGAIN, eye.interval()) : eye.interval();
        LockSupport.parkNanos(nanos - nanos / 10 + ThreadLocalRandom.current().nextLong(nanos / 5 + 1));
    }

    /** Nothing ends the samples for good: where there is no memory to say so, nothing is said. */
    private void survive(Throwable error) {
        try {
            noteError(error);
        } catch (Throwable again) {
            LockSupport.parkNanos(AGAIN);
        }
    }

    boolean isFailing() {
        return failures > 0;
    }

    /** The last facts that were seen of it. */
    Roles.Seen seen() {
        return new Roles.Seen(name, last, lastAsMaster, masterSince, answer());
    }

    Roles.Answer answer() {
        boolean slow = asking && last != null; // the first connection may take its time
        boolean silent = (slow || isFailing()) && System.nanoTime() - unansweredSince >= SILENCE;
        if (silent) {
            return Roles.Answer.LOST;
        }
        return isFailing() ? Roles.Answer.MISSED : Roles.Answer.GIVEN;
    }

    TableFacts facts() {
        return facts;
    }

    private void sampleOnce() {
        if (!isFailing()) {
            unansweredSince = System.nanoTime();
        }
        asking = true;
        try {
            Sample sample = eye.placed(source.sample().after(last));
            asking = false;
            if (eye.isMaster(this) && (factsAt == 0 || sample.isBegunAfter(factsAt + FACTS_LAST))) {
                factsAt = sample.begunNanos();
                learnTables();
            }
            eye.learned(this, sample);
            note(sample);
            failures = 0;
            tried = true;
            toldLost = false;
            eye.asked(true);
        } catch (SQLException | RuntimeException failure) {
            asking = false;
            noteFailure(failure);
            tried = true;
            eye.asked(false);
        }
    }

    /** As when there is no memory for a thread. */
    private void noteError(Throwable error) {
        if (asking) {
            asking = false;
            int before = failures;
            failures = before + 1;
            tried = true;
        }
        LOG.error("{}: a sample failed, it is tried again", name, error);
        LockSupport.parkNanos(AGAIN);
    }

    private void noteFailure(Exception failure) {
        int before = failures;
        failures = before + 1;
        if (before == 0 && !closed) {
            LOG.warn("{} tells no position until it answers again: {}", name, failure.toString());
        }
        if (before > 0 && !toldLost && !closed) {
            eye.lost(this, failure);
            toldLost = true; // not before: it is told until it could be
        }
    }

    private void note(Sample sample) {
        Sample before = last;
        if (sample.role() == Role.MASTER) {
            if (before == null || before.role() != Role.MASTER || isFailing()) {
                masterSince = sample.begunNanos();
            }
            lastAsMaster = sample;
        }
        last = sample;
    }

    /** Without them every read waits for every write of its session, which is safe. */
    private void learnTables() {
        try {
            facts = source.tables();
        } catch (SQLException | RuntimeException failure) {
            facts = TableFacts.none();
            LOG.warn(
                    "{} does not tell what its tables are; it is asked again in a minute: {}",
                    name,
                    failure.toString());
        }
    }

    @Override
    public void close() {
        closed = true;
        hurry();
        if (Thread.currentThread() == thread) { // whoever it tells may forget it
            return;
        }
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
