package dev.facade.error;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A read found no replica to run on and was not allowed to fall back to the master.
 *
 * <pre>{@code
 * try {
 *     repo.all(Post.class, Consistency.session().orFail());
 * } catch (NoReplicaAvailableException none) {
 *     System.out.println(none.reasons()); // why each replica was not used
 * }
 * }</pre>
 */
public final class NoReplicaAvailableException extends FacadeException {

    private static final long serialVersionUID = 1L;

    /** The operation that was refused. */
    private final String operation;
    /** Replica name to reason, serializable. */
    private final LinkedHashMap<String, String> reasons;

    /**
     * Creates the exception.
     *
     * @param operation the operation that was refused
     * @param reasons for each replica by name, why it was not used
     * @param advice what the caller may do
     * @param cause the last failure, or null when nothing was tried
     */
    public NoReplicaAvailableException(
            String operation, Map<String, String> reasons, String advice, @Nullable Throwable cause) {
        super(operation + ": no replica available " + reasons + "; " + advice, cause);
        this.operation = operation;
        this.reasons = new LinkedHashMap<>(reasons);
    }

    /**
     * Creates the exception for a read that names a server which is no replica of the cluster.
     *
     * @param operation the operation that was refused
     * @param name the server's
     * @param objection what speaks against it
     * @return the exception
     */
    public static NoReplicaAvailableException strange(String operation, String name, String objection) {
        return new NoReplicaAvailableException(
                operation, Map.of(name, objection), "correct its URL, or what it follows", null);
    }

    /**
     * Returns the operation that was refused.
     *
     * @return its name, such as {@code all}
     */
    public String operation() {
        return operation;
    }

    /**
     * Returns why each replica was not used.
     *
     * @return a copy: replica name to reason
     */
    public Map<String, String> reasons() {
        return new LinkedHashMap<>(reasons);
    }
}
