package dev.facade.operation;

import dev.facade.option.Schema;
import dev.facade.routing.Router;
import jakarta.persistence.EntityManager;
import jakarta.persistence.NoResultException;
import jakarta.persistence.NonUniqueResultException;
import jakarta.persistence.PersistenceException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What each thread works in: a transaction of the facade's own or of a host, or an EntityManager of the master that it has
 * checked out. Thread-safe.
 */
final class ThreadTransactions {

    private final EntityManagers entityManagers;
    private final TransactionHost host;
    private final Router router;
    private final ThreadLocal<@Nullable FacadeTransaction> bound = new ThreadLocal<>();
    private final ThreadLocal<@Nullable EntityManager> checkedOut = new ThreadLocal<>();

    ThreadTransactions(EntityManagers entityManagers, TransactionHost host, Router router) {
        this.entityManagers = entityManagers;
        this.host = host;
        this.router = router;
    }

    /** The transaction that runs on this thread, the facade's own or the host's. */
    @Nullable
    FacadeTransaction current() {
        FacadeTransaction own = bound.get();
        if (own != null) {
            return own;
        }
        TransactionHost.HostedTransaction hosted = host.current(entityManagers.master());
        return hosted == null
                ? null
                : FacadeTransaction.joining(router.cluster().master(), hosted);
    }

    /** The EntityManager that this thread has checked out. */
    @Nullable
    EntityManager checkedOut() {
        return checkedOut.get();
    }

    /** Whether this thread stays on one connection. */
    boolean isCheckedOut() {
        return current() != null || checkedOut.get() != null;
    }

    /** The schema of a connection that this thread stays on was chosen when it was opened. */
    void checkSchema(String operation, @Nullable Schema schema) {
        if (schema != null && isCheckedOut()) {
            throw new IllegalStateException(
                    operation + ": " + schema + " inside a transaction or checkout (expected: outside, since"
                            + " the transaction's connection is in a schema already)");
        }
    }

    /** Runs a body whose operations take part in a transaction, which what leaves the body poisons. */
    <T, X extends Exception> T bound(FacadeTransaction transaction, TransactionBody<T, X> body) throws X {
        FacadeTransaction before = bound.get();
        bound.set(transaction);
        try {
            return transaction.run(body);
        } finally {
            restore(before);
        }
    }

    private void restore(@Nullable FacadeTransaction before) {
        if (before == null) {
            bound.remove();
        } else {
            bound.set(before);
        }
    }

    /** Runs a body whose operations on the master use one EntityManager. */
    <T, X extends Exception> T checkedOut(EntityManager entityManager, TransactionBody<T, X> body) throws X {
        checkedOut.set(entityManager);
        try {
            return body.run();
        } finally {
            checkedOut.remove();
        }
    }

    /** Does an operation's work in a transaction; what comes back is detached unless a host manages it. */
    <T> T inside(FacadeTransaction transaction, Function<EntityManager, T> work) {
        EntityManager em = transaction.entityManager();
        try {
            return transaction.isManaged()
                    ? entityManagers.uncached().during(entityManagers.master(), em, work)
                    : work.apply(em);
        } catch (RuntimeException failure) {
            if (failure instanceof PersistenceException
                    && !(failure instanceof NoResultException)
                    && !(failure instanceof NonUniqueResultException)) {
                transaction.poison(failure);
            }
            throw failure;
        } finally {
            if (!transaction.isManaged()) {
                em.clear();
            }
        }
    }
}
