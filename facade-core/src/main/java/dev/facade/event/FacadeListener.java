package dev.facade.event;

/**
 * The listener to operations and nodes. It is told of every operation, on the thread that ran it, and of every change
 * of a node, on the thread that noticed it. Implementations are thread-safe and quick. An exception of theirs is logged
 * and changes nothing.
 *
 * <pre>{@code
 * FacadeListener listener = event -> System.out.println(event.operation() + " on " + event.route());
 * }</pre>
 */
@FunctionalInterface
public interface FacadeListener {

    /**
     * Returns the listener that hears nothing; with it no event is ever built.
     *
     * @return the one such listener
     */
    static FacadeListener noop() {
        return NoopListener.INSTANCE;
    }

    /**
     * An operation has ended. A stream's event comes when it was opened, a transaction's when it has ended.
     *
     * @param event what happened
     */
    void onOperation(OperationEvent event);

    /**
     * Something has become of a node; by default that is ignored. It is no operation's event: whoever notices that a node
     * fails has its own.
     *
     * @param event what has changed
     */
    default void onNode(NodeEvent event) {}
}
