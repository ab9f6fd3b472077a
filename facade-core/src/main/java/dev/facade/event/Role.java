package dev.facade.event;

/** The role of a node in its cluster. */
public enum Role {
    /** Takes writes; synonym: primary. */
    MASTER,
    /** Follows the master and takes reads; synonym: standby. */
    REPLICA
}
