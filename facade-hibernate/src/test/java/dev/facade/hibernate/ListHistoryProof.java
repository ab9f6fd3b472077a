package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.test.history.ListVerdict;
import dev.facade.test.history.ListWorkload;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Whatever befalls replicas and the master, no session reads the past, what an item names of its part is there, and no row
 * that exists is said not to.
 */
class ListHistoryProof {

    private static final long SEED = Long.getLong("facade.seed", System.nanoTime());
    private static final int SECONDS = Integer.getInteger("facade.lists.seconds", 40);

    Histories.Engine engine() {
        return Histories.Engine.POSTGRES;
    }

    @Test
    void t59NothingDanglesAndNothingIsSaidToBeMissing() {
        try (Histories histories = engine().start()) {
            ListWorkload.Run run = histories
                    .lists(SEED)
                    .run(Duration.ofSeconds(SECONDS), so -> !so.violations().isEmpty());
            ListVerdict verdict = run.verdict();
            System.out.printf("%s, lists, seed %d, %d s: %s%n", engine(), SEED, SECONDS, run);
            assertThat(verdict.violations()).isEmpty();
            assertThat(verdict.pairs()).isGreaterThanOrEqualTo(1_000);
            assertThat(verdict.percentOnReplicas()).isGreaterThanOrEqualTo(40);
            assertThat(run.kills()).isPositive();
            assertThat(run.failovers()).isEqualTo(histories.failsOver() ? 1 : 0);
            assertThat(run.faults().values().stream().mapToLong(Long::longValue).sum())
                    .isGreaterThanOrEqualTo(SECONDS / 10);
        }
    }
}
