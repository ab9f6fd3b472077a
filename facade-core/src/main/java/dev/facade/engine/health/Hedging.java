package dev.facade.engine.health;

import dev.facade.cluster.Replica;
import dev.facade.time.Ticker;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts second runs of reads that take longer than 95 of 100 answers of the other replicas, at least ten milliseconds, and
 * only so many of them as a budget allows; while nothing is known of the others there are none before a second.
 * Thread-safe. (After "The Tail at Scale", by Dean and Barroso, 2013.)
 *
 * <p>One daemon thread looks at the clock and at most eight run the hedges; they end with {@link #close()}. Switched off there is
 * none.
 */
public final class Hedging implements AutoCloseable {

    private static final long LEAST = 10_000_000L;
    private static final int MOST = 8;
    private static final int BURST = 10;
    private static final Hedging OFF = new Hedging(null);

    private final @Nullable Clock clock;

    private Hedging(@Nullable Clock clock) {
        this.clock = clock;
    }

    /**
     * Hedges nothing.
     *
     * @return the stance
     */
    public static Hedging off() {
        return OFF;
    }

    /**
     * Hedges a share of the reads.
     *
     * @param replicas those that a replica is compared with
     * @param share how many of the reads at most, 0 to 1; ten a second in any case
     * @param ticker the source of time
     * @return the stance, to be closed
     */
    public static Hedging of(Supplier<List<Replica>> replicas, double share, Ticker ticker) {
        return new Hedging(
                new Clock(new Patience(replicas, 0.95, 1, LEAST), RetryBudget.of(share, BURST, ticker), ticker));
    }

    /**
     * Tells whether any read is hedged.
     *
     * @return true if it may be
     */
    public boolean isOn() {
        return clock != null;
    }

    /**
     * Hedges a read later, if it is still waited for then and the budget allows.
     *
     * @param running where it runs
     * @param waiting whether it is still waited for
     * @param hedge runs it once more
     */
    public void later(Replica running, BooleanSupplier waiting, Runnable hedge) {
        if (clock != null) {
            clock.later(running, waiting, hedge);
        }
    }

    @Override
    public void close() {
        if (clock != null) {
            clock.close();
        }
    }

    private static final class Clock {

        private final Patience patience; // the timer's own
        private final RetryBudget budget;
        private final Ticker ticker;
        private final ScheduledThreadPoolExecutor timer;
        private final ThreadPoolExecutor runners;

        Clock(Patience patience, RetryBudget budget, Ticker ticker) {
            this.patience = patience;
            this.budget = budget;
            this.ticker = ticker;
            ThreadFactory daemons = task -> {
                Thread thread = new Thread(task, "facade-hedge");
                thread.setDaemon(true);
                return thread;
            };
            this.timer = new ScheduledThreadPoolExecutor(1, daemons);
            this.runners = new ThreadPoolExecutor(0, MOST, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons);
        }

        void later(Replica running, BooleanSupplier waiting, Runnable hedge) {
            budget.deposit();
            long begun = ticker.nanos();
            after(LEAST, () -> look(running, begun, waiting, hedge));
        }

        private void look(Replica running, long begun, BooleanSupplier waiting, Runnable hedge) {
            if (!waiting.getAsBoolean()) {
                return;
            }
            long now = ticker.nanos();
            long left = patience.with(running, now) - (now - begun);
            if (left > 0) {
                after(left, () -> look(running, begun, waiting, hedge));
            } else if (budget.tryWithdraw()) {
                try {
                    runners.execute(hedge);
                } catch (RejectedExecutionException | OutOfMemoryError busy) {
                    budget.giveBack();
                }
            }
        }

        private void after(long nanos, Runnable task) {
            try {
                Future<?> unused = timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException | OutOfMemoryError closed) {
                return; // so nothing is hedged any more, or this read is not
            }
        }

        void close() {
            timer.shutdownNow();
            runners.shutdown();
        }
    }
}
