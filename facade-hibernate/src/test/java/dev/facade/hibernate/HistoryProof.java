package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.consistency.Consistency;
import dev.facade.test.PostgresCluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** No session ever reads the past, whatever happens to the replicas; without the guarantee the same run does. */
class HistoryProof {

    private static final long SEED = Long.getLong("facade.seed", System.nanoTime());
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("facade.history.seconds", 60));

    @Test
    void noSessionReadsThePast() throws InterruptedException {
        try (PostgresCluster cluster =
                PostgresCluster.builder().replicas("berlin", "paris", "rome").start()) {
            History history = new History(cluster, Consistency.session(), SEED);
            History.Outcome outcome = history.run(TIME, false);
            System.out.println("seed " + SEED + ": " + outcome + ", " + history.faults());
            assertThat(outcome.violations()).isEmpty();
            assertThat(outcome.onReplicas() * 100 / outcome.reads()).isGreaterThanOrEqualTo(60);
            assertThat(outcome.recent() * 100 / outcome.reads()).isGreaterThanOrEqualTo(10);
        }
    }

    @Test
    void withoutTheGuaranteeTheSameRunFindsThePast() throws InterruptedException {
        try (PostgresCluster cluster =
                PostgresCluster.builder().replicas("berlin", "paris", "rome").start()) {
            History.Outcome outcome = new History(cluster, Consistency.eventual(), SEED).run(TIME, true);
            System.out.println("eventual, seed " + SEED + ": " + outcome);
            assertThat(outcome.violations()).isNotEmpty();
        }
    }
}
