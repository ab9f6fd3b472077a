package dev.facade.event;

/** What a node is in its cluster. */
public enum Role {
    /** Takes writes; synonym: primary. */
    MASTER,
    /** Follows the master and takes reads; synonym: standby. */
    REPLICA
}
