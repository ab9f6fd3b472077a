package dev.facade.error;

/**
 * A write was called inside a read-only transaction; nothing was sent to the database.
 *
 * <pre>{@code
 * try {
 *     repo.readOnlyTransaction(() -> repo.insert(new Post("Hello")));
 * } catch (ReadOnlyTransactionException refused) {
 *     System.out.println(refused.getMessage());
 * }
 * }</pre>
 */
public final class ReadOnlyTransactionException extends FacadeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param operation the write that was refused
     * @param node the node that the read-only transaction runs on
     */
    public ReadOnlyTransactionException(String operation, String node) {
        super(
                operation + ": inside a read-only transaction on " + node
                        + "; call it outside, or open transaction(...) instead",
                null);
    }
}
