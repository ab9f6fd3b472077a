package dev.facade.error;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A read was not answered within its deadline, on any node; nothing of it runs any more on a connection of the facade.
 *
 * <pre>{@code
 * try {
 *     repo.all(Post.class);
 * } catch (DeadlineExceededException late) {
 *     System.out.println(late.tried()); // each node, and what became of the read there
 * }
 * }</pre>
 */
public final class DeadlineExceededException extends FacadeException {

    private static final long serialVersionUID = 1L;

    /** The operation that was given up. */
    private final String operation;
    /** Node name to what happened there, serializable. */
    private final LinkedHashMap<String, String> tried;

    /**
     * Creates the exception.
     *
     * @param operation the operation that was given up
     * @param deadline how long it had
     * @param tried for each node that was tried, in that order, by name, what happened there
     * @param cause the last failure, or null
     */
    public DeadlineExceededException(
            String operation, Duration deadline, Map<String, String> tried, @Nullable Throwable cause) {
        super(
                operation + ": no answer within " + deadline.toMillis() + " ms, tried " + tried
                        + "; look why these nodes do not answer, or raise readDeadline(...), for one call its Timeout",
                cause);
        this.operation = operation;
        this.tried = new LinkedHashMap<>(tried);
    }

    /**
     * Returns the operation that was given up.
     *
     * @return its name, such as {@code all}
     */
    public String operation() {
        return operation;
    }

    /**
     * Returns what happened on each node that was tried.
     *
     * @return a copy: node name to what happened, in the order of the attempts
     */
    public Map<String, String> tried() {
        return new LinkedHashMap<>(tried);
    }
}
