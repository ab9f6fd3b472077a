package dev.facade.cluster;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How long the answers of the last five to ten seconds took. Thread-safe and lock-free; an answer noted while a
 * generation ends may be lost.
 *
 * <p>Answers are counted in buckets of a sixteenth of a power of two microseconds, so a quantile is at most 6.25 % too
 * high. (The layout is that of HdrHistogram, by Gil Tene, with four significant bits.)
 */
final class LatencyWindow {

    private static final long GENERATION = 5_000_000_000L;
    private static final int FINE = 16;
    private static final int FINE_BITS = 4;
    private static final int OCTAVES = 24; // up to 134 s
    private static final int BUCKETS = FINE * OCTAVES;

    private final AtomicReference<@Nullable Generation> current = new AtomicReference<>();

    /** One generation and the one before. */
    private record Generation(long begun, AtomicIntegerArray counts, AtomicIntegerArray before) {

        static Generation first(long now) {
            return new Generation(now, new AtomicIntegerArray(BUCKETS), new AtomicIntegerArray(BUCKETS));
        }

        Generation at(long now) {
            long age = now - begun;
            if (age < GENERATION) {
                return this;
            }
            return age < 2 * GENERATION
                    ? new Generation(begun + GENERATION, new AtomicIntegerArray(BUCKETS), counts)
                    : first(now);
        }

        int count(int bucket) {
            return counts.get(bucket) + before.get(bucket);
        }

        int total() {
            int total = 0;
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                total += count(bucket);
            }
            return total;
        }
    }

    void add(long nanos, long now) {
        at(now).counts.incrementAndGet(bucket((nanos + 999) / 1000)); // rounded up, so that no quantile is too low
    }

    /** Nanoseconds; -1 if fewer answers than asked for are there. */
    long quantile(double quantile, int fewest, long now) {
        Generation generation = at(now);
        int total = generation.total();
        if (total < fewest || total == 0) {
            return -1;
        }
        long rank = Math.max(1, (long) Math.ceil(quantile * total));
        long seen = 0;
        int bucket = -1;
        while (seen < rank && bucket < BUCKETS - 1) {
            seen += generation.count(++bucket);
        }
        return 1000 * upperEnd(bucket);
    }

    /** How many answers are there. */
    int count(long now) {
        return at(now).total();
    }

    /** Forgets everything. */
    void clear() {
        current.set(null);
    }

    private Generation at(long now) {
        Generation known = current.get();
        Generation wanted = known == null ? Generation.first(now) : known.at(now);
        if (wanted == known) {
            return known;
        }
        Generation witness = current.compareAndExchange(known, wanted);
        return witness == known || witness == null ? wanted : witness;
    }

    private static int bucket(long micros) {
        if (micros < FINE) {
            return (int) Math.max(0, micros);
        }
        int exponent = 63 - Long.numberOfLeadingZeros(micros) - FINE_BITS;
        int index = FINE * (exponent + 1) + (int) (micros >>> exponent) - FINE;
        return Math.min(index, BUCKETS - 1);
    }

    /** The highest number of microseconds in a bucket. */
    private static long upperEnd(int bucket) {
        if (bucket < FINE) {
            return bucket + 1L;
        }
        int exponent = bucket / FINE - 1;
        return ((long) (bucket % FINE + FINE + 1) << exponent) - 1;
    }
}
