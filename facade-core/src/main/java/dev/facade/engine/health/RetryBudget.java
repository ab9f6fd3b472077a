package dev.facade.engine.health;

import dev.facade.time.Ticker;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many reads may be run again after a run that may have reached a server: a share of all reads, and ten a second in
 * any case. Thread-safe and lock-free.
 *
 * <p>A bucket of tokens, full at first: each read puts a part of one in, each second puts ten in, each further run takes one
 * out; so a replica that is lost with all its reads costs none of them, and a cluster that fails every read is not asked
 * twice as much. While the bucket is full a read costs one volatile read. (The idea, the share and the ten a second are
 * those of Finagle's {@code RetryBudget}.)
 */
public final class RetryBudget {

    private static final long TOKEN = 1000;
    private static final long NANOS_OF_A_TOKEN = 100_000_000L; // ten a second

    private final long part;
    private final long full;
    private final Ticker ticker;
    private final AtomicLong balance;
    private final AtomicLong filledAt;

    private RetryBudget(double share, int burst, Ticker ticker) {
        this.part = Math.round(share * TOKEN);
        this.full = burst * TOKEN;
        this.ticker = ticker;
        this.balance = new AtomicLong(full);
        this.filledAt = new AtomicLong(ticker.nanos());
    }

    /**
     * Makes a budget.
     *
     * @param share further runs for each read, 0 to 1
     * @param burst how many further runs the bucket holds, at least 1
     * @param ticker the source of time
     * @return the budget, full
     */
    public static RetryBudget of(double share, int burst, Ticker ticker) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share: " + share + " (expected: 0 to 1)");
        }
        if (burst < 1) {
            throw new IllegalArgumentException("burst: " + burst + " (expected: >= 1)");
        }
        return new RetryBudget(share, burst, ticker);
    }

    /** Notes a read. */
    public void deposit() {
        add(part);
    }

    /**
     * Takes a further run out.
     *
     * @return false if there is none
     */
    public boolean tryWithdraw() {
        fill();
        long before = balance.get();
        while (before >= TOKEN) {
            if (balance.compareAndSet(before, before - TOKEN)) {
                return true;
            }
            before = balance.get();
        }
        return false;
    }

    /** Puts back what was not needed. */
    void giveBack() {
        add(TOKEN);
    }

    /** Whoever moves the time of filling on puts in what has come since. */
    private void fill() {
        long since = filledAt.get();
        long tokens = (ticker.nanos() - since) / NANOS_OF_A_TOKEN;
        if (tokens > 0 && filledAt.compareAndSet(since, since + tokens * NANOS_OF_A_TOKEN)) {
            add(Math.min(tokens * TOKEN, full));
        }
    }

    private void add(long amount) {
        long before = balance.get();
        while (before < full && !balance.compareAndSet(before, Math.min(full, before + amount))) {
            before = balance.get();
        }
    }

    @Override
    public String toString() {
        return "retry budget of " + balance.get() / TOKEN;
    }
}
