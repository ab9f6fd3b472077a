package dev.facade.option;

/**
 * The rule for a read of one row, by its key or by attributes that tell it from all others, when a replica does not
 * have the row. A session is always shown what it has written and read. A row that it knows from elsewhere, a link on
 * another user's page say, can be missing on a replica for a moment.
 *
 * <p>Only replicas miss rows: it means nothing where the read runs on the master. It does not go together with a
 * target, a lock or {@code Consistency.strong()}, which leave nothing to ask.
 *
 * <pre>{@code
 * Optional<Post> found = repo.get(Post.class, id, OnMiss.ASK_MASTER);
 * }</pre>
 */
public enum OnMiss implements ReadOption {
    /** Answers that there is none; the default. */
    ANSWER,
    /**
     * Asks the master, once. The read's deadline, the budget for further runs and the limit of reads on the master
     * hold. If they leave no room the replica's answer stands, and the route says so. If the master fails, the read
     * fails.
     */
    ASK_MASTER
}
