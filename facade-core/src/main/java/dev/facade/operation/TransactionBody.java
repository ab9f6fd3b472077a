package dev.facade.operation;

/**
 * The body of a transaction.
 *
 * <pre>{@code
 * Post saved = repo.transaction(() -> repo.insert(new Post("Hello")));
 * }</pre>
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
