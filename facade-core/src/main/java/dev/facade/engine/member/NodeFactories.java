package dev.facade.engine.member;

import dev.facade.cluster.Replica;
import dev.facade.spi.Recipes;
import jakarta.persistence.EntityManagerFactory;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The factories that lead to the nodes. Immutable.
 *
 * @param master the master's factory, whichever node is the master
 * @param replicas those of the replicas
 * @param masterReads how the master is read in master-only mode, or null when the facade is not in that mode
 * @param clusterWideCache whether the master's second-level cache is known to have what anybody has committed
 * @param recipes make others
 */
public record NodeFactories(
        EntityManagerFactory master,
        Map<Replica, EntityManagerFactory> replicas,
        @Nullable MasterReads masterReads,
        boolean clusterWideCache,
        Recipes recipes) {

    /** Copies the map. */
    public NodeFactories {
        replicas = Map.copyOf(replicas);
    }

    /**
     * Returns the factories whose connections lead to the master.
     *
     * @return the master's, and in master-only mode the one that cannot write, if there is one
     */
    public List<EntityManagerFactory> toMaster() {
        EntityManagerFactory guarded = masterReads == null ? null : masterReads.guarded();
        return guarded == null ? List.of(master) : List.of(master, guarded);
    }

    /**
     * The way to read the master in master-only mode.
     *
     * @param guarded a factory whose connections to the master cannot write, or null: then every read is a read-only
     *     transaction
     */
    public record MasterReads(@Nullable EntityManagerFactory guarded) {}
}
