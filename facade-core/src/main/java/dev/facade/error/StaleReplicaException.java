package dev.facade.error;

/**
 * A replica is behind what its reader needs; nothing was read.
 *
 * <pre>{@code
 * try {
 *     repo.all(Post.class, Target.replica("berlin"), Consistency.session());
 * } catch (StaleReplicaException behind) {
 *     repo.all(Post.class); // any node that is fresh enough
 * }
 * }</pre>
 */
public final class StaleReplicaException extends FacadeException {

    private static final long serialVersionUID = 1L;

    /**
     * Names the replica.
     *
     * @param operation what was to be read
     * @param replica the replica's name
     */
    public StaleReplicaException(String operation, String replica) {
        super(
                operation + ": " + replica
                        + " is behind what its reader needs; wait for it with waitingUpTo(...), or read"
                        + " another node",
                null);
    }
}
