package dev.facade.operation;

/**
 * The body of a transaction.
 *
 * @param <T> what it returns
 * @param <X> what it throws
 */
@FunctionalInterface
public interface TransactionBody<T, X extends Exception> {

    /**
     * Runs, once.
     *
     * @return the result
     * @throws X rolls back
     */
    T run() throws X;
}
