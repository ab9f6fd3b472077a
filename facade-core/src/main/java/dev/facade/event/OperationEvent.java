package dev.facade.event;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One operation that has ended, well or not.
 *
 * <pre>{@code
 * FacadeListener listener = event -> {
 *     if (!event.attempts().isEmpty()) {
 *         System.out.println(event.operation() + " failed first on " + event.attempts().get(0).node());
 *     }
 * };
 * }</pre>
 *
 * @param operation its name, such as {@code all}
 * @param subject what it was about: an entity's simple name, JPQL text, or empty
 * @param receipt where it ran, and how fresh that was
 * @param elapsedNanos time in nanoseconds, pool and database included
 * @param rows rows that came back or were written, or -1 where that is not known (streams, transactions)
 * @param error what the caller got instead of a result, or null
 */
public record OperationEvent(
        String operation,
        String subject,
        Receipt receipt,
        long elapsedNanos,
        long rows,
        @Nullable Throwable error) {

    /**
     * Checks the components.
     *
     * @param operation its name, such as {@code all}
     * @param subject what it was about: an entity's simple name, JPQL text, or empty
     * @param receipt where it ran, and how fresh that was
     * @param elapsedNanos time in nanoseconds, pool and database included
     * @param rows rows that came back or were written, or -1 where that is not known (streams, transactions)
     * @param error what the caller got instead of a result, or null
     */
    public OperationEvent {
        Objects.requireNonNull(receipt, "receipt");
    }

    /**
     * Returns where it ran last.
     *
     * @return the receipt's route, or null when it reached no node
     */
    public @Nullable Route route() {
        return receipt.route();
    }

    /**
     * Returns the attempts that failed.
     *
     * @return those of the receipt, in their order
     */
    public List<Attempt> attempts() {
        return receipt.attempts();
    }

    /**
     * One failed attempt on the way to a result.
     *
     * @param node the node that was tried
     * @param failure the class of its failure
     * @param error what was thrown
     */
    public record Attempt(String node, FailureClass failure, Throwable error) {}
}
