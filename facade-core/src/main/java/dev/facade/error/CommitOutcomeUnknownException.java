package dev.facade.error;

/**
 * The connection was lost while a commit was on its way: the write may or may not have been committed.
 *
 * <p>It was not repeated. Read from the master what became of it before trying again.
 */
public final class CommitOutcomeUnknownException extends FacadeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param operation the operation whose commit was cut off
     * @param cause the lost connection
     */
    public CommitOutcomeUnknownException(String operation, Throwable cause) {
        super(
                operation + ": connection to the master lost during commit, outcome unknown;"
                        + " read from the master what became of it before trying again",
                cause);
    }
}
