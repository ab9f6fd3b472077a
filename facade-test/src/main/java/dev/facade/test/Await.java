package dev.facade.test;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits for what no callback announces, by asking again and again. */
final class Await {

    /** A condition that may have to ask a server. */
    interface Condition<X extends Exception> {
        boolean holds() throws X;
    }

    private static final long PAUSE_MILLIS = 2;

    private Await() {}

    /**
     * Returns when the condition holds.
     *
     * @throws IllegalStateException with the problem as its message if it does not within the limit
     */
    static <X extends Exception> void until(Duration limit, Condition<X> condition, Supplier<String> problem) throws X {
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new IllegalStateException(problem.get());
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        }
    }
}
