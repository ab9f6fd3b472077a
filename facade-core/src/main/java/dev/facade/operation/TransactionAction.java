package dev.facade.operation;

/**
 * What runs in a transaction and returns nothing.
 *
 * @param <X> what it throws
 */
@FunctionalInterface
public interface TransactionAction<X extends Exception> {

    /**
     * Runs, once.
     *
     * @throws X rolls back
     */
    void run() throws X;
}
