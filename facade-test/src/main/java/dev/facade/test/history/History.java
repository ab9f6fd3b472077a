package dev.facade.test.history;

import java.time.Duration;
import java.util.List;

/**
 * The events of all sessions, each session's in their order; those of different sessions may stand in any order.
 * Immutable.
 *
 * @param events reads and committed writes
 */
public record History(List<HistoryEvent> events) {

    /**
     * Copies the events.
     *
     * @param events reads and committed writes
     */
    public History {
        events = List.copyOf(events);
    }

    /**
     * Makes a history by hand.
     *
     * @param events reads and committed writes
     * @return the history
     */
    public static History of(HistoryEvent... events) {
        return new History(List.of(events));
    }

    /**
     * Checks every event against what its session did before, and every bounded read against all writes.
     *
     * @param lagWindow how long after a write of its session a read counts as recent
     * @return what was found
     */
    public Verdict check(Duration lagWindow) {
        return new Check(this, lagWindow).run();
    }
}
