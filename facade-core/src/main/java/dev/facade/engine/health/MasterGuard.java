package dev.facade.engine.health;

import dev.facade.option.Priority;
import dev.facade.time.Ticker;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets so many of the reads that no replica could serve run on the master at once that its writes stay as fast as they
 * were. Thread-safe; its lock is held for a few comparisons, never while something is asked of a server.
 *
 * <p>The limit begins with half of the most that is allowed. Every 100 ms in which reads were let in, it grows by one if it
 * was used up, and shrinks by a quarter if writes took more than one and a half times as long as they do while the guard has
 * nothing to do; the reads themselves are the measure if hardly anything is written. (Additive increase and multiplicative
 * decrease as in TCP, by Chiu and Jain, 1989; the comparison with a long-term average is that of the gradient limits of
 * Netflix's concurrency-limits.)
 *
 * <p>Who finds no permit waits for a short time, the higher priority first, and the highest for longer; so do at most eight times as many as there may
 * be permits.
 */
public final class MasterGuard {

    private static final long WINDOW = 100_000_000L;
    private static final double TOLERANCE = Math.log(1.5);
    private static final double SHRINK = 0.75;
    private static final int WAITING_PER_PERMIT = 8;
    private static final int HIGH_WAITS = 10;

    private final int most;
    private final long patience;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition[] freed = new Condition[Priority.values().length];
    private final int[] waiting = new int[Priority.values().length];
    private final Latency writes = new Latency();
    private final Latency reads = new Latency();
    private int limit;
    private int inFlight;
    private boolean used;
    private boolean usedUp;
    private long windowBegun;

    private MasterGuard(int most, Duration patience, Ticker ticker) {
        this.most = most;
        this.patience = patience.toNanos();
        this.ticker = ticker;
        this.limit = (most + 1) / 2;
        this.windowBegun = ticker.nanos();
        for (int i = 0; i < freed.length; i++) {
            freed[i] = lock.newCondition();
        }
    }

    /**
     * Makes a guard.
     *
     * @param most the highest limit, at least 1
     * @param patience how long a read waits for a permit at most, one of high priority ten times as long
     * @param ticker the source of time
     * @return the guard
     */
    public static MasterGuard of(int most, Duration patience, Ticker ticker) {
        if (most < 1) {
            throw new IllegalArgumentException("most: " + most + " (expected: >= 1)");
        }
        return new MasterGuard(most, patience, ticker);
    }

    /**
     * Gets a permit, to be given back by {@link #left()}.
     *
     * @param priority the read's
     * @param nanos how long it may wait, in nanoseconds
     * @return false if there is none, or the thread was interrupted, which it then still is
     */
    public boolean enter(Priority priority, long nanos) {
        lock.lock();
        try {
            used = true;
            closeWindow(ticker.nanos());
            if (mayEnter(priority)) {
                return entered();
            }
            usedUp = true;
            return allWaiting() < priority.shareOf(WAITING_PER_PERMIT * most) && waited(priority, nanos);
        } finally {
            lock.unlock();
        }
    }

    private boolean waited(Priority priority, long nanos) {
        int rank = priority.ordinal();
        long left = Math.min(nanos, priority == Priority.HIGH ? HIGH_WAITS * patience : patience);
        waiting[rank]++;
        try {
            while (inFlight >= priority.shareOf(limit)) {
                if (left <= 0) {
                    return false;
                }
                left = freed[rank].awaitNanos(left);
            }
            return entered();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiting[rank]--;
            callNext(); // it may have been called itself, and not have come, or there may be more room
        }
    }

    /** Nobody overtakes those of the same or a higher priority. */
    private boolean mayEnter(Priority priority) {
        for (int rank = priority.ordinal(); rank < waiting.length; rank++) {
            if (waiting[rank] > 0) {
                return false;
            }
        }
        return inFlight < priority.shareOf(limit);
    }

    private boolean entered() {
        inFlight++;
        return true;
    }

    private int allWaiting() {
        int all = 0;
        for (int some : waiting) {
            all += some;
        }
        return all;
    }

    private void callNext() {
        for (int rank = waiting.length - 1; rank >= 0; rank--) {
            if (waiting[rank] > 0) {
                freed[rank].signal();
                return;
            }
        }
    }

    /** Gives a permit back. */
    public void left() {
        lock.lock();
        try {
            inFlight--;
            callNext();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Notes that a read with a permit was answered.
     *
     * @param nanos how long it took, in nanoseconds
     */
    public void read(long nanos) {
        note(reads, nanos);
    }

    /**
     * Notes that something was written, whether the guard had anything to do or not.
     *
     * @param nanos how long it took, in nanoseconds
     */
    public void wrote(long nanos) {
        note(writes, nanos);
    }

    private void note(Latency latency, long nanos) {
        lock.lock();
        try {
            closeWindow(ticker.nanos());
            latency.add(nanos);
        } finally {
            lock.unlock();
        }
    }

    private void closeWindow(long now) {
        if (now - windowBegun < WINDOW) {
            return;
        }
        Latency measure = writes.isTelling() ? writes : reads;
        if (used && measure.isTelling()) {
            if (measure.isSlow()) {
                limit = Math.max(1, (int) (limit * SHRINK));
            } else if (usedUp) {
                limit = Math.min(most, limit + 1);
            }
        }
        writes.endWindow(used);
        reads.endWindow(used);
        used = inFlight > 0;
        usedUp = false;
        windowBegun = now;
        callNext();
    }

    /**
     * Returns how many permits there are at present.
     *
     * @return 1 to the most that is allowed
     */
    public int limit() {
        lock.lock();
        try {
            return limit;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns how many permits are in use.
     *
     * @return a number that is never negative
     */
    public int inFlight() {
        lock.lock();
        try {
            return inFlight;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "master guard of " + limit() + " of " + most;
    }

    /**
     * The mean of a window, and that of the long run: quick to come down, slow to rise while the guard is in use. Means of
     * logarithms, so that a bulk write among others counts little.
     */
    private static final class Latency {

        private static final int FEWEST = 5;
        private static final double OUTLIER = Math.log(10);
        private static final double DOWN = 0.2;
        private static final double UP = 0.05;
        private static final double UP_IN_USE = 0.001;

        private double sum;
        private int count;
        private double usual;

        void add(long nanos) {
            double log = Math.log((double) Math.max(1, nanos));
            sum += usual > 0 ? Math.min(log, usual + OUTLIER) : log;
            count++;
        }

        boolean isTelling() {
            return count >= FEWEST;
        }

        boolean isSlow() {
            return usual > 0 && sum / count > usual + TOLERANCE;
        }

        void endWindow(boolean inUse) {
            if (isTelling()) {
                double mean = sum / count;
                double weight = mean < usual ? DOWN : inUse ? UP_IN_USE : UP;
                usual = usual == 0 ? mean : usual + weight * (mean - usual);
                sum = 0;
                count = 0;
            } // few add up over several windows
        }
    }
}
