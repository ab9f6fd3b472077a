package dev.facade.cluster;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The master and its replicas. Immutable.
 *
 * <pre>{@code
 * Cluster cluster = new Cluster(Master.of("master"), List.of(Replica.of("berlin")));
 * Replica berlin = cluster.replica("berlin"); // null if there is none
 * }</pre>
 *
 * @param master the node that takes writes
 * @param replicas the nodes that take reads, in the order in which they were declared
 */
public record Cluster(Master master, List<Replica> replicas) {

    /**
     * Checks and copies the components.
     *
     * @param master the node that takes writes
     * @param replicas the nodes that take reads, in the order in which they were declared
     */
    public Cluster {
        Objects.requireNonNull(master, "master");
        replicas = List.copyOf(replicas);
        Set<String> names = new HashSet<>(Set.of(master.name()));
        for (Replica replica : replicas) {
            if (!names.add(replica.name())) {
                throw new IllegalArgumentException(
                        "replica: '" + replica.name() + "' is declared twice (expected: unique names)");
            }
        }
    }

    /**
     * Finds a replica.
     *
     * @param name its name
     * @return the replica, or null
     */
    public @Nullable Replica replica(String name) {
        for (Replica replica : replicas) {
            if (replica.name().equals(name)) {
                return replica;
            }
        }
        return null;
    }
}
