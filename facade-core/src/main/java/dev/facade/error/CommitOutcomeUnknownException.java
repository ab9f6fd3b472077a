package dev.facade.error;

/**
 * A commit failed without an answer of the database, mostly because the connection was lost on its way: the write may or
 * may not have been committed.
 *
 * <p>It was not repeated. Read from the master what became of it before trying again.
 *
 * <pre>{@code
 * try {
 *     repo.insert(new Post("Hello"));
 * } catch (CommitOutcomeUnknownException unknown) {
 *     boolean isThere = repo.existsBy(Post.class, "title", "Hello", Target.master());
 * }
 * }</pre>
 */
public final class CommitOutcomeUnknownException extends FacadeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param operation the operation whose commit was cut off
     * @param cause what failed
     */
    public CommitOutcomeUnknownException(String operation, Throwable cause) {
        super(
                operation + ": the commit failed without an answer of the database, outcome unknown;"
                        + " read from the master what became of it before trying again",
                cause);
    }
}
