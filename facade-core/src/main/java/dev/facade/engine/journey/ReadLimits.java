package dev.facade.engine.journey;

import dev.facade.engine.health.MasterGuard;
import dev.facade.engine.health.RetryBudget;
import dev.facade.time.Ticker;
import java.time.Duration;
import java.util.Objects;

/**
 * The limits that keep reads from waiting, and from asking, without an end.
 *
 * @param deadline how long a read may take that says nothing itself
 * @param budget how many reads may be run again
 * @param guard lets reads that no replica could serve enter the master
 * @param hedged the share of the reads that may be run on a second replica at the same time; 0: none
 */
public record ReadLimits(Duration deadline, RetryBudget budget, MasterGuard guard, double hedged) {

    /** The deadline of reads that say nothing. */
    public static final Duration DEADLINE = Duration.ofSeconds(30);
    /** Further runs for each read. */
    public static final double RETRY_SHARE = 0.2;
    /** Further runs at once. */
    public static final int RETRY_BURST = 200;
    /** Most reads at once that no replica could serve. */
    public static final int MASTER_READS = 16;
    /** The highest share of reads that may be hedged. */
    public static final double MOST_HEDGED = 0.1;
    /** How long such a read waits for a permit at most. */
    public static final Duration MASTER_PATIENCE = Duration.ofMillis(100);

    /**
     * Checks the components.
     *
     * @param deadline how long a read may take that says nothing itself
     * @param budget how many reads may be run again
     * @param guard lets reads that no replica could serve enter the master
     * @param hedged the share of the reads that may be run on a second replica at the same time; 0: none
     */
    public ReadLimits {
        if (!(hedged >= 0 && hedged <= MOST_HEDGED)) {
            throw new IllegalArgumentException("hedged: " + hedged + " (expected: 0 to " + MOST_HEDGED + ")");
        }
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("deadline: " + deadline + " (expected: > 0)");
        }
        Objects.requireNonNull(budget, "budget");
        Objects.requireNonNull(guard, "guard");
    }

    /**
     * Returns the defaults.
     *
     * @param ticker the source of time
     * @return limits of one facade
     */
    public static ReadLimits standard(Ticker ticker) {
        return new ReadLimits(
                DEADLINE,
                RetryBudget.of(RETRY_SHARE, RETRY_BURST, ticker),
                MasterGuard.of(MASTER_READS, MASTER_PATIENCE, ticker),
                0);
    }
}
