package dev.facade.engine.transaction;

import dev.facade.cluster.Node;
import dev.facade.error.ReadOnlyTransactionException;
import dev.facade.error.TransactionRolledBackException;
import dev.facade.event.Role;
import dev.facade.operation.TransactionBody;
import dev.facade.option.Schema;
import dev.facade.option.Target;
import dev.facade.spi.TransactionHost.HostedTransaction;
import jakarta.persistence.EntityManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A transaction that runs on this thread, the facade's own or a host's. Used by one thread. */
public final class FacadeTransaction implements HostedTransaction {

    private static final Logger LOG = LoggerFactory.getLogger(FacadeTransaction.class);

    private final Node node;
    private final EntityManager entityManager;
    private final boolean readOnly;
    private final @Nullable Schema schema;
    private final @Nullable HostedTransaction outer;
    private final boolean managed;
    private final List<Runnable> undo = new ArrayList<>();
    private final List<Runnable> committed = new ArrayList<>();

    private @Nullable Throwable poison;

    private FacadeTransaction(
            Node node,
            EntityManager entityManager,
            boolean readOnly,
            @Nullable Schema schema,
            @Nullable HostedTransaction outer,
            boolean managed) {
        this.node = node;
        this.entityManager = entityManager;
        this.readOnly = readOnly;
        this.schema = schema;
        this.outer = outer;
        this.managed = managed;
    }

    public static FacadeTransaction own(
            Node node, EntityManager entityManager, boolean readOnly, @Nullable Schema schema) {
        return new FacadeTransaction(node, entityManager, readOnly, schema, null, false);
    }

    static FacadeTransaction joining(Node node, HostedTransaction host) {
        return new FacadeTransaction(node, host.entityManager(), host.isReadOnly(), null, host, true);
    }

    public FacadeTransaction readOnlyPart() {
        return new FacadeTransaction(node, entityManager, true, schema, this, managed);
    }

    public Node node() {
        return node;
    }

    /** The schema that it works in; null: none. */
    @Nullable
    Schema schema() {
        return schema;
    }

    @Override
    public EntityManager entityManager() {
        return entityManager;
    }

    @Override
    public boolean isReadOnly() {
        return readOnly;
    }

    /** Tells whether entities stay managed, as a host expects. */
    public boolean isManaged() {
        return managed;
    }

    @Override
    public void setRollbackOnly() {
        poison(new TransactionRolledBackException(
                "transaction: rolled back, since it was marked so inside; let failures leave it", null, null));
    }

    /** From now on the transaction can only roll back; the first cause is kept. */
    public void poison(Throwable cause) {
        if (poison == null) {
            poison = cause;
        }
        if (outer instanceof FacadeTransaction ours) {
            ours.poison(cause);
        } else if (outer != null) {
            outer.setRollbackOnly();
        }
    }

    /** Runs a body that takes part; what leaves it poisons the transaction. */
    public <T, X extends Exception> T run(TransactionBody<T, X> body) throws X {
        try {
            return body.run();
        } catch (Throwable failure) {
            poison(failure);
            throw failure;
        }
    }

    public boolean isPoisoned() {
        return poison != null;
    }

    public TransactionRolledBackException rolledBack() {
        if (poison instanceof TransactionRolledBackException byHand) {
            return byHand;
        }
        return new TransactionRolledBackException(
                "transaction: rolled back, an operation inside had failed with " + poison
                        + "; let failures leave the transaction instead of catching them",
                null,
                poison);
    }

    public void onRollback(Runnable action) {
        undo.add(action);
        if (outer instanceof FacadeTransaction ours) {
            ours.onRollback(action);
        }
    }

    /** The part of a transaction that is begun inside it is committed with it. */
    public void onCommit(Runnable hook) {
        committed.add(Objects.requireNonNull(hook, "hook"));
    }

    /** Runs the actions after the commit. The transaction has not failed, whatever these do. */
    public void runCommitted() {
        committed.forEach(FacadeTransaction::runQuietly);
    }

    static void runQuietly(Runnable hook) {
        try {
            hook.run();
        } catch (RuntimeException | Error failure) {
            LOG.error("what was to be done after a commit has failed; the commit stands", failure);
        }
    }

    void undo() {
        undo.forEach(Runnable::run);
    }

    public void checkUsable(String operation) {
        if (poison != null) {
            throw new TransactionRolledBackException(
                    operation + ": the transaction can only roll back, since " + poison
                            + "; leave it and begin another one",
                    poison instanceof TransactionRolledBackException byHand ? byHand.value() : null,
                    poison);
        }
    }

    public void checkWritable(String operation) {
        if (readOnly) {
            throw new ReadOnlyTransactionException(operation, node.name());
        }
    }

    public void checkTarget(String operation, Target target) {
        boolean elsewhere = target.isMaster()
                ? node.role() != Role.MASTER
                : target.replicaName() != null && !target.replicaName().equals(node.name());
        if (elsewhere) {
            throw new IllegalStateException(operation + ": target " + target + " inside a transaction on " + node.name()
                    + " (expected: no target, or the transaction's node)");
        }
    }
}
