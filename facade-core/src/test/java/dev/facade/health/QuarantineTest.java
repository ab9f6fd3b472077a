package dev.facade.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.Threads;
import dev.facade.cluster.Replica;
import dev.facade.time.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuarantineTest {

    private static final Duration NANO = Duration.ofNanos(1);

    private final Replica a = Replica.of("a");
    private final Replica b = Replica.of("b");
    private final ManualTicker ticker = ManualTicker.aboutToOverflow();
    private final Quarantine quarantine = Quarantine.of(List.of(a, b), ticker);

    @Test
    void everybodyIsInAtFirst() {
        assertThat(quarantine.candidates()).containsExactly(a, b);
        assertThat(quarantine.ejected()).isEmpty();
        assertThat(quarantine.probe()).isNull();
    }

    @Test
    void theListOfCandidatesStaysTheSameWhileNothingChanges() {
        List<Replica> before = quarantine.candidates();
        quarantine.answered(a);
        quarantine.answered(b);
        assertThat(quarantine.candidates()).isSameAs(before);
    }

    @Test
    void anUnreachableReplicaIsEjected() {
        quarantine.unreachable(a);
        assertThat(quarantine.candidates()).containsExactly(b);
        assertThat(quarantine.ejected()).containsExactly(a);
    }

    @Test
    void aSecondFailureOfAnEjectedReplicaDoesNotProlongItsStay() {
        quarantine.unreachable(a);
        ticker.advance(Quarantine.FIRST.minus(NANO));
        quarantine.unreachable(a);
        assertThat(quarantine.ejected()).containsExactly(a);
        ticker.advance(NANO);
        assertThat(quarantine.probe()).isSameAs(a);
    }

    @Test
    void everybodyMayBeOut() {
        quarantine.unreachable(a);
        quarantine.unreachable(b);
        assertThat(quarantine.candidates()).isEmpty();
        assertThat(quarantine.ejected()).containsExactly(a, b);
    }

    @Test
    void anAnswerBringsAReplicaBack() {
        quarantine.unreachable(a);
        quarantine.answered(a);
        assertThat(quarantine.candidates()).containsExactlyInAnyOrder(a, b);
        assertThat(quarantine.ejected()).isEmpty();
    }

    @Test
    void aProbeIsHandedOutWhenTheTimeIsOverAndOnlyOnce() {
        quarantine.unreachable(a);
        ticker.advance(Quarantine.FIRST.minus(NANO));
        assertThat(quarantine.probe()).isNull();
        ticker.advance(NANO);
        assertThat(quarantine.probe()).isSameAs(a);
        assertThat(quarantine.probe()).isNull();
        assertThat(quarantine.candidates()).as("still out").containsExactly(b);
    }

    @Test
    void aProbeThatNeverReportsBlocksNobodyForEver() {
        quarantine.unreachable(a);
        for (long seconds : new long[] {1, 2, 4, 8, 16, 30, 30}) {
            ticker.advance(Duration.ofSeconds(seconds).minus(NANO));
            assertThat(quarantine.probe()).as("just before %d s", seconds).isNull();
            ticker.advance(NANO);
            assertThat(quarantine.probe()).as("after %d s", seconds).isSameAs(a);
        }
    }

    @Test
    void eachReplicaHasItsOwnTime() {
        quarantine.unreachable(a);
        ticker.advance(Duration.ofMillis(600));
        quarantine.unreachable(b);
        ticker.advance(Duration.ofMillis(400));
        assertThat(quarantine.probe()).isSameAs(a);
        assertThat(quarantine.probe()).isNull();
        ticker.advance(Duration.ofMillis(600));
        assertThat(quarantine.probe()).isSameAs(b);
    }

    @Test
    void aStrangerChangesNothing() {
        Replica namesake = Replica.of("a");
        quarantine.unreachable(namesake);
        assertThat(quarantine.candidates()).containsExactly(a, b);
        quarantine.unreachable(a);
        quarantine.answered(namesake);
        assertThat(quarantine.ejected()).containsExactly(a);
    }

    @Test
    void t44EachEjectedReplicaIsHandedToOneOfManyThreads() throws Exception {
        for (int round = 0; round < 100; round++) {
            quarantine.unreachable(a);
            quarantine.unreachable(b);
            ticker.advance(Quarantine.FIRST);
            List<List<Replica>> handed = Threads.together(8, thread -> () -> {
                List<Replica> mine = new ArrayList<>();
                for (Replica probe = quarantine.probe(); probe != null; probe = quarantine.probe()) {
                    mine.add(probe);
                }
                return mine;
            });
            assertThat(handed.stream().flatMap(List::stream)).containsExactlyInAnyOrder(a, b);
            quarantine.answered(a);
            quarantine.answered(b);
        }
    }
}
