package dev.facade.event;

import java.util.Objects;

/**
 * A change of a node. Immutable.
 *
 * <pre>{@code
 * FacadeListener listener = new FacadeListener() {
 *     public void onOperation(OperationEvent event) {}
 *
 *     public void onNode(NodeEvent event) {
 *         System.out.println(event.node() + " " + event.change() + ": " + event.why());
 *     }
 * };
 * }</pre>
 *
 * @param node its name
 * @param change what has changed
 * @param why in words, such as the failure that put it out; for people, not for programs
 */
public record NodeEvent(String node, Change change, String why) {

    /** The changes that may befall a node. */
    public enum Change {
        /** A replica takes no more reads but those that name it. */
        EJECTED,
        /** A replica takes reads again. */
        RETURNED,
        /** A replica was added, or a master that was lost is back as a replica. */
        ADDED,
        /** A replica was removed by hand. */
        REMOVED,
        /** A node is the master in place of another. */
        PROMOTED,
        /** A node is one of several that say that they are the master; writes are refused. */
        RIVAL,
        /** A node is no rival any more: it is the only master, or is gone, or says that it is none. */
        UNRIVALLED,
        /** The node that writes go to is not the master, and no other one can take its place; writes fail. */
        MASTERLESS,
        /** There is a master where there was none. */
        MASTERED
    }

    /**
     * Checks the components.
     *
     * @param node its name
     * @param change what has changed
     * @param why in words
     */
    public NodeEvent {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(change, "change");
        Objects.requireNonNull(why, "why");
    }
}
