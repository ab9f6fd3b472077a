package dev.facade.engine.health;

import dev.facade.cluster.Replica;
import dev.facade.spi.Deadline;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a read on a node, which is abandoned when it takes too long: its connection is aborted, so that the thread
 * that waits for it fails. Its methods are called by the reading thread but for {@link
 * #outrun()}.
 *
 * <p>The run ends by {@link #done()} before its connection goes back to its pool; whether it was done or abandoned is
 * decided once, so a connection that somebody else may have is never aborted.
 */
public final class Watch implements AutoCloseable, LongSupplier {

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final ThreadLocal<@Nullable Watch> PRESENT = new ThreadLocal<>();
    private static final VarHandle STATE = state();
    private static final int RUNNING = 0;
    private static final int DONE = 1;
    private static final int SLOW = 2;
    private static final int LATE = 3;
    private static final int OUTRUN = 4;

    private final Watchdog watchdog;
    private final long begun;
    private final long deadline;
    private final @Nullable Runnable onClose;
    private volatile int state;
    private volatile @Nullable Connection connection;
    private volatile boolean toAbort;
    private boolean closed;
    private boolean waiting;
    private @Nullable LongSupplier outer; // of a read that waits for what this one gives its connection
    private boolean entered;
    private volatile boolean own;
    private long used; // by the program itself
    private volatile long owned; // the same, for the watchdog
    private boolean exhausted;

    // written by the watchdog only
    private @Nullable Replica impatientWith;
    private long stalls;
    private volatile long stalled; // the same, for the reading thread

    Watch(Watchdog watchdog, @Nullable Replica impatientWith, long begun, long deadline, @Nullable Runnable onClose) {
        this.watchdog = watchdog;
        this.impatientWith = impatientWith;
        this.begun = begun;
        this.deadline = deadline;
        this.onClose = onClose;
    }

    private static VarHandle state() {
        try {
            return MethodHandles.lookup().findVarHandle(Watch.class, "state", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /**
     * Makes this the run of the present thread, for {@link #own}.
     *
     * @return the run around it, or null; to be handed to {@link #leave}
     */
    public @Nullable Watch enter() {
        Watch around = PRESENT.get();
        PRESENT.set(this);
        return around;
    }

    /**
     * Ends what {@link #enter()} began.
     *
     * @param around the run around it, or null
     */
    public static void leave(@Nullable Watch around) {
        PRESENT.set(around); // not removed if there is none: the next read's would be another entry
    }

    /**
     * Runs what the program does itself, such as translating a query. Its time is charged to no node: the present thread's
     * run is not abandoned meanwhile, and neither latency nor patience counts it. Only the deadline of the read does.
     *
     * @param work asks no node
     * @param <T> what it returns
     * @return what the work returned
     * @throws CancellationException if the deadline of the read is over when the work has ended
     */
    public static <T> T own(Supplier<T> work) {
        Watch run = PRESENT.get();
        if (run == null || run.own) {
            return work.get();
        }
        long begun = run.watchdog.now();
        run.own = true;
        T result;
        try {
            result = work.get();
        } finally {
            run.used += run.watchdog.now() - begun;
            run.owned = run.used;
            run.own = false;
        }
        run.checkDeadline();
        return result;
    }

    /** The connection has nothing to do with it, and is as good as before. */
    private void checkDeadline() {
        if (deadline - watchdog.now() > 0 || !STATE.compareAndSet(this, RUNNING, LATE)) {
            return;
        }
        if (connection != null) {
            connection = null;
            watchdog.remove(this);
        }
        exhausted = true;
        throw new CancellationException(
                "its time was over by then; translating the query took " + owned / 1_000_000 + " ms of it");
    }

    /**
     * Tells whether the deadline was over before the node had been asked anything.
     *
     * @return true if the program itself took the time
     */
    public boolean isExhausted() {
        return exhausted;
    }

    /**
     * Tells how much of the run's time the program itself took.
     *
     * @return nanoseconds
     */
    public long owned() {
        return owned;
    }

    /**
     * Tells whether the program itself is at work at present.
     *
     * @return true if no node is waited for
     */
    public boolean isOwn() {
        return own;
    }

    /** The time that the read has left, in nanoseconds. */
    @Override
    public long getAsLong() {
        return deadline - watchdog.now();
    }

    /** The run waits for its connection from now on, until {@link #over} or {@link #done()}. */
    public void waiting() {
        waiting = true;
        outer = Deadline.enter(this);
    }

    private void waited() {
        if (waiting) {
            waiting = false;
            Deadline.enter(outer);
        }
    }

    /**
     * Watches from now on.
     *
     * @param connection what the read waits for; it stays the read's until {@link #done()}
     */
    public void over(Connection connection) {
        waited();
        entered = true;
        this.connection = connection;
        watchdog.add(this);
    }

    /**
     * Ends the watching. A connection that was abandoned is aborted when this returns, so it may be given back.
     *
     * @return false if the run was abandoned
     */
    public boolean done() {
        Connection held = connection;
        if (held != null) {
            connection = null;
            watchdog.remove(this);
        } else if (waiting && deadline - watchdog.now() <= 0) {
            abandon(LATE);
        }
        waited();
        boolean done = STATE.compareAndSet(this, RUNNING, DONE) || state == DONE;
        if (!done && held != null) {
            try {
                held.abort(Runnable::run);
            } catch (SQLException | RuntimeException failure) {
                LOG.debug("aborting a connection failed", failure);
            }
        }
        return done;
    }

    /** Ends the watching, and what the run has held besides its connection; again does nothing. */
    @Override
    public void close() {
        done();
        if (!closed) {
            closed = true;
            if (onClose != null) {
                onClose.run();
            }
        }
    }

    /**
     * Tells whether the run was abandoned.
     *
     * @return true if it was
     */
    public boolean isAbandoned() {
        int now = state;
        return now == SLOW || now == LATE || now == OUTRUN;
    }

    /**
     * Abandons the run, since another has answered. Called by that one's thread.
     *
     * @return false if this one has ended before
     */
    public boolean outrun() {
        return abandon(OUTRUN);
    }

    /**
     * Tells whether the run was abandoned since the deadline of its read is over.
     *
     * @return true if it was
     */
    public boolean isLate() {
        return state == LATE;
    }

    /**
     * Tells whether the run ever had a connection: else it was its pool that let it wait.
     *
     * @return true if it had
     */
    public boolean isEntered() {
        return entered;
    }

    /**
     * Tells how long the run has lasted by now, without the time that this process stood still or used
     * itself.
     *
     * @return nanoseconds
     */
    public long lasted() {
        return watchdog.now() - begun - stalled - owned;
    }

    /** Called by the watchdog's thread; what it was stalled itself is not the replica's fault. */
    void judge(long now, long stall, Patience patience, RetryBudget budget) {
        stalls += stall;
        stalled = stalls;
        if (toAbort) {
            abort();
        }
        if (own) {
            return;
        }
        Replica replica = impatientWith;
        if (now - deadline >= 0) {
            abandon(LATE);
        } else if (replica != null && isEarly(now) && patience.isOver(replica, now - begun - stalled - owned, now)) {
            if (!budget.tryWithdraw()) {
                impatientWith = null;
            } else if (!abandon(SLOW)) {
                budget.giveBack();
            }
        }
    }

    /** Another replica must have as much time. */
    private boolean isEarly(long now) {
        return now - begun <= deadline - now;
    }

    private boolean abandon(int how) {
        boolean abandoned = STATE.compareAndSet(this, RUNNING, how);
        if (abandoned) {
            toAbort = true;
            abort();
        }
        return abandoned;
    }

    /** An Error leaves it to the watchdog's next look. */
    private void abort() {
        Connection held = connection; // null if the reader aborts it, or never had one
        if (held != null) {
            watchdog.abort(held);
        }
        toAbort = false;
    }
}
