package dev.facade.engine.position;

/** Counts the samples that have come, and lets threads wait for more. Thread-safe. */
final class Arrivals {

    private long count; // guarded by this

    synchronized long count() {
        return count;
    }

    synchronized void add() {
        count++;
        notifyAll();
    }

    /** Waits for a sample that has come after so many, or for some time in nanoseconds. */
    synchronized void await(long after, long nanos) {
        long deadline = System.nanoTime() + nanos;
        try {
            long left = nanos;
            while (count == after && left > 0) {
                wait(Math.max(1, left / 1_000_000));
                left = deadline - System.nanoTime();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
