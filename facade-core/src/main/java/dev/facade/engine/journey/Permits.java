package dev.facade.engine.journey;

import dev.facade.engine.health.MasterGuard;
import dev.facade.option.Priority;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * A permit of the master's guard for each thread that reads there, however many of its reads are open: what is read for each
 * row of a stream must not wait for what the stream holds. Thread-safe.
 */
final class Permits {

    private final MasterGuard guard;
    private final ConcurrentMap<Thread, Integer> open = new ConcurrentHashMap<>();

    Permits(MasterGuard guard) {
        this.guard = guard;
    }

    /** As {@link MasterGuard#enter}, for this thread. */
    boolean enter(Priority priority, long nanos) {
        Thread reader = Thread.currentThread();
        if (open.merge(reader, 1, Integer::sum) > 1) {
            return true;
        }
        boolean entered = false;
        try {
            entered = guard.enter(priority, nanos);
            return entered;
        } finally {
            if (!entered) {
                open.remove(reader);
            }
        }
    }

    /** One of a thread's reads has ended, on whichever thread. */
    void left(Thread reader) {
        if (open.computeIfPresent(reader, (same, reads) -> reads == 1 ? null : reads - 1) == null) {
            guard.left();
        }
    }
}
