package dev.facade.engine.journey;

import dev.facade.cluster.Node;
import dev.facade.event.FailureClass;
import dev.facade.event.Reason;

/** Watches one read on its way through the cluster; used by one thread. */
public interface RouteObserver {

    /**
     * The read is about to run on a node.
     *
     * @param node the node
     * @param reason why this one
     */
    void routed(Node node, Reason reason);

    /**
     * The read failed there.
     *
     * @param node the node
     * @param failure the class of the failure
     * @param error what was thrown
     */
    void failed(Node node, FailureClass failure, Throwable error);

    /**
     * The read has waited for a replica to become fresh enough.
     *
     * @param nanos how long, in nanoseconds
     */
    default void waited(long nanos) {}
}
