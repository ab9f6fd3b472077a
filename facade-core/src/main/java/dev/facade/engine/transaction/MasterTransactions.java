package dev.facade.engine.transaction;

import dev.facade.cluster.Node;
import dev.facade.engine.lease.EntityManagers;
import dev.facade.engine.lease.SchemaEntry;
import dev.facade.error.CommitOutcomeUnknownException;
import dev.facade.event.FailureClass;
import dev.facade.event.Role;
import dev.facade.operation.TransactionBody;
import dev.facade.option.Schema;
import dev.facade.option.Timeout;
import dev.facade.spi.FailureClassifier;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FlushModeType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs transactions of the facade's own on the master, each once. Thread-safe.
 *
 * <p>What was poisoned, or marked by the provider, rolls back and says so; a commit is called failed only if the database
 * has refused it.
 */
public final class MasterTransactions {

    private static final Logger LOG = LoggerFactory.getLogger(MasterTransactions.class);

    private final EntityManagers entityManagers;
    private final ThreadTransactions threads;
    private final MasterGate gate;

    public MasterTransactions(EntityManagers entityManagers, ThreadTransactions threads, MasterGate gate) {
        this.entityManagers = entityManagers;
        this.threads = threads;
        this.gate = gate;
    }

    /** Keeps one EntityManager, and its connection, for all that the body does. */
    public <T, X extends Exception> T checkout(@Nullable Schema schema, TransactionBody<T, X> body) throws X {
        EntityManager pinned = entityManagers.openExclusive(schema);
        try {
            return threads.checkedOut(pinned, schema, body);
        } finally {
            entityManagers.borrowed().giveBack(pinned);
            closeQuietly(pinned);
        }
    }

    public <T, X extends Exception> T run(
            String operation, @Nullable Schema schema, @Nullable Timeout timeout, InTransaction<T, X> body) throws X {
        if (!entityManagers.master().isOpen()) {
            throw new IllegalStateException(
                    operation + ": the master's EntityManagerFactory is closed (expected: open)");
        }
        Node node = gate.enter(operation);
        EntityManager pinned = threads.checkedOut();
        EntityManager em = pinned == null ? entityManagers.openMaster(schema) : pinned;
        Integer limit = em.getTransaction().getTimeout();
        SchemaEntry entry = null;
        try {
            begin(em, timeout);
            while (pinned == null && !gate.isMaster(node)) { // changed meanwhile: nobody knows whose connection that is
                em.getTransaction().rollback(); // of nothing
                closeQuietly(em);
                node = gate.enter(operation);
                em = entityManagers.openMaster(schema);
                begin(em, timeout);
            }
            FacadeTransaction transaction = FacadeTransaction.own(node, em, false, schema);
            T result;
            try {
                entry = SchemaEntry.enter(operation, node, em, schema);
                if (gate.begun(em)) {
                    entityManagers.borrowed().lend(em);
                }
                result = body.run(transaction);
                if (em.getTransaction().getRollbackOnly()) { // the provider knows of a failure that was caught inside
                    transaction.setRollbackOnly();
                }
                if (transaction.isPoisoned()) {
                    throw transaction.rolledBack();
                }
                gate.leave(operation, node);
            } catch (Throwable failure) {
                rollBack(em, failure);
                transaction.undo();
                throw failure;
            }
            commit(operation, transaction);
            gate.committed();
            return result;
        } catch (Throwable failure) {
            gate.failed(failure);
            throw failure;
        } finally {
            if (entry != null) {
                entry.leave(em);
            }
            if (pinned == null) {
                entityManagers.borrowed().giveBack(em);
                closeQuietly(em);
            } else if (timeout != null) {
                em.getTransaction().setTimeout(limit); // of this transaction only
            }
        }
    }

    private static void begin(EntityManager em, @Nullable Timeout timeout) {
        em.setFlushMode(FlushModeType.COMMIT);
        if (timeout != null) {
            em.getTransaction().setTimeout((int) timeout.limit().toSeconds());
        }
        em.getTransaction().begin();
    }

    @FunctionalInterface
    public interface InTransaction<T, X extends Exception> {
        T run(FacadeTransaction transaction) throws X;
    }

    private static void commit(String operation, FacadeTransaction transaction) {
        try {
            transaction.entityManager().getTransaction().commit();
        } catch (RuntimeException | Error failure) {
            boolean refused = FailureClassifier.isOfDatabase(failure)
                    && FailureClassifier.classify(failure, Role.MASTER) == FailureClass.QUERY;
            if (!refused) { // lost on the way, or thrown by a callback that runs after the commit
                throw new CommitOutcomeUnknownException(operation, failure);
            }
            rollBack(transaction.entityManager(), failure);
            transaction.undo();
            throw failure;
        }
    }

    private static void rollBack(EntityManager em, Throwable failure) {
        try {
            if (em.getTransaction().isActive()) {
                em.clear();
                em.getTransaction().rollback();
            }
        } catch (RuntimeException second) {
            failure.addSuppressed(second);
        }
    }

    private static void closeQuietly(EntityManager em) {
        try {
            em.close();
        } catch (RuntimeException failure) {
            LOG.warn("closing an EntityManager of the master failed", failure);
        }
    }
}
