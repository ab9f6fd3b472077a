package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.consistency.Consistency;
import dev.facade.test.history.Verdict;
import dev.facade.test.history.Workload;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A few seconds of what {@link HistoryProof} does. */
class HistoryIT {

    private static final long SEED = Long.getLong("facade.seed", System.nanoTime());

    @Test
    void noSessionReadsThePast() {
        try (Histories histories = Histories.Engine.POSTGRES.start()) {
            Workload.Run run =
                    histories.workload(Consistency.session(), SEED).run(Duration.ofSeconds(3), 500, history -> false);
            Verdict verdict = run.history().check(Histories.LAG_WINDOW);
            System.out.printf("seed %d: %s; %s%n", SEED, run, verdict);
            assertThat(verdict.violations()).isEmpty();
            assertThat(verdict.reads()).isGreaterThan(0);
            assertThat(verdict.onReplicas()).isGreaterThan(0);
            assertThat(verdict.writes()).isGreaterThan(0);
            assertThat(run.faults()).isNotEmpty();
        }
    }
}
