package dev.facade.time;

/**
 * A source of elapsed time. Thread-safe.
 *
 * <p>Only differences between two readings mean anything; tests move a ticker of their own instead of sleeping.
 *
 * <pre>{@code
 * AtomicLong now = new AtomicLong();
 * Ticker manual = now::get; // a test moves it
 * }</pre>
 */
@FunctionalInterface
public interface Ticker {

    /**
     * Returns the ticker of the running JVM.
     *
     * @return a ticker that reads {@link System#nanoTime()}
     */
    static Ticker system() {
        return System::nanoTime;
    }

    /**
     * Reads the ticker.
     *
     * @return nanoseconds since an arbitrary origin; may overflow
     */
    long nanos();
}
