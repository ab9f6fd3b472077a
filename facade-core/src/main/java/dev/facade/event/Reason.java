package dev.facade.event;

/**
 * Why an operation went where it went.
 *
 * <pre>{@code
 * repo.all(Post.class, Receipt.to(receipt -> {
 *     if (receipt.route().reason() == Reason.FALLBACK) {
 *         System.out.println("no replica could serve it");
 *     }
 * }));
 * }</pre>
 */
public enum Reason {
    /** It writes. */
    WRITE,
    /** It runs in the transaction that was already open. */
    JOINED_TRANSACTION,
    /** It runs on the connection that was checked out. */
    CHECKED_OUT,
    /** The caller named the node. */
    EXPLICIT,
    /** Only the master is known to be fresh enough for the caller. */
    CONSISTENCY,
    /** It locks rows. */
    LOCKING_READ,
    /** The facade runs in master-only mode. */
    MASTER_ONLY,
    /** The facade has no replica that takes reads. */
    NO_REPLICAS,
    /** The algorithm picked this replica. */
    ALGORITHM,
    /** This replica's time outside is over, and this read is the one that tries it. */
    PROBE,
    /** It took long on the replica that was picked, and this one has answered first. */
    HEDGE,
    /** No replica could serve it, and fallback is on. */
    FALLBACK,
    /** The replica lacks a table, column or function that the master may already have. */
    SCHEMA_BEHIND,
    /** The replica that was read does not have the row, and the caller wants the master to be asked then. */
    ON_MISS
}
