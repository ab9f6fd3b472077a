package dev.facade.consistency;

import dev.facade.option.ReadOption;
import java.time.Duration;
import java.util.Objects;

/**
 * How fresh a read must be. Immutable.
 *
 * <p>If no replica is known to be fresh enough, the read waits for one if it may ({@link #waitingUpTo}). Then it goes
 * to the master, or it fails ({@link #orFail()}).
 *
 * <pre>{@code
 * List<Post> any = repo.all(Post.class, Consistency.eventual());
 * List<Post> fresh = repo.all(Post.class, Consistency.boundedStaleness(Duration.ofSeconds(5)).orFail());
 * }</pre>
 *
 * @param level the level
 * @param staleness of {@code BOUNDED} how old data may be; zero otherwise
 * @param patience how long to wait for a replica; zero by default
 * @param fails whether it is an error if no replica is fresh enough
 */
public record Consistency(Level level, Duration staleness, Duration patience, boolean fails) implements ReadOption {

    /** The promises of a level. */
    public enum Level {
        /** Any replica, as far as it is. */
        EVENTUAL,
        /** Data that is not older than a limit. */
        BOUNDED,
        /** At least everything that the session has written, and nothing older than it has read. */
        SESSION,
        /** All that is committed: the master. */
        STRONG
    }

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    private static final Consistency EVENTUAL = of(Level.EVENTUAL);
    private static final Consistency SESSION = of(Level.SESSION);
    private static final Consistency STRONG = of(Level.STRONG);

    /**
     * Checks the components.
     *
     * @param level the level
     * @param staleness of {@code BOUNDED} how old data may be; zero otherwise
     * @param patience how long to wait for a replica
     * @param fails whether it is an error if no replica is fresh enough
     */
    public Consistency {
        Objects.requireNonNull(level, "level");
        boolean bounded = level == Level.BOUNDED;
        check(
                bounded ? staleness.compareTo(SHORTEST) >= 0 : staleness.isZero(),
                "limit",
                staleness,
                bounded ? ">= 1 ms" : "none");
        check(staleness.compareTo(LONGEST) <= 0, "limit", staleness, "1 h at most");
        check(!patience.isNegative() && patience.compareTo(LONGEST) <= 0, "waitingUpTo", patience, "0 to 1 h");
        boolean open = level == Level.BOUNDED || level == Level.SESSION;
        check(open || patience.isZero(), "waitingUpTo", patience, "none at level " + level);
        check(open || !fails, "orFail", fails, "false at level " + level);
    }

    private static void check(boolean valid, String name, Object value, String expected) {
        if (!valid) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    private static Consistency of(Level level) {
        return new Consistency(level, Duration.ZERO, Duration.ZERO, false);
    }

    /**
     * Any replica will do.
     *
     * @return the level
     */
    public static Consistency eventual() {
        return EVENTUAL;
    }

    /**
     * Data must not be older than a limit.
     *
     * @param limit at least 1 ms, at most an hour; below the lag of the replicas it means the master
     * @return the level
     */
    public static Consistency boundedStaleness(Duration limit) {
        return new Consistency(Level.BOUNDED, Objects.requireNonNull(limit, "limit"), Duration.ZERO, false);
    }

    /**
     * The session's own writes must be there, and nothing may be older than what it has read.
     *
     * @return the level
     */
    public static Consistency session() {
        return SESSION;
    }

    /**
     * All that is committed must be there.
     *
     * @return the level
     */
    public static Consistency strong() {
        return STRONG;
    }

    /**
     * Waits for a replica to catch up before it goes to the master.
     *
     * @param longest the longest time to wait, an hour at most; zero for none
     * @return a copy
     */
    public Consistency waitingUpTo(Duration longest) {
        return new Consistency(level, staleness, Objects.requireNonNull(longest, "longest"), fails);
    }

    /**
     * Fails instead of going to the master.
     *
     * @return a copy
     */
    public Consistency orFail() {
        return new Consistency(level, staleness, patience, true);
    }
}
