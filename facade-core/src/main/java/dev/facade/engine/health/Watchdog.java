package dev.facade.engine.health;

import dev.facade.cluster.Replica;
import dev.facade.time.Ticker;
import java.sql.Connection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every 20 ms for reads that take too long, and abandons them. Thread-safe.
 *
 * <p>One daemon thread, named {@code facade-watchdog}, begun by the first read; it sleeps when no read has run for a second,
 * and ends with {@link #close()}. A read costs an object, and an entry in a concurrent map while it runs.
 */
public final class Watchdog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private static final long TICK = 20_000_000L;
    private static final int IDLE_TICKS = 50;

    private final Set<Watch> watched = ConcurrentHashMap.newKeySet();
    private final Patience patience;
    private final RetryBudget budget;
    private final Ticker ticker;
    private final Abortions abortions = new Abortions();
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
    private volatile boolean asleep;
    private volatile boolean closed;

    private Watchdog(Supplier<List<Replica>> replicas, RetryBudget budget, Ticker ticker) {
        this.patience = new Patience(replicas);
        this.budget = budget;
        this.ticker = ticker;
    }

    /**
     * Makes a watchdog; its thread begins with the first read.
     *
     * @param replicas those that a replica is compared with
     * @param budget what a read that could go elsewhere is abandoned on
     * @param ticker the source of time
     * @return the watchdog
     */
    public static Watchdog of(Supplier<List<Replica>> replicas, RetryBudget budget, Ticker ticker) {
        return new Watchdog(replicas, budget, ticker);
    }

    /**
     * Begins a run, which is watched as soon as it has its connection.
     *
     * @param impatientWith the replica, if the read could go elsewhere, so that it need not wait until its deadline; or null
     * @param begun when it began, by the ticker
     * @param deadline when the read must have ended, by the ticker
     * @param onClose what to do when the run has given everything back, or null
     * @return the run, to be closed
     */
    public Watch watch(@Nullable Replica impatientWith, long begun, long deadline, @Nullable Runnable onClose) {
        return new Watch(this, impatientWith, begun, deadline, onClose);
    }

    void add(Watch watch) {
        watched.add(watch);
        Thread known = thread.get();
        if (known == null) {
            begin();
        } else if (asleep) {
            LockSupport.unpark(known);
        }
    }

    void remove(Watch watch) {
        watched.remove(watch);
    }

    long now() {
        return ticker.nanos();
    }

    void abort(Connection connection) {
        abortions.abort(connection);
    }

    private void begin() {
        Thread mine = new Thread(this::run, "facade-watchdog");
        mine.setDaemon(true);
        if (!closed && thread.compareAndSet(null, mine)) {
            try {
                mine.start();
            } catch (RuntimeException | Error noThread) { // the read goes on unwatched, and the next one tries again
                thread.set(null);
                warn("the watchdog's thread did not start", noThread);
            }
        }
    }

    private void run() {
        try {
            lookAgainAndAgain();
        } finally { // what is still watched is so again with the next read
            asleep = false;
            thread.set(null);
        }
    }

    private void lookAgainAndAgain() {
        int idle = 0;
        long last = System.nanoTime();
        while (!closed) {
            idle = watched.isEmpty() ? idle + 1 : 0;
            if (idle > IDLE_TICKS) {
                sleep();
                idle = 0;
                last = System.nanoTime();
            }
            LockSupport.parkNanos(TICK);
            long now = System.nanoTime();
            try {
                look(Math.max(0, now - last - 2 * TICK));
            } catch (RuntimeException | Error failure) { // no memory to look: it does so at the next tick
                warn("looking at the reads failed", failure);
            }
            last = now;
        }
    }

    /** Where there is no memory to say so, nothing is said. */
    private static void warn(String what, Throwable failure) {
        try {
            LOG.warn(what, failure);
        } catch (RuntimeException | Error again) {
            return;
        }
    }

    /** A read that comes in meanwhile either is seen here, or sees that this sleeps. */
    private void sleep() {
        asleep = true;
        while (watched.isEmpty() && !closed) {
            LockSupport.park(this);
        }
        asleep = false;
    }

    /** Judges all reads that run. */
    void look(long stall) {
        long now = ticker.nanos();
        for (Watch watch : watched) {
            try {
                watch.judge(now, stall, patience, budget);
            } catch (RuntimeException | Error failure) {
                warn("watching a read failed", failure); // the others are still watched, and it is the next time
            }
        }
    }

    /** Ends the thread; what runs is not watched any more. */
    @Override
    public void close() {
        closed = true;
        Thread known = thread.get();
        if (known != null) {
            LockSupport.unpark(known);
        }
        abortions.close();
    }
}
