package dev.facade.operation;

import dev.facade.changeset.Result;
import dev.facade.error.TransactionRolledBackException;
import dev.facade.option.Retry;
import dev.facade.option.Target;
import jakarta.persistence.EntityManager;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The operations that group others. Thread-safe; a transaction belongs to the thread that opened it.
 *
 * <p>Nesting is flat: an inner transaction is part of the outer one, and if it fails the outer one can only roll back,
 * even when the failure is caught.
 *
 * <pre>{@code
 * repo.transaction(Retry.upTo(3), () -> {
 *     Post read = repo.getOrThrow(Post.class, id, Lock.pessimisticWrite());
 *     read.likes++;
 *     return repo.update(read);
 * });
 * }</pre>
 */
public interface TransactionOperations extends SnapshotOperations {

    /**
     * Runs a body in a transaction on the master. It commits when the body returns, and rolls back when it throws.
     *
     * @param body the operations
     * @param <T> what it returns
     * @param <X> what it throws
     * @return what the body returned, committed
     * @throws X if the body threw; rolled back
     * @throws TransactionRolledBackException if {@link #rollback} was called, or an inner step had failed
     * @throws dev.facade.error.CommitOutcomeUnknownException if the connection was lost during the commit
     * @throws dev.facade.error.SeveralMastersException if several servers are masters at once; the body has not run
     */
    <T, X extends Exception> T transaction(TransactionBody<T, X> body) throws X;

    /**
     * Like {@link #transaction(TransactionBody)}, for a body that returns nothing.
     *
     * @param body the operations
     * @param <X> what it throws
     * @throws X if the body threw; rolled back
     */
    default <X extends Exception> void transaction(TransactionAction<X> body) throws X {
        this.<Boolean, X>transaction(() -> {
            body.run();
            return true;
        });
    }

    /**
     * Like {@link #transaction(TransactionBody)}, for a body that may be run several times: the whole is run again
     * after a serialization failure or a deadlock (SQLSTATE 40001 and 40P01), and after the master was lost before the
     * commit was sent, when a master is there again. Never after a commit whose outcome is unknown, nor after any other
     * failure. Everything else that the body does is done each time.
     *
     * @param retry how often
     * @param body the operations
     * @param <T> what it returns
     * @param <X> what it throws
     * @return what the last run returned, committed
     * @throws X if the last run threw; rolled back
     * @throws dev.facade.error.CommitOutcomeUnknownException if the connection was lost during a commit
     * @throws IllegalStateException inside a transaction or checkout
     */
    <T, X extends Exception> T transaction(Retry retry, TransactionBody<T, X> body) throws X;

    /**
     * Like {@link #transaction(Retry, TransactionBody)}, for a body that returns nothing.
     *
     * @param retry how often
     * @param body the operations
     * @param <X> what it throws
     * @throws X if the last run threw; rolled back
     */
    default <X extends Exception> void transaction(Retry retry, TransactionAction<X> body) throws X {
        this.<Boolean, X>transaction(retry, () -> {
            body.run();
            return true;
        });
    }

    /**
     * Like {@link #transaction(TransactionBody)}, but a rollback is a value instead of an exception. A body that returns an
     * invalid {@link Result} is rolled back, and the result is the value.
     *
     * @param body the operations
     * @param <T> what it returns
     * @param <X> what it throws
     * @return {@link Outcome.Committed} or {@link Outcome.RolledBack}
     * @throws X if the body threw; rolled back
     */
    default <T, X extends Exception> Outcome<T> transact(TransactionBody<T, X> body) throws X {
        try {
            return new Outcome.Committed<>(this.<T, X>transaction(() -> {
                T value = body.run();
                if (value instanceof Result<?> result && !result.isOk()) {
                    throw rollback(value);
                }
                return value;
            }));
        } catch (TransactionRolledBackException rolledBack) {
            return new Outcome.RolledBack<>(rolledBack.value());
        }
    }

    /**
     * Like {@link #transact(TransactionBody)}, for a body that returns nothing.
     *
     * <p>{@code boolean done = repo.transact(() -> { …; if (taken) { throw repo.rollback("taken"); } }).isCommitted();}
     *
     * @param body the operations
     * @param <X> what it throws
     * @return {@link Outcome.Committed}, whose value tells nothing, or {@link Outcome.RolledBack}
     * @throws X if the body threw; rolled back
     */
    default <X extends Exception> Outcome<?> transact(TransactionAction<X> body) throws X {
        return this.<Boolean, X>transact(() -> {
            body.run();
            return true;
        });
    }

    /**
     * Has something done when the present transaction has been committed: a mail sent, a message published. It does not run
     * when the transaction is rolled back, nor when it is not known whether it was committed.
     *
     * <p>Hooks run on the thread of the transaction, in their order, when it has ended: what they write is a transaction of
     * its own, and their reads see what was committed. One that throws is logged at ERROR, since the commit stands, and the
     * others run. With {@link Retry} those of the run that was committed count. In a transaction of a host, whose end the
     * provider must tell (Hibernate does), they run while the host is still at its end: they must not use its transaction.
     *
     * <p>{@code repo.transaction(() -> { Order order = repo.insert(new Order()); repo.afterCommit(() -> mail(order)); });}
     *
     * @param hook what to do
     * @throws IllegalStateException outside a transaction
     * @throws dev.facade.error.ReadOnlyTransactionException in a read-only one
     * @throws UnsupportedOperationException in a host's transaction whose end nobody tells
     */
    void afterCommit(Runnable hook);

    /**
     * Leaves the transaction and rolls it back. It is marked first: catching what this throws cannot make it commit.
     *
     * @param value handed to the caller of the transaction, may be null
     * @return never; declared so that {@code throw repo.rollback(value)} ends a branch
     * @throws TransactionRolledBackException always
     * @throws IllegalStateException outside a transaction
     */
    RuntimeException rollback(@Nullable Object value);

    /**
     * Keeps one connection of the master for all that the body reads and writes; each write is still a transaction of its
     * own. It nests freely with transactions. Streams, locking reads and read-only transactions of the body go to the
     * master too, on connections of their own.
     *
     * <p>That the connection stays the same is a promise with the factories of {@code HibernateFacade} and with EclipseLink;
     * a Hibernate factory of the caller's own needs {@code hibernate.connection.handling_mode} to be
     * {@code DELAYED_ACQUISITION_AND_HOLD}.
     *
     * @param body the operations
     * @param <T> what it returns
     * @param <X> what it throws
     * @return what the body returned
     * @throws X if the body threw
     */
    <T, X extends Exception> T checkout(TransactionBody<T, X> body) throws X;

    /**
     * Like {@link #checkout(TransactionBody)}, for a body that returns nothing.
     *
     * @param body the operations
     * @param <X> what it throws
     * @throws X if the body threw
     */
    default <X extends Exception> void checkout(TransactionAction<X> body) throws X {
        this.<Boolean, X>checkout(() -> {
            body.run();
            return true;
        });
    }

    /**
     * Tells whether this thread is inside a checkout or a transaction.
     *
     * @return true inside
     */
    boolean isCheckedOut();

    /**
     * Hands out an EntityManager for what the facade does not cover.
     *
     * <p>Route: the master, in a transaction, for {@link Target#master()}; else a replica in a read-only transaction. The
     * EntityManager is closed afterwards and must not be kept. Inside a transaction it is that transaction's. The
     * transaction is the facade's: the work must neither commit it nor roll it back.
     *
     * @param target which node
     * @param work what to do
     * @param <T> what it returns
     * @return what the work returned; entities in it are detached
     */
    <T> T withEntityManager(Target target, Function<EntityManager, T> work);
}
