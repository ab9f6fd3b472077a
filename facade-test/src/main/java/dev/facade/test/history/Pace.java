package dev.facade.test.history;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How many of the threads work at present: all, a few, or none. Thread-safe. */
final class Pace {

    private static final long LONGEST_PARK = TimeUnit.MILLISECONDS.toNanos(20);

    private final int threads;
    private volatile int working;
    private volatile boolean lull;
    private volatile boolean over;

    Pace(int threads) {
        this.threads = threads;
        this.working = threads;
    }

    /** Tells whether a thread may go on; false when all is over. Blocks while it is not its turn. */
    boolean goesOn(int thread) {
        while (!over && (lull || thread >= working)) {
            pass(1);
        }
        return !over;
    }

    /** Lets some threads work: now and then very few, so that the master writes little. */
    void gust(Random random) {
        working = random.nextInt(6) == 0 ? 1 + random.nextInt(2) : threads;
    }

    /** Nobody works while something happens. */
    void lull(Runnable event) {
        lull = true;
        try {
            event.run();
        } finally {
            lull = false;
        }
    }

    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** Lets some time pass, less than this, unless all is over. */
    void pass(Random random, int mostMillis) {
        pass(random.nextInt(mostMillis));
    }

    /** Lets some time pass, unless all is over. */
    void pass(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long left = end - System.nanoTime();
        while (!over && left > 0) {
            LockSupport.parkNanos(Math.min(left, LONGEST_PARK));
            left = end - System.nanoTime();
        }
    }

    /** A moment between two operations. */
    void rest(Random random) {
        LockSupport.parkNanos(random.nextInt(2_000_000));
    }
}
