package dev.facade.test.history;

import dev.facade.event.Role;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An operation of a session on a register. A register's values are its versions, one more with each write, so that it
 * can be told which of two is older. Moments are nanoseconds by one clock.
 */
public sealed interface HistoryEvent {

    /**
     * The number of the session.
     *
     * @return the session's number
     */
    int session();

    /**
     * The name of the register.
     *
     * @return the register's name
     */
    String register();

    /**
     * The version that was seen, or that it became.
     *
     * @return the version
     */
    long version();

    /**
     * When it was asked for.
     *
     * @return the moment
     */
    long begunNanos();

    /**
     * When the answer was there: of a write, when it was known to be committed.
     *
     * @return the moment
     */
    long endedNanos();

    /**
     * A read.
     *
     * @param session whose it is
     * @param register what was read
     * @param version what was seen
     * @param role what kind of node has answered
     * @param bound how old it may be, whatever its session has seen; null: it must not be older than what the session has
     *     seen
     * @param begunNanos when it was asked for
     * @param endedNanos when the answer was there
     */
    record Read(
            int session,
            String register,
            long version,
            Role role,
            @Nullable Duration bound,
            long begunNanos,
            long endedNanos)
            implements HistoryEvent {}

    /**
     * A write that was committed.
     *
     * @param session whose it is
     * @param register what was written
     * @param version what it became
     * @param begunNanos when it was asked for
     * @param endedNanos when it was known to be committed
     */
    record Write(int session, String register, long version, long begunNanos, long endedNanos)
            implements HistoryEvent {}
}
