package dev.facade.engine.health;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * One stay outside. A claim moves its end to after the next, longer stay, so that a probe that never reports blocks
 * nobody. Thread-safe.
 */
final class Ejection {

    /** Why a replica is out. */
    enum Cause {
        UNREACHABLE(Health.LONGEST),
        SILENT(Health.LONGEST_OF_THE_LIVING),
        SLOW(Health.LONGEST_OF_THE_LIVING),
        FAILING(Health.LONGEST_OF_THE_LIVING);

        private final long longest;

        Cause(Duration longest) {
            this.longest = longest.toNanos();
        }

        /** Tells whether only quick answers speak against it. */
        boolean isOfPace() {
            return this == SLOW || this == SILENT;
        }

        long atMost(long length) {
            return Math.min(length, longest);
        }
    }

    private static final double CHANCE = 0.2;

    private final Cause cause;
    private final String why;
    private final AtomicLong end;
    private volatile long length;
    private volatile long since;

    Ejection(Cause cause, String why, long length, long now, RandomGenerator random) {
        this.cause = cause;
        this.why = why;
        this.length = cause.atMost(length);
        this.since = now;
        this.end = new AtomicLong(now + shortened(this.length, random));
    }

    private static long shortened(long length, RandomGenerator random) {
        return length - (long) (CHANCE * length * random.nextDouble());
    }

    Cause cause() {
        return cause;
    }

    String why() {
        return why;
    }

    /** How long the present stay is at most, in nanoseconds. */
    long length() {
        return length;
    }

    /** In nanoseconds; negative if it is over. */
    long left(long now) {
        return end.get() - now;
    }

    boolean isOver(long now) {
        return left(now) <= 0;
    }

    /** Tells whether whoever is sampled should be heard of first, so that no read waits for one that is still gone. */
    boolean awaitsSign(long silence, long now) {
        boolean mayBeGone = cause == Cause.UNREACHABLE || cause == Cause.SILENT;
        return mayBeGone && silence >= now - since && now - since < Health.LONGEST.toNanos();
    }

    /** True for one of all who try at the same time. */
    boolean claim(long now, RandomGenerator random) {
        long until = end.get();
        long longer = cause.atMost(2 * length);
        if (until - now > 0 || !end.compareAndSet(until, now + shortened(longer, random))) {
            return false;
        }
        length = longer;
        since = now;
        return true;
    }

    /** Sets when it ends. */
    void hold(long until) {
        end.set(until);
    }
}
