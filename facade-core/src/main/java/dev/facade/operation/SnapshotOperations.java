package dev.facade.operation;

import dev.facade.option.ReadOption;

/**
 * The transactions that only read. Thread-safe; a transaction belongs to the thread that opened it.
 *
 * <pre>{@code
 * long both = repo.readOnlyTransaction(() -> repo.count(Post.class) + repo.count(Comment.class)); // one moment
 * }</pre>
 */
public interface SnapshotOperations {

    /**
     * Runs reads in one snapshot on one replica, at isolation REPEATABLE READ where the database has it. Writes are
     * refused, by the facade and by the database.
     *
     * <p>Route: a replica picked by the algorithm, or where {@code Target} sends it. If that node fails when the
     * transaction is opened, another is taken; nothing is repeated once the body has begun. Inside a transaction it joins
     * that one, on whatever node it runs; there the facade alone refuses writes.
     *
     * @param body the reads
     * @param options {@code Target, Schema, Consistency, Receipt.to(...)}
     * @param <T> what it returns
     * @param <X> what it throws
     * @return what the body returned
     * @throws X if the body threw
     */
    <T, X extends Exception> T readOnlyTransaction(TransactionBody<T, X> body, ReadOption... options) throws X;

    /**
     * Like {@link #readOnlyTransaction(TransactionBody, ReadOption...)}, for a body that returns nothing.
     *
     * @param body the reads
     * @param options {@code Target, Schema, Consistency, Receipt.to(...)}
     * @param <X> what it throws
     * @throws X if the body threw
     */
    default <X extends Exception> void readOnlyTransaction(TransactionAction<X> body, ReadOption... options) throws X {
        this.<Boolean, X>readOnlyTransaction(
                () -> {
                    body.run();
                    return true;
                },
                options);
    }

    /**
     * Tells whether this thread is inside a transaction of this facade or of its host.
     *
     * @return true inside a transaction, a read-only one included
     */
    boolean inTransaction();
}
