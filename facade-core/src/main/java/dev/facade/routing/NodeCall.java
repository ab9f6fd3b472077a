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

    /**
     * Runs the read after a connection was lost under it: proves first, by a round trip, that the new connection lives,
     * and fails as unreachable if it does not, so that a pool of stale connections does not use up the one further run.
     *
     * @param node where to run
     * @return the result
     */
    default T onAgain(Node node) {
        return on(node);
    }
}
