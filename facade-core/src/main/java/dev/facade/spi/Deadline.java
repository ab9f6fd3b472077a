package dev.facade.spi;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The deadline of the read that waits for a connection on the present thread. A pool asks it, so that it does not wait
 * longer than its read may. Thread-safe.
 *
 * <pre>{@code
 * BlockingQueue<Connection> idle = new LinkedBlockingQueue<>();
 * Connection connection = idle.poll(Math.min(Deadline.left(), 250_000_000L), TimeUnit.NANOSECONDS);
 * }</pre>
 */
public final class Deadline {

    private static final ThreadLocal<@Nullable LongSupplier> WAITING = new ThreadLocal<>();

    private Deadline() {}

    /**
     * Returns how much of its time the read has left.
     *
     * @return nanoseconds; not positive when the deadline is over; {@code Long.MAX_VALUE} if no read waits on this thread
     */
    public static long left() {
        LongSupplier waiting = WAITING.get();
        return waiting == null ? Long.MAX_VALUE : waiting.getAsLong();
    }

    /**
     * Sets whose deadline it is, until the next call. The facade calls this around each wait for a connection.
     *
     * @param left tells the nanoseconds that are left; null if no read waits
     * @return the one before, to be set again afterwards; null if there was none
     */
    public static @Nullable LongSupplier enter(@Nullable LongSupplier left) {
        LongSupplier before = WAITING.get();
        WAITING.set(left); // not removed if there is none: the next read's would be another entry
        return before;
    }
}
