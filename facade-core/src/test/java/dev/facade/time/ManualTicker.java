package dev.facade.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Time that moves only when a test moves it. Thread-safe. */
public final class ManualTicker implements Ticker {

    private final AtomicLong now;

    private ManualTicker(long start) {
        now = new AtomicLong(start);
    }

    public static ManualTicker at(long nanos) {
        return new ManualTicker(nanos);
    }

    /** Starts so late that the reading overflows within the first second, as {@link System#nanoTime()} may. */
    public static ManualTicker aboutToOverflow() {
        return at(Long.MAX_VALUE - Duration.ofMillis(500).toNanos());
    }

    public void advance(Duration by) {
        now.addAndGet(by.toNanos());
    }

    @Override
    public long nanos() {
        return now.get();
    }
}
