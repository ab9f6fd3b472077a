package dev.facade.cluster;

import dev.facade.event.Role;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How a node does at a moment. Immutable.
 *
 * <pre>{@code
 * for (NodeState node : repo.cluster().nodes()) {
 *     System.out.println(node.name() + ": " + (node.reason().isEmpty() ? "takes reads" : node.reason()));
 * }
 * }</pre>
 *
 * @param name its name
 * @param role what it is
 * @param reason why it takes no reads of its own accord, or of the master no writes; empty if it does
 * @param inFlight how many reads run on it through this facade; of a replica only
 * @param latency within what half of its answers came in the last five to ten seconds, or null if there were none
 * @param lag how old its data can be at most, or null if that is not known; zero of the master
 * @param lagBytes how much of the master's log it had not replayed when both were sampled last, or empty if that is not
 *     known; zero of the master
 */
public record NodeState(
        String name,
        Role role,
        String reason,
        int inFlight,
        @Nullable Duration latency,
        @Nullable Duration lag,
        OptionalLong lagBytes) {

    /**
     * Checks the components.
     *
     * @param name its name
     * @param role what it is
     * @param reason why it takes no reads of its own accord
     * @param inFlight how many reads run on it
     * @param latency within what half of its answers came, or null
     * @param lag how old its data can be at most, or null
     * @param lagBytes how much of the master's log it had not replayed
     */
    public NodeState {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(lagBytes, "lagBytes");
    }

    /**
     * Describes a master.
     *
     * @param master the node
     * @param reason why it takes no writes, or empty
     * @return its state
     */
    public static NodeState of(Master master, String reason) {
        return new NodeState(master.name(), Role.MASTER, reason, 0, null, Duration.ZERO, OptionalLong.of(0));
    }

    /**
     * Describes a replica.
     *
     * @param replica the node
     * @param reason why it takes no reads of its own accord, or empty
     * @param lagBytes how much of the master's log it had not replayed
     * @param now the present, by the facade's ticker
     * @return its state
     */
    public static NodeState of(Replica replica, String reason, OptionalLong lagBytes, long now) {
        return new NodeState(
                replica.name(),
                Role.REPLICA,
                reason,
                replica.inFlight(),
                duration(replica.latency(0.5, 1, now)),
                duration(replica.lag(now)),
                lagBytes);
    }

    private static @Nullable Duration duration(long nanos) {
        return nanos < 0 ? null : Duration.ofNanos(nanos);
    }
}
