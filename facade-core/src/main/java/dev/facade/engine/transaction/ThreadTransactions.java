package dev.facade.engine.transaction;

import dev.facade.engine.journey.Router;
import dev.facade.engine.lease.EntityManagers;
import dev.facade.operation.TransactionBody;
import dev.facade.option.Schema;
import dev.facade.spi.TransactionHost;
import jakarta.persistence.EntityManager;
import jakarta.persistence.NoResultException;
import jakarta.persistence.NonUniqueResultException;
import jakarta.persistence.PersistenceException;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The transaction, or the checked-out EntityManager of the master, that each thread works in: the facade's own or a
 * host's. Thread-safe.
 */
public final class ThreadTransactions {

    private final EntityManagers entityManagers;
    private final TransactionHost host;
    private final Router router;
    private final ThreadLocal<@Nullable FacadeTransaction> bound = new ThreadLocal<>();
    private final ThreadLocal<@Nullable CheckedOut> checkedOut = new ThreadLocal<>();

    private record CheckedOut(
            EntityManager entityManager, @Nullable Schema schema) {}

    public ThreadTransactions(EntityManagers entityManagers, TransactionHost host, Router router) {
        this.entityManagers = entityManagers;
        this.host = host;
        this.router = router;
    }

    /** The transaction that runs on this thread, the facade's own or the host's. */
    public @Nullable FacadeTransaction current() {
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
    public @Nullable EntityManager checkedOut() {
        CheckedOut kept = checkedOut.get();
        return kept == null ? null : kept.entityManager();
    }

    /** Tells whether this thread stays on one connection. */
    public boolean isCheckedOut() {
        return current() != null || checkedOut.get() != null;
    }

    /**
     * The schema of an operation: what it wants, else that of the transaction or checkout around it, which is in one schema or
     * in none from its beginning to its end.
     */
    public @Nullable Schema schema(String operation, @Nullable Schema wanted) {
        FacadeTransaction transaction = current();
        CheckedOut kept = transaction == null ? checkedOut.get() : null;
        if (transaction == null && kept == null) {
            return wanted;
        }
        Schema around = kept == null ? Objects.requireNonNull(transaction).schema() : kept.schema();
        if (wanted != null && !wanted.equals(around)) {
            throw new IllegalStateException(operation + ": in schema " + wanted.name() + ", inside a "
                    + (transaction != null ? "transaction" : "checkout") + " in "
                    + (around == null ? "no schema" : "schema " + around.name())
                    + " (expected: the same; begin it by inSchema(\"" + wanted.name() + "\"))");
        }
        return around;
    }

    /** Runs a body whose operations take part in a transaction, which what leaves the body poisons. */
    public <T, X extends Exception> T bound(FacadeTransaction transaction, TransactionBody<T, X> body) throws X {
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
    public <T, X extends Exception> T checkedOut(
            EntityManager entityManager, @Nullable Schema schema, TransactionBody<T, X> body) throws X {
        checkedOut.set(new CheckedOut(entityManager, schema));
        try {
            return body.run();
        } finally {
            checkedOut.remove();
        }
    }

    /** Does an operation's work in a transaction; what comes back is detached unless a host manages it. */
    public <T> T inside(FacadeTransaction transaction, Function<EntityManager, T> work) {
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
