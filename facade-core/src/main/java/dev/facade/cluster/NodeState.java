package dev.facade.cluster;

import dev.facade.event.Role;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a node does at a moment. Immutable.
 *
 * @param name its name
 * @param role what it is
 * @param reason why it takes no reads of its own accord; empty if it does, and of the master
 * @param inFlight how many reads run on it through this facade; of a replica only
 * @param latency within what half of its answers came in the last five to ten seconds, or null if there were none
 */
public record NodeState(
        String name,
        Role role,
        String reason,
        int inFlight,
        @Nullable Duration latency) {

    /**
     * Checks the components.
     *
     * @param name its name
     * @param role what it is
     * @param reason why it takes no reads of its own accord
     * @param inFlight how many reads run on it
     * @param latency within what half of its answers came, or null
     */
    public NodeState {
        Objects.requireNonNull(reason, "reason");
    }

    /**
     * Describes a master.
     *
     * @param master the node
     * @return its state
     */
    public static NodeState of(Master master) {
        return new NodeState(master.name(), Role.MASTER, "", 0, null);
    }

    /**
     * Describes a replica.
     *
     * @param replica the node
     * @param reason why it takes no reads of its own accord, or empty
     * @param now the present, by the facade's ticker
     * @return its state
     */
    public static NodeState of(Replica replica, String reason, long now) {
        long median = replica.latency(0.5, 1, now);
        Duration latency = median < 0 ? null : Duration.ofNanos(median);
        return new NodeState(replica.name(), Role.REPLICA, reason, replica.inFlight(), latency);
    }
}
