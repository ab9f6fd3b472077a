package dev.facade.operation;

import dev.facade.cluster.Node;
import dev.facade.cluster.Replica;
import dev.facade.option.Schema;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens EntityManagers on the nodes. Thread-safe. */
record EntityManagers(
        EntityManagerFactory master,
        Membership membership,
        ProviderExtension extension,
        CacheBypass uncached,
        Origins origins,
        Borrowed borrowed) {

    /** EclipseLink's word for an EntityManager that keeps its connection. */
    private static final Map<String, String> EXCLUSIVE = Map.of("eclipselink.jdbc.exclusive-connection.mode", "Always");

    /** The factory of a node. */
    EntityManagerFactory of(Node node) {
        return node instanceof Replica replica ? membership.of(replica) : master;
    }

    /** In a schema, if that is asked for. */
    EntityManager open(EntityManagerFactory factory, @Nullable Schema schema) {
        return schema == null
                ? factory.createEntityManager()
                : extension.open(factory, schema, entity -> origins.add(entity, schema));
    }

    /** For a transaction on the master. */
    EntityManager openMaster(@Nullable Schema schema) {
        return uncached.of(master, open(master, schema));
    }

    /** For a checkout of the master. */
    EntityManager openExclusive(@Nullable Schema schema) {
        return uncached.of(master, schema == null ? master.createEntityManager(EXCLUSIVE) : open(master, schema));
    }
}
