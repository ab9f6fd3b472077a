package dev.facade.engine.health;

import dev.facade.cluster.Replica;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How one replica stands. Immutable but for the time of its ejection.
 *
 * @param ejection its stay outside, or null
 * @param past when its last stay ended, or null
 * @param cold whether it has just returned, or was just added
 * @param banned by the operator
 * @param objection why it is no replica of this cluster; empty if nothing speaks against it
 * @param lag in nanoseconds; {@code Long.MAX_VALUE} if not known
 * @param sampled whether the monitor can tell whether it is there
 */
record Standing(
        Replica replica,
        @Nullable Ejection ejection,
        @Nullable Return past,
        boolean cold,
        boolean banned,
        String objection,
        long lag,
        boolean sampled) {

    /** When a stay ended, and how long the next one would have been. */
    record Return(long at, long length) {}

    static Standing of(Replica replica) {
        return new Standing(replica, null, null, false, false, "", 0, false);
    }

    static Standing added(Replica replica, long now) {
        return new Standing(replica, null, new Return(now, 0), true, false, "", 0, false);
    }

    /** The standing after an ejection. A replica that has just been out stays out for longer. */
    Standing ejected(Ejection.Cause cause, String why, long now, RandomGenerator random) {
        if (ejection != null) {
            return ejection.cause() == Ejection.Cause.UNREACHABLE || cause != Ejection.Cause.UNREACHABLE
                    ? this
                    : with(new Ejection(cause, why, ejection.length(), now, random));
        }
        Return last = past;
        boolean afresh = last == null || last.length == 0 || now - last.at >= Health.LONGEST.toNanos();
        long length = last == null || afresh ? Health.FIRST.toNanos() : last.length;
        return with(new Ejection(cause, why, length, now, random));
    }

    private Standing with(Ejection next) {
        return new Standing(replica, next, past, cold, banned, objection, lag, sampled);
    }

    Standing returned(long now) {
        return ejection == null
                ? this
                : new Standing(
                        replica, null, new Return(now, ejection.length()), true, banned, objection, lag, sampled);
    }

    Standing warm() {
        return cold ? new Standing(replica, ejection, past, false, banned, objection, lag, sampled) : this;
    }

    Standing banned(boolean ban) {
        return new Standing(replica, ejection, past, cold, ban, objection, lag, sampled);
    }

    Standing objectedTo(String why) {
        return objection.equals(why) ? this : new Standing(replica, ejection, past, cold, banned, why, lag, sampled);
    }

    /** Tells whether it is out whatever its reads and its lag are like, so that nothing needs to be found out. */
    boolean isBarred() {
        return banned || !objection.isEmpty();
    }

    Standing lagging(long nanos) {
        return new Standing(replica, ejection, past, cold, banned, objection, nanos, sampled);
    }

    Standing seen(boolean now) {
        return sampled == now ? this : new Standing(replica, ejection, past, cold, banned, objection, lag, now);
    }

    /** Tells whether a read may be spent on finding out if it is back. */
    boolean isProbeDue(long now) {
        return ejection != null
                && !isBarred()
                && ejection.isOver(now)
                && !(sampled && ejection.awaitsSign(replica.silence(now), now));
    }

    /** How much of its share it may have: 0 to 1 and more. */
    double warmth(long now, long warmUp) {
        return past == null || !cold ? 1 : (double) (now - past.at) / warmUp;
    }

    /** Tells whether it may serve if there are too few others. */
    boolean isSpare() {
        return !isBarred() && (ejection == null || ejection.cause() != Ejection.Cause.UNREACHABLE);
    }

    String reason(long now) {
        if (!objection.isEmpty()) {
            return objection;
        }
        if (banned) {
            return "banned";
        }
        if (ejection == null) {
            return lag == Long.MAX_VALUE ? "lag unknown" : "lags by " + Duration.ofNanos(lag);
        }
        return ejection.why() + " (tried again in " + Math.max(0, ejection.left(now) / 1_000_000) + " ms)";
    }
}
