package dev.facade.cluster;

import dev.facade.event.Role;

/**
 * One database server, or one endpoint, that the facade sends operations to. Compared by identity.
 *
 * <pre>{@code
 * Node node = Replica.of("berlin", Weight.of(3), "europe");
 * String told = node.name() + " is a " + node.role();
 * }</pre>
 */
public sealed interface Node permits Master, Replica {

    /**
     * Returns the node's name, unique in its cluster.
     *
     * @return a name that is not blank
     */
    String name();

    /**
     * Returns what the node is.
     *
     * @return its role
     */
    Role role();
}
