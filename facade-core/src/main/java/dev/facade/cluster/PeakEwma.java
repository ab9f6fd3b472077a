package dev.facade.cluster;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A moving average of latencies that jumps to each new peak at once and comes down from it slowly. Thread-safe and
 * lock-free, without garbage: the average and its moment share one word, so no thread sees one without the other.
 *
 * <p>This is the peak EWMA of Finagle ({@code com.twitter.finagle.loadbalancer.PeakEwma}): a latency above the average
 * becomes the average; one below moves it by {@code 1 - exp(-elapsed / decay)}; and as long as there is none, the average
 * decays towards zero, so that a slow replica is tried again.
 *
 * <p>Finagle decays by ten seconds, among hundreds of servers. Among a few replicas that is too long: one that was ten
 * times slower than the others, and is not any more, had to wait for 23 seconds. With one and a half it waits for three and
 * a half. What is older than {@link #FORGOTTEN} says nothing, however slow it was; that also bounds how much faster than
 * its peers a replica may look for no other reason than that nobody has asked it: 14 times.
 */
final class PeakEwma {

    /** After this time without an answer 37 % of the average are left. */
    static final Duration DECAY = Duration.ofMillis(1_500);
    /** After this time without an answer nothing is known. */
    static final Duration FORGOTTEN = Duration.ofSeconds(4);

    private static final int TICK_BITS = 20; // of 1.05 ms, so that 32 bits of them last for 52 days
    private static final double DECAY_TICKS = DECAY.toNanos() >> TICK_BITS;
    private static final long FORGOTTEN_TICKS = FORGOTTEN.toNanos() >> TICK_BITS;
    private static final int SKEW = 1000; // a thread may have read the ticker before the one that was faster

    private final AtomicLong averageAndTick = new AtomicLong();

    void add(long nanos, long now) {
        long before;
        long after;
        do {
            before = averageAndTick.get();
            after = after(before, Math.max(1, nanos), now);
        } while (!averageAndTick.compareAndSet(before, after));
    }

    /** Nanoseconds; -1 if there was no answer for a while. */
    long value(long now) {
        long state = averageAndTick.get();
        long age = age(state, now);
        return isKnown(state, age) ? (long) (average(state) * Math.exp(-age / DECAY_TICKS)) : -1;
    }

    /** Forgets everything. */
    void clear() {
        averageAndTick.set(0);
    }

    private static long after(long state, long nanos, long now) {
        long age = age(state, now);
        float average = average(state);
        if (!isKnown(state, age) || nanos >= average) {
            return state((float) nanos, now);
        }
        double left = Math.exp(-age / DECAY_TICKS);
        // within one tick the first answer counts, else none ever would
        return age == 0 ? state : state((float) (average * left + nanos * (1 - left)), now);
    }

    private static long state(float average, long now) {
        return (long) Float.floatToRawIntBits(average) << 32 | Integer.toUnsignedLong(tick(now));
    }

    private static boolean isKnown(long state, long age) {
        return state != 0 && age <= FORGOTTEN_TICKS;
    }

    private static float average(long state) {
        return Float.intBitsToFloat((int) (state >>> 32));
    }

    private static long age(long state, long now) {
        return Math.max(0, Integer.toUnsignedLong(tick(now) - (int) state + SKEW) - SKEW);
    }

    private static int tick(long nanos) {
        return (int) (nanos >> TICK_BITS);
    }
}
