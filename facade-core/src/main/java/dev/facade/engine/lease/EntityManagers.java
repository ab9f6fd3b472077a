package dev.facade.engine.lease;

import dev.facade.cluster.Node;
import dev.facade.cluster.Replica;
import dev.facade.engine.member.Membership;
import dev.facade.option.Schema;
import dev.facade.spi.ProviderExtension;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens EntityManagers on the nodes. Thread-safe. */
public record EntityManagers(
        EntityManagerFactory master,
        Membership membership,
        ProviderExtension extension,
        CacheBypass uncached,
        Origins origins,
        Borrowed borrowed) {

    /** EclipseLink's word for an EntityManager that keeps its connection. */
    private static final Map<String, String> EXCLUSIVE = Map.of("eclipselink.jdbc.exclusive-connection.mode", "Always");

    /** The factory of a node. */
    public EntityManagerFactory of(Node node) {
        return node instanceof Replica replica ? membership.of(replica) : master;
    }

    /** In a schema, if that is asked for. */
    public EntityManager open(EntityManagerFactory factory, @Nullable Schema schema) {
        return schema == null
                ? factory.createEntityManager()
                : extension.open(factory, schema, entity -> origins.add(entity, schema));
    }

    /** For a transaction on the master. */
    public EntityManager openMaster(@Nullable Schema schema) {
        return uncached.of(master, open(master, schema));
    }

    /** For a checkout of the master. */
    public EntityManager openExclusive(@Nullable Schema schema) {
        return uncached.of(master, schema == null ? master.createEntityManager(EXCLUSIVE) : open(master, schema));
    }
}
