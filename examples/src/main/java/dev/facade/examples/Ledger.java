package dev.facade.examples;

import dev.facade.event.FacadeListener;
import dev.facade.event.OperationEvent;
import dev.facade.event.Reason;
import dev.facade.event.Route;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Writes down where the facade says that operations went. Thread-safe. */
final class Ledger implements FacadeListener {

    private final Tally reads = new Tally();
    private final Tally writes = new Tally();
    private final Map<Reason, LongAdder> reasons = new ConcurrentHashMap<>();
    private final Map<Thread, Route> last = new ConcurrentHashMap<>();
    private final LongAdder detours = new LongAdder();

    @Override
    public void onOperation(OperationEvent event) {
        Route route = event.route();
        if (route == null || event.error() != null) {
            return;
        }
        (route.reason() == Reason.WRITE ? writes : reads).add(route.node());
        reasons.computeIfAbsent(route.reason(), reason -> new LongAdder()).increment();
        last.put(Thread.currentThread(), route);
        if (!event.attempts().isEmpty()) {
            detours.increment();
        }
    }

    Tally reads() {
        return reads;
    }

    Tally writes() {
        return writes;
    }

    long because(Reason reason) {
        LongAdder count = reasons.get(reason);
        return count == null ? 0 : count.sum();
    }

    /** How many operations got their result after a node had failed them. */
    long detours() {
        return detours.sum();
    }

    /** The route of this thread's latest operation. */
    Route last() {
        return Objects.requireNonNull(last.get(Thread.currentThread()), "last");
    }
}
