package dev.facade.option;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How often a transaction may be run again. Immutable; thread-safe if its source of randomness is.
 *
 * <p>Between two runs it waits for a random time up to a bound that doubles with each run ("full jitter", see Marc Brooker,
 * "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 *
 * <p>It is run again for what failed in its own operations and at its beginning only, not for what the body throws itself,
 * as when another database or a mail server fails that it uses. That cannot be told of code of the caller's that runs inside
 * an operation, as a hook or a joined transaction: there a failure of another database looks like one of this.
 *
 * <pre>{@code
 * repo.transaction(
 *         Retry.upTo(3).backoff(Duration.ofMillis(20), Duration.ofSeconds(1)),
 *         () -> repo.updateAll(Post.class, Change.inc("likes", 1)));
 * }</pre>
 *
 * @param runs most runs in all, at least 1
 * @param first the bound after the first run; 10 ms by default, zero for no wait
 * @param longest the largest bound; 1 s by default
 * @param masterWithin longest wait for a master after one was lost or gave no connection; 10 s by default, zero for
 *     none
 * @param random draws the waits; the thread's own source by default
 */
public record Retry(int runs, Duration first, Duration longest, Duration masterWithin, RandomGenerator random) {

    /**
     * Checks the components.
     *
     * @param runs most runs in all, at least 1
     * @param first the bound after the first run
     * @param longest the largest bound
     * @param masterWithin longest wait for a master after one was lost
     * @param random draws the waits
     */
    public Retry {
        if (runs < 1) {
            throw new IllegalArgumentException("runs: " + runs + " (expected: >= 1)");
        }
        if (Objects.requireNonNull(first, "first").isNegative()) {
            throw new IllegalArgumentException("first: " + first + " (expected: >= 0)");
        }
        if (Objects.requireNonNull(longest, "longest").compareTo(first) < 0) {
            throw new IllegalArgumentException("longest: " + longest + " (expected: >= " + first + ")");
        }
        if (Objects.requireNonNull(masterWithin, "masterWithin").isNegative()) {
            throw new IllegalArgumentException("masterWithin: " + masterWithin + " (expected: >= 0)");
        }
        Objects.requireNonNull(random, "random");
    }

    /**
     * Limits the runs.
     *
     * @param runs most runs in all, at least 1
     * @return the option, with the defaults
     */
    public static Retry upTo(int runs) {
        return new Retry(
                runs,
                Duration.ofMillis(10),
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                () -> ThreadLocalRandom.current().nextLong());
    }

    /**
     * Changes the waits between runs.
     *
     * @param first the bound after the first run, zero for no wait
     * @param longest the largest bound
     * @return a copy
     */
    public Retry backoff(Duration first, Duration longest) {
        return new Retry(runs, first, longest, masterWithin, random);
    }

    /**
     * Changes the wait for a master.
     *
     * @param limit longest wait after one was lost, zero for none
     * @return a copy
     */
    public Retry masterWithin(Duration limit) {
        return new Retry(runs, first, longest, limit, random);
    }

    /**
     * Changes the source of randomness.
     *
     * @param source draws the waits
     * @return a copy
     */
    public Retry random(RandomGenerator source) {
        return new Retry(runs, first, longest, masterWithin, source);
    }

    /**
     * Draws the wait after some runs.
     *
     * @param run how many have been, at least 1
     * @return nanoseconds, from zero to the bound
     */
    public long waitAfter(int run) {
        long begin = TimeUnit.NANOSECONDS.convert(first); // the longest there is, if it is longer
        int doublings = Math.min(run - 1, Long.numberOfLeadingZeros(Math.max(1, begin)) - 1);
        long bound = Math.min(begin << doublings, TimeUnit.NANOSECONDS.convert(longest));
        return random.nextLong(Math.min(bound, Long.MAX_VALUE - 1) + 1);
    }

    @Override
    public String toString() {
        return "Retry.upTo(" + runs + ")";
    }
}
