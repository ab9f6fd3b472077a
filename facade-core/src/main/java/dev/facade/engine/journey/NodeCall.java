package dev.facade.engine.journey;

import dev.facade.cluster.Node;
import dev.facade.engine.health.Watch;
import java.util.function.Supplier;

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

    /**
     * As {@link #on(Node)}, within limits. Whoever runs it closes the watch, at the latest when it has given back what it
     * runs on; a read that stays open when this returns closes it at its end.
     *
     * @param node where to run
     * @param watch is told which connection the read waits for
     * @return the result
     */
    default T on(Node node, Watch watch) {
        try (watch) {
            return on(node);
        }
    }

    /**
     * As {@link #onAgain(Node)}, within limits.
     *
     * @param node where to run
     * @param watch as that of {@link #on(Node, Watch)}
     * @return the result
     */
    default T onAgain(Node node, Watch watch) {
        try (watch) {
            return onAgain(node);
        }
    }

    /**
     * Tells whether the read may run twice at the same time, on two threads.
     *
     * @return false unless it says otherwise
     */
    default boolean isHedgeable() {
        return false;
    }

    /**
     * Tells whether a replica's result means that it does not have what is looked for, and the master is to be asked.
     *
     * @param result what a replica has answered
     * @return false unless it says otherwise
     */
    default boolean isMissing(T result) {
        return false;
    }

    /**
     * Runs the read on a thread that is not its own, beside another run of it.
     *
     * @param node where to run
     * @param watch as that of {@link #on(Node, Watch)}
     * @return what is left to do on the read's own thread if this run has won; gives the result
     */
    default Supplier<T> aside(Node node, Watch watch) {
        T result = on(node, watch);
        return () -> result;
    }
}
