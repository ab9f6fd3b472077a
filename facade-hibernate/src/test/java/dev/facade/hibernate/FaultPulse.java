package dev.facade.hibernate;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how long the machine itself lets threads wait, since a stall of all is no stall of the facade's: a thread that
 * means to wake up every few milliseconds, and notes how late it was.
 */
final class FaultPulse implements AutoCloseable {

    private record Beat(long at, long lateNanos) {}

    private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(5);

    private final Queue<Beat> beats = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::run, "pulse");
    private volatile boolean over;

    static FaultPulse start() {
        FaultPulse pulse = new FaultPulse();
        pulse.thread.setDaemon(true);
        pulse.thread.start();
        return pulse;
    }

    /** The longest delay of a thread that was ready to run, in nanoseconds. */
    long longest(long from, long to) {
        return beats.stream()
                .filter(beat -> beat.at() - from >= 0 && to - beat.at() >= 0)
                .mapToLong(Beat::lateNanos)
                .max()
                .orElse(0);
    }

    private void run() {
        while (!over) {
            long begun = System.nanoTime();
            LockSupport.parkNanos(PERIOD);
            long now = System.nanoTime();
            long late = now - begun - PERIOD;
            if (late > PERIOD) {
                beats.add(new Beat(now, late));
            }
        }
    }

    @Override
    public void close() {
        over = true;
        LockSupport.unpark(thread);
    }
}
