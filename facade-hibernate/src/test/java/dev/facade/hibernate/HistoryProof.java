package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.consistency.Consistency;
import dev.facade.test.history.Fault;
import dev.facade.test.history.History;
import dev.facade.test.history.Verdict;
import dev.facade.test.history.Verdict.Promise;
import dev.facade.test.history.Workload;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** No session ever reads the past, whatever happens to the replicas; without the guarantee the same run does. */
class HistoryProof {

    private static final long SEED = Long.getLong("facade.seed", System.nanoTime());
    private static final long OPERATIONS = Long.getLong("facade.history.operations", 0);
    private static final int SECONDS = Integer.getInteger("facade.history.seconds", OPERATIONS == 0 ? 75 : 0);

    /** Twenty of each kind; fewer in a run that is too short for that. */
    private static final int FAULTS = 20;

    private static final int SECONDS_OF_A_FAULT = 10;
    private static final int LOOKS_OF_A_REPORT = 60;

    private int looks;

    Histories.Engine engine() {
        return Histories.Engine.POSTGRES;
    }

    @Test
    void noSessionReadsThePast() {
        try (Histories histories = engine().start()) {
            long begun = System.nanoTime();
            Workload.Run run = histories
                    .workload(Consistency.session(), SEED)
                    .run(Duration.ofSeconds(SECONDS), OPERATIONS, this::isBrokenByNow);
            long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds();
            long needed = Math.min(FAULTS, seconds / SECONDS_OF_A_FAULT);
            Verdict verdict = run.history().check(Histories.LAG_WINDOW);
            System.out.printf(
                    "%s, seed %d, %d s: %s (needed: %d of each, %d in %d s or more); %s%n",
                    engine(), SEED, seconds, run, needed, FAULTS, FAULTS * SECONDS_OF_A_FAULT, verdict);
            assertThat(verdict.violations()).isEmpty();
            assertThat(verdict.percentOnReplicas()).isGreaterThanOrEqualTo(60);
            assertThat(verdict.percentRecent()).isGreaterThanOrEqualTo(10);
            assertThat(run.operations()).isGreaterThanOrEqualTo(Math.max(OPERATIONS, 1));
            assertThat(run.failures() * 100).isLessThanOrEqualTo(run.operations());
            for (Fault fault : Fault.values()) {
                assertThat(run.faults().getOrDefault(fault, 0L))
                        .as(fault.name())
                        .isGreaterThanOrEqualTo(needed);
            }
        }
    }

    /** A long run tells each minute how it goes, and ends when a promise is broken. */
    private boolean isBrokenByNow(History history) {
        looks++;
        if (looks % LOOKS_OF_A_REPORT != 0) {
            return false;
        }
        Verdict verdict = history.check(Histories.LAG_WINDOW);
        System.out.printf("so far: %s%n", verdict);
        return !verdict.violations().isEmpty();
    }

    @Test
    void withoutTheGuaranteeTheSameRunFindsThePast() {
        try (Histories histories = engine().start()) {
            Workload.Run run = histories
                    .workload(Consistency.eventual(), SEED)
                    .run(Duration.ofSeconds(60), 0, history -> isBrokenTwice(history.check(Histories.LAG_WINDOW)));
            Verdict verdict = run.history().check(Histories.LAG_WINDOW);
            System.out.printf("%s, eventual, seed %d: %s; %s%n", engine(), SEED, run, verdict);
            assertThat(isBrokenTwice(verdict)).isTrue();
        }
    }

    private static boolean isBrokenTwice(Verdict verdict) {
        return verdict.broken().keySet().containsAll(Set.of(Promise.READ_YOUR_WRITES, Promise.MONOTONIC_READS));
    }
}
