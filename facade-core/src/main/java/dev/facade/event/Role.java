package dev.facade.event;

/**
 * The role of a node in its cluster.
 *
 * <pre>{@code
 * FacadeListener listener = event -> {
 *     if (event.route() != null && event.route().role() == Role.REPLICA) {
 *         System.out.println("a replica served it");
 *     }
 * };
 * }</pre>
 */
public enum Role {
    /** Takes writes; synonym: primary. */
    MASTER,
    /** Follows the master and takes reads; synonym: standby. */
    REPLICA
}
