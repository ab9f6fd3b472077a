package dev.facade.operation;

/**
 * The body of a transaction that returns nothing.
 *
 * <pre>{@code
 * repo.transaction(() -> {
 *     repo.insert(new Post("one"));
 *     repo.insert(new Post("two"));
 * });
 * }</pre>
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
