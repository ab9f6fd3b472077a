package dev.facade.engine.call;

import dev.facade.event.FacadeListener;
import dev.facade.time.Ticker;
import java.util.concurrent.atomic.AtomicBoolean;

/** Begins the recording of each operation, and refuses all of them once it is closed. Thread-safe. */
public final class Recorder {

    private final FacadeListener listener;
    private final Ticker ticker;
    private final AtomicBoolean closed = new AtomicBoolean();

    public Recorder(FacadeListener listener, Ticker ticker) {
        this.listener = listener;
        this.ticker = ticker;
    }

    public Recording begin(String operation, String subject) {
        checkOpen(operation);
        return Recording.of(listener, ticker, operation, subject);
    }

    /** The recording of a read, which may have been asked for its receipt. */
    public Recording begin(String operation, String subject, ReadOptions options) {
        checkOpen(operation);
        return Recording.of(listener, options.recipient(), ticker, operation, subject);
    }

    public void checkOpen(String operation) {
        if (closed.get()) {
            throw new IllegalStateException(operation + ": the repository is closed (expected: open)");
        }
    }

    /** True the first time. */
    public boolean close() {
        return closed.compareAndSet(false, true);
    }
}
