package dev.facade.operation;

import dev.facade.cluster.Node;
import dev.facade.cluster.Replica;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FlushModeType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An EntityManager that is open on a node for reading. Used by one thread; closing it never throws. */
final class Lease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    /** How the reads of a lease are held together. */
    enum Kind {
        /** Each statement by itself, in one round trip. */
        AUTO_COMMIT,
        /** All statements in one snapshot that cannot write. */
        SNAPSHOT,
        /** All statements in a transaction that may lock rows. */
        LOCKING
    }

    private final Node node;
    private final Kind kind;
    private final EntityManager entityManager;

    private Lease(Node node, Kind kind, EntityManager entityManager) {
        this.node = node;
        this.kind = kind;
        this.entityManager = entityManager;
    }

    static Lease open(Node node, Kind kind, EntityManagerFactory factory) {
        if (!factory.isOpen()) {
            throw new IllegalStateException(node.name() + ": its EntityManagerFactory is closed (expected: open)");
        }
        Lease lease = new Lease(node, kind, factory.createEntityManager());
        if (node instanceof Replica replica) {
            replica.begun();
        }
        try {
            lease.begin();
            return lease;
        } catch (RuntimeException failure) {
            lease.close();
            throw failure;
        }
    }

    EntityManager entityManager() {
        return entityManager;
    }

    Node node() {
        return node;
    }

    private void begin() {
        entityManager.setFlushMode(FlushModeType.COMMIT);
        if (kind == Kind.SNAPSHOT) {
            Snapshot.begin(entityManager);
        } else if (kind == Kind.LOCKING) {
            entityManager.getTransaction().begin();
        }
    }

    @Override
    public void close() {
        if (!entityManager.isOpen()) {
            return;
        }
        try {
            end();
        } catch (RuntimeException failure) {
            LOG.debug("ending a read on {} failed", node, failure);
        } finally {
            closeQuietly();
            if (node instanceof Replica replica) {
                replica.ended();
            }
        }
    }

    private void end() {
        if (kind == Kind.AUTO_COMMIT || !entityManager.getTransaction().isActive()) {
            return;
        }
        if (kind == Kind.SNAPSHOT) {
            Snapshot.end(entityManager);
        } else {
            entityManager.clear();
            entityManager.getTransaction().rollback();
        }
    }

    private void closeQuietly() {
        try {
            if (entityManager.getTransaction().isActive()) {
                entityManager.getTransaction().rollback();
            }
        } catch (RuntimeException failure) {
            LOG.debug("rolling back a read on {} failed", node, failure);
        }
        try {
            entityManager.close();
        } catch (RuntimeException failure) {
            LOG.debug("closing an EntityManager of {} failed", node, failure);
        }
    }
}
