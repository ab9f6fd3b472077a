package dev.facade.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation that has ended, well or not.
 *
 * @param operation its name, such as {@code all}
 * @param subject what it was about: an entity's simple name, JPQL text, or empty
 * @param route where it ran last, or null when it reached no node
 * @param attempts the failed attempts, in their order
 * @param elapsedNanos time in nanoseconds, pool and database included
 * @param rows rows that came back or were written, or -1 where that is not known (streams, transactions)
 * @param error what the caller got instead of a result, or null
 */
public record OperationEvent(
        String operation,
        String subject,
        @Nullable Route route,
        List<Attempt> attempts,
        long elapsedNanos,
        long rows,
        @Nullable Throwable error) {

    /**
     * Checks and copies the components.
     *
     * @param operation its name, such as {@code all}
     * @param subject what it was about: an entity's simple name, JPQL text, or empty
     * @param route where it ran last, or null when it reached no node
     * @param attempts the failed attempts, in their order
     * @param elapsedNanos time in nanoseconds, pool and database included
     * @param rows rows that came back or were written, or -1 where that is not known (streams, transactions)
     * @param error what the caller got instead of a result, or null
     */
    public OperationEvent {
        attempts = List.copyOf(attempts);
    }
}
