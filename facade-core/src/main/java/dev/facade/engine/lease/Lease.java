package dev.facade.engine.lease;

import dev.facade.cluster.Node;
import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.engine.health.Watch;
import dev.facade.event.FailureClass;
import dev.facade.option.Schema;
import dev.facade.spi.FailureClassifier;
import dev.facade.spi.ProviderExtension;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FlushModeType;
import jakarta.persistence.PersistenceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An EntityManager that is open on a node for reading. Used by one thread; closing it never throws. */
public final class Lease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    /** How the reads of a lease are held together. */
    public enum Kind {
        /** Each statement by itself, in one round trip. */
        AUTO_COMMIT,
        /** All statements in one snapshot that cannot write. */
        SNAPSHOT,
        /** All statements in a transaction that may lock rows. */
        LOCKING
    }

    private static final String UNREACHABLE = "08001";
    private static final String LOST = "08006";

    private final Node node;
    private final Kind kind;
    private final EntityManager entityManager;
    private final Watch watch;
    private final Borrowed borrowed;
    private @Nullable String server;
    private @Nullable Sample proof;
    private @Nullable Position shown;
    private boolean begunByStatement;
    private @Nullable SchemaEntry entry;
    private boolean closed;

    private Lease(Node node, Kind kind, EntityManager entityManager, Watch watch, Borrowed borrowed) {
        this.node = node;
        this.kind = kind;
        this.entityManager = entityManager;
        this.watch = watch;
        this.borrowed = borrowed;
    }

    public static Lease open(
            Node node,
            Kind kind,
            EntityManagerFactory factory,
            Function<EntityManagerFactory, EntityManager> opened,
            Consumer<Lease> proof,
            Consumer<Lease> begun,
            Watch watch,
            Borrowed borrowed) {
        if (node instanceof Replica replica) {
            replica.begun(); // first, so that whoever takes the node away waits for it
        }
        Lease lease;
        try {
            lease = new Lease(node, kind, opened.apply(factory), watch, borrowed);
        } catch (RuntimeException | Error failure) {
            if (node instanceof Replica replica) {
                replica.ended();
            }
            watch.close();
            throw failure;
        }
        try {
            proof.accept(lease);
            lease.begin();
            begun.accept(lease);
            return lease;
        } catch (RuntimeException failure) {
            lease.close();
            throw lease.notEntered(failure);
        } catch (Error failure) {
            lease.close();
            throw failure;
        }
    }

    /** Watches what is waited for from now on: its connection, and what comes on that. */
    public void watch(ProviderExtension extension) {
        watch.waiting();
        watch.over(extension.heldConnection(entityManager));
        if (watch.isAbandoned()) { // while it waited for the connection
            throw new PersistenceException(
                    new SQLTransientConnectionException(node + ": outrun by another", UNREACHABLE));
        }
    }

    public boolean isOpen() {
        return !closed;
    }

    /** Ends the watching: a lease that stays open for the caller is not watched from now on. */
    public void keep() {
        if (!watch.done()) {
            close();
            throw new PersistenceException(new SQLNonTransientConnectionException(node + ": abandoned", LOST));
        }
    }

    /** Proves by a round trip that the connection lives; a snapshot has proved it when it began. */
    public void prove() {
        if (kind == Kind.SNAPSHOT) {
            return;
        }
        try {
            ConnectionWork<Boolean> proof = connection -> {
                if (!connection.isValid(1)) {
                    throw new SQLTransientConnectionException("connection to " + node + " is stale", UNREACHABLE);
                }
                return true;
            };
            proof.on(entityManager);
        } catch (RuntimeException failure) {
            close();
            throw notEntered(failure);
        }
    }

    /** Nothing of the caller's has run: whatever was lost, the node was not entered. */
    private RuntimeException notEntered(RuntimeException failure) {
        if (FailureClassifier.classify(failure, node.role()) != FailureClass.NODE) {
            return failure;
        }
        return new PersistenceException(
                new SQLTransientConnectionException(node + ": " + failure.getMessage(), UNREACHABLE, failure));
    }

    /** The run of the server that it is open on, if that is known. */
    public @Nullable String server() {
        return server;
    }

    void onServer(@Nullable String run) {
        this.server = run;
    }

    /** The sample that its connection was shown to be as fresh as; null if nothing had to be shown. */
    @Nullable
    Sample proof() {
        return proof;
    }

    void provedBy(Sample sample) {
        this.proof = sample;
    }

    /** Begins a transaction, in which nothing runs yet, by the statement that comes next or by the provider. */
    void beginUnseen() {
        if (kind == Kind.AUTO_COMMIT) {
            begunByStatement = true; // the provider's would cost the driver's changes of mode
        } else {
            entityManager.getTransaction().begin();
        }
    }

    /**
     * The position that covers everything in its snapshot; null if it is not known, or is not needed since the server
     * is known.
     */
    public @Nullable Position shown() {
        return shown;
    }

    void shows(@Nullable Position atMost) {
        this.shown = atMost;
    }

    public EntityManager entityManager() {
        return entityManager;
    }

    /** Works in a schema from now on, until its transaction has ended. */
    public void enter(String operation, @Nullable Schema schema) {
        entry = SchemaEntry.enter(operation, node, entityManager, schema);
    }

    public Node node() {
        return node;
    }

    private void begin() {
        entityManager.setFlushMode(FlushModeType.COMMIT);
        if (kind == Kind.SNAPSHOT) {
            if (!entityManager.getTransaction().isActive()) { // its proof may have begun it
                Snapshot.begin(entityManager);
            }
        } else if (kind == Kind.LOCKING) {
            entityManager.getTransaction().begin();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            end();
        } catch (RuntimeException failure) {
            LOG.debug("ending a read on {} failed", node, failure);
        } finally {
            try {
                if (watch.done()) {
                    borrowed.giveBack(entityManager);
                } else {
                    borrowed.forget(entityManager);
                }
                closeQuietly();
            } finally { // an Error must not keep what others need
                if (node instanceof Replica replica) {
                    replica.ended();
                }
                watch.close();
            }
        }
    }

    private void end() {
        if (!entityManager.isOpen()) { // whoever borrowed it has closed it
            return;
        }
        if (begunByStatement) {
            ConnectionWork<Boolean> rollback = Lease::rollBack;
            rollback.on(entityManager);
        }
        if (kind == Kind.AUTO_COMMIT || !entityManager.getTransaction().isActive()) {
            return;
        }
        if (kind == Kind.SNAPSHOT) {
            Snapshot.end(entityManager);
        } else {
            entityManager.clear();
            entityManager.getTransaction().rollback();
        }
        if (entry != null) {
            entry.leave(entityManager);
        }
    }

    /** A connection that cannot roll back must not come back to its pool in a transaction. */
    private static boolean rollBack(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute("rollback");
        } catch (SQLException failure) {
            connection.abort(Runnable::run);
            throw failure;
        }
    }

    /** What its borrower has closed within its transaction keeps the connection until that ends. */
    private void closeQuietly() {
        try {
            if (entityManager.getTransaction().isActive()) {
                entityManager.getTransaction().rollback();
            }
        } catch (RuntimeException failure) {
            LOG.debug("rolling back a read on {} failed", node, failure);
        }
        try {
            if (entityManager.isOpen()) {
                entityManager.close();
            }
        } catch (RuntimeException failure) {
            LOG.debug("closing an EntityManager of {} failed", node, failure);
        }
    }
}
