package dev.facade.routing;

import dev.facade.cluster.Node;

/**
 * A read, to be run on a node that the router chooses.
 *
 * @param <T> what it returns
 */
@FunctionalInterface
public interface NodeCall<T> {

    /**
     * Runs the read; called again with another node if it fails in a way that permits it.
     *
     * @param node where to run
     * @return the result
     */
    T on(Node node);
}
