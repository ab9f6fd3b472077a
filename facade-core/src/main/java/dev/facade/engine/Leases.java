package dev.facade.engine;

import dev.facade.cluster.Node;
import dev.facade.engine.call.Recording;
import dev.facade.engine.journey.ReadIntent;
import dev.facade.engine.lease.EntityManagers;
import dev.facade.engine.lease.Lease;
import dev.facade.engine.lease.LeaseProofs;
import dev.facade.engine.member.NodeFactories;
import dev.facade.engine.transaction.Sessions;
import dev.facade.option.Schema;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The services for the leases of reads: they open and prove them, and pass on what these have shown. Thread-safe.
 *
 * @param masterReads how the master is read in master-only mode, or null when the facade is not in that mode
 */
record Leases(
        EntityManagers entityManagers,
        LeaseProofs proofs,
        Sessions sessions,
        NodeFactories.@Nullable MasterReads masterReads) {

    boolean isMasterOnly() {
        return masterReads != null;
    }

    /** The factory whose connections to the master cannot write, if there is one. */
    @Nullable
    EntityManagerFactory guarded() {
        return masterReads == null ? null : masterReads.guarded();
    }

    /** The factory of a node. */
    EntityManagerFactory factory(Node node) {
        return entityManagers.of(node);
    }

    boolean keepsConnection(EntityManagerFactory factory) {
        return entityManagers.extension().keepsConnection(factory);
    }

    /** Tells whether who reads is told by the reading thread. */
    boolean dependsOnThread() {
        return entityManagers.extension().resolvesTenants(entityManagers.master());
    }

    boolean masterKeepsConnection() {
        return keepsConnection(entityManagers.master());
    }

    /** Opens an EntityManager on a node; what is promised is read from the database whatever a cache has. */
    EntityManager open(Node node, EntityManagerFactory from, @Nullable Schema schema, boolean promised) {
        factory(node); // it may have been taken away
        if (!from.isOpen()) {
            throw new IllegalStateException(node.name() + ": its EntityManagerFactory is closed (expected: open)");
        }
        EntityManager opened = entityManagers.open(from, schema);
        return promised ? entityManagers.uncached().of(from, opened) : opened;
    }

    /** Tells whether the master's second-level cache may answer a statement, which then takes no connection. */
    boolean mayBeCached(boolean promised) {
        return entityManagers.uncached().mayBeCached(promised);
    }

    /** Watches what a lease waits for. */
    void watch(Lease lease) {
        lease.watch(entityManagers.extension());
    }

    /** Makes sure that a lease is as fresh as its reader needs it, and notes how fresh that is if anybody hears of it. */
    void prove(Lease lease, ReadIntent intent, boolean keepsConnection, Recording recording) {
        proofs.prove(lease, intent, keepsConnection);
        witness(lease, keepsConnection, recording);
    }

    void witness(Lease lease, boolean keepsConnection, Recording recording) {
        if (recording.isHeard()) {
            proofs.witness(lease, keepsConnection, recording);
        }
    }
}
