package dev.facade.event;

/**
 * The four classes of failure; {@code dev.facade.spi.FailureClassifier} tells what each leads to.
 *
 * <pre>{@code
 * FailureClass failure = FailureClassifier.classify(new SQLException("shut down", "57P01"), Role.REPLICA); // NODE
 * }</pre>
 */
public enum FailureClass {
    /** The node cannot be reached, was lost or shuts down. */
    NODE,
    /** The pool is full of living connections, or the server takes no more. */
    SATURATION,
    /** A replica cancelled the read in favour of replay. */
    CONFLICT,
    /** It took so much longer than on the other replicas, or so long in all, that the read was abandoned. */
    SLOW,
    /** Everything else: the query itself. */
    QUERY
}
