package dev.facade.engine.transaction;

import dev.facade.cluster.Node;
import dev.facade.engine.call.Hooks;
import dev.facade.engine.journey.Router;
import dev.facade.engine.position.Monitor;
import dev.facade.error.SeveralMastersException;
import dev.facade.event.FailureClass;
import dev.facade.event.Role;
import dev.facade.spi.FailureClassifier;
import dev.facade.spi.Tables;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checks around transactions on the master. Thread-safe. */
public final class MasterGate {

    private static final Logger LOG = LoggerFactory.getLogger(MasterGate.class);
    private static final String UNREACHABLE = "08001";

    private final Router router;
    private final Sessions sessions;
    private final Hooks hooks;
    private final BooleanSupplier onMasterOnly;
    private volatile boolean hasCommitted;

    public MasterGate(Router router, Sessions sessions, Hooks hooks, BooleanSupplier onMasterOnly) {
        this.router = router;
        this.sessions = sessions;
        this.hooks = hooks;
        this.onMasterOnly = onMasterOnly;
    }

    public Node master() {
        return router.cluster().master();
    }

    boolean isMaster(Node node) {
        return master().name().equals(node.name());
    }

    /** The node that a transaction is about to begin on. */
    Node enter(String operation) {
        checkOneMaster(operation);
        watch(Monitor::start);
        return master();
    }

    /** A commit on a node that is not the master any more, or not the only one, would be lost sooner or later. */
    void leave(String operation, Node node) {
        checkOneMaster(operation);
        if (!isMaster(node)) {
            throw new PersistenceException(new SQLTransientConnectionException(
                    operation + ": not committed, since " + master() + " has become the master in place of " + node,
                    UNREACHABLE));
        }
    }

    public void checkOneMaster(String operation) {
        List<String> rivals = sessions.monitor().rivals();
        if (!rivals.isEmpty()) {
            throw new SeveralMastersException(operation, rivals);
        }
    }

    /** Runs the program's hook at the beginning of a transaction, which may write anything; false if there is none. */
    boolean begun(EntityManager entityManager) {
        if (!hooks.preparesTransactions()) {
            return false;
        }
        sessions.writing(Tables.unknown(), null);
        hooks.prepareTransaction().accept(entityManager);
        return true;
    }

    /**
     * Tells that a transaction has committed: samples that are taken at once tell where, before anybody asks for them.
     */
    void committed() {
        if (!hasCommitted) {
            hasCommitted = true;
            watch(Monitor::want);
        }
    }

    /** From now on it is watched who the master is. */
    private void watch(Consumer<Monitor> beginning) {
        if (onMasterOnly.getAsBoolean()) { // nobody else could be it
            return;
        }
        try {
            beginning.accept(sessions.monitor());
        } catch (Throwable error) { // what is committed has not failed
            LOG.error("the samples do not begin, the next transaction tries again", error);
        }
    }

    /** It may have another role, or another may be in its place; one that hangs has no connection left. */
    void failed(Throwable failure) {
        FailureClass type = FailureClassifier.classify(failure, Role.MASTER);
        if (type == FailureClass.NODE || type == FailureClass.SATURATION) {
            sessions.monitor().hurry();
        }
    }

    /** How long a write took, so that reads that no replica can serve are kept from slowing writes down. */
    public void took(long nanos) {
        router.wrote(nanos);
    }
}
