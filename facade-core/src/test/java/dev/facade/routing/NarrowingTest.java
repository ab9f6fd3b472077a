package dev.facade.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.cluster.Replica;
import dev.facade.cluster.Weight;
import dev.facade.error.InvalidPickException;
import dev.facade.time.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Algorithms that narrow the candidates, and hand them on to another one. */
class NarrowingTest {

    private final Replica a = Replica.of("a", Weight.of(1), "berlin-1", "berlin");
    private final Replica b = Replica.of("b", Weight.of(1), "berlin-2", "berlin");
    private final Replica c = Replica.of("c", Weight.of(1), "paris-1", "paris");
    private final ManualTicker ticker = ManualTicker.aboutToOverflow();

    @Test
    void orderedTakesTheFirstThatIsThere() {
        ReadAlgorithm algorithm = ReadAlgorithm.ordered();
        assertThat(algorithm.pick(List.of(a, b, c))).isSameAs(a);
        assertThat(algorithm.pick(List.of(b, c))).isSameAs(b);
        assertThat(algorithm.pick(List.of(a, c))).isSameAs(a);
    }

    @Test
    void nearestPrefersItsZoneThenItsRegionThenAnything() {
        ReadAlgorithm algorithm = ReadAlgorithm.nearest("berlin-2", "berlin");
        assertThat(picked(algorithm, List.of(a, b, c))).containsExactly(b);
        assertThat(picked(algorithm, List.of(a, c))).containsExactly(a);
        assertThat(picked(algorithm, List.of(c))).containsExactly(c);
        assertThat(picked(ReadAlgorithm.nearest("rome"), List.of(a, b, c))).containsExactlyInAnyOrder(a, b, c);
    }

    @Test
    void withinAGroupAnotherAlgorithmPicks() {
        ReadAlgorithm algorithm = ReadAlgorithm.nearest(List.of("berlin"), ReadAlgorithm.roundRobin());
        List<Replica> candidates = List.of(a, b, c);
        assertThat(IntStream.range(0, 4).mapToObj(turn -> algorithm.pick(candidates)))
                .containsExactly(a, b, a, b);
    }

    @Test
    void whoeverIsLeastBehindIsPicked() {
        ReadAlgorithm algorithm = leastLag(Duration.ofSeconds(1));
        behind(a, Duration.ofSeconds(9));
        behind(b, Duration.ofSeconds(2));
        behind(c, Duration.ofSeconds(4));
        assertThat(picked(algorithm, List.of(a, b, c))).containsExactly(b);
        assertThat(picked(algorithm, List.of(a, c))).containsExactly(c);
    }

    @Test
    void aDifferenceWithinTheToleranceIsNone() {
        behind(a, Duration.ofSeconds(3));
        behind(b, Duration.ofSeconds(2));
        behind(c, Duration.ofMillis(3001));
        assertThat(picked(leastLag(Duration.ofSeconds(1)), List.of(a, b, c))).containsExactlyInAnyOrder(a, b);
        assertThat(picked(leastLag(Duration.ZERO), List.of(a, b, c))).containsExactly(b);
    }

    @Test
    void t22AnUnknownLagIsNotTakenForZero() {
        ReadAlgorithm algorithm = leastLag(Duration.ofSeconds(1));
        assertThat(picked(algorithm, List.of(a, b, c))).as("all unknown").containsExactlyInAnyOrder(a, b, c);
        behind(a, Duration.ofHours(9));
        assertThat(picked(algorithm, List.of(a, b, c))).containsExactly(a);
        a.knownUpTo(OptionalLong.empty());
        behind(b, Duration.ofSeconds(1));
        assertThat(picked(algorithm, List.of(a, b, c))).containsExactly(b);
    }

    @Test
    void lagGrowsAsLongAsNothingIsHeard() {
        behind(a, Duration.ofSeconds(1));
        ticker.advance(Duration.ofSeconds(5));
        behind(b, Duration.ofSeconds(3));
        assertThat(a.lag(ticker.nanos())).isEqualTo(Duration.ofSeconds(6).toNanos());
        assertThat(picked(leastLag(Duration.ofSeconds(1)), List.of(a, b))).containsExactly(b);
    }

    @Test
    void whatAnAlgorithmOfTheCallersPicksIsLookedAtInsideToo() {
        Replica stranger = Replica.of("stranger");
        for (ReadAlgorithm outer : List.of(
                ReadAlgorithm.nearest(List.of("berlin"), candidates -> c),
                leastLag(candidates -> stranger),
                ReadAlgorithm.subset(1, 0, candidates -> stranger),
                ReadAlgorithm.subset(9, 0, candidates -> stranger))) {
            assertThatExceptionOfType(InvalidPickException.class)
                    .as("%s", outer)
                    .isThrownBy(() -> Candidates.pickedBy(outer, List.of(a, b, c)))
                    .withMessageContaining("Lambda")
                    .withMessageContaining("(expected: one of [");
        }
    }

    /** 12 replicas, 3 for each process: four processes make a round, and each round takes each replica once. */
    @Test
    void numberedProcessesShareTheReplicasExactly() {
        List<Replica> all = replicas(12);
        Map<Replica, Integer> users = users(all, 3, 40);
        assertThat(users).hasSize(12);
        assertThat(users.values()).containsOnly(10);
    }

    /** With 10 replicas and 3 for each process one is left over in each round of three processes, each time another. */
    @ParameterizedTest
    @CsvSource({"10, 3, 300", "5, 2, 200", "7, 4, 140"})
    void whatIsLeftOverChangesFromRoundToRound(int replicas, int size, int processes) {
        Map<Replica, Integer> users = users(replicas(replicas), size, processes);
        double even = (double) processes * size / replicas;
        assertThat(users).hasSize(replicas);
        assertThat(users.values()).allSatisfy(each -> assertThat((double) each).isBetween(0.75 * even, 1.25 * even));
    }

    @Test
    void theSubsetOfAProcessDependsOnNamesOnly() {
        List<Replica> declared = replicas(12);
        List<Replica> elsewhere = new ArrayList<>(replicas(12));
        java.util.Collections.reverse(elsewhere);
        for (int process = 0; process < 12; process++) {
            assertThat(names(picked(subset(3, process), declared)))
                    .isEqualTo(names(picked(subset(3, process), elsewhere)));
        }
    }

    @Test
    void aMissingMemberIsReplacedAndTheOthersStay() {
        List<Replica> all = replicas(12);
        for (int process = 0; process < 8; process++) {
            ReadAlgorithm algorithm = subset(3, process);
            Set<Replica> before = picked(algorithm, all);
            Replica lost = before.iterator().next();
            Set<Replica> after =
                    picked(algorithm, all.stream().filter(each -> each != lost).toList());
            assertThat(before).hasSize(3);
            assertThat(after).hasSize(3).doesNotContain(lost);
            assertThat(after)
                    .containsAll(before.stream().filter(each -> each != lost).toList());
            assertThat(picked(algorithm, all)).as("it is back").isEqualTo(before);
        }
    }

    @Test
    void aNewReplicaIsTakenUp() {
        List<Replica> some = replicas(6);
        List<Replica> more = new ArrayList<>(some);
        more.addAll(List.of(a, b, c));
        Set<Replica> used = new HashSet<>();
        for (int process = 0; process < 9; process++) {
            ReadAlgorithm algorithm = subset(3, process);
            picked(algorithm, some);
            Set<Replica> subset = picked(algorithm, List.copyOf(more));
            assertThat(subset).hasSize(3).isEqualTo(picked(subset(3, process), List.copyOf(more)));
            used.addAll(subset);
        }
        assertThat(used).contains(a, b, c);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReadAlgorithm.nearest())
                .withMessage("tags: [] (expected: at least one)");
        assertThatIllegalArgumentException().isThrownBy(() -> subset(0, 1)).withMessage("size: 0 (expected: >= 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> subset(1, -1))
                .withMessage("process: -1 (expected: >= 0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> leastLag(Duration.ofSeconds(-1)))
                .withMessage("tolerance: PT-1S (expected: not negative)");
    }

    private static ReadAlgorithm subset(int size, long process) {
        return ReadAlgorithm.subset(size, process, ReadAlgorithm.roundRobin());
    }

    private ReadAlgorithm leastLag(Duration tolerance) {
        return ReadAlgorithm.leastLag(tolerance, ReadAlgorithm.roundRobin(), ticker);
    }

    private ReadAlgorithm leastLag(ReadAlgorithm among) {
        return ReadAlgorithm.leastLag(Duration.ofSeconds(1), among, ticker);
    }

    private void behind(Replica replica, Duration lag) {
        replica.knownUpTo(OptionalLong.of(ticker.nanos() - lag.toNanos()));
    }

    private static Map<Replica, Integer> users(List<Replica> all, int size, int processes) {
        Map<Replica, Integer> users = new HashMap<>();
        for (int process = 0; process < processes; process++) {
            Set<Replica> subset = picked(subset(size, process), all);
            assertThat(subset).hasSize(size);
            subset.forEach(replica -> users.merge(replica, 1, Integer::sum));
        }
        return users;
    }

    private static Set<String> names(Set<Replica> replicas) {
        Set<String> names = new TreeSet<>();
        replicas.forEach(replica -> names.add(replica.name()));
        return names;
    }

    private static Set<Replica> picked(ReadAlgorithm algorithm, List<Replica> candidates) {
        Set<Replica> picked = new HashSet<>();
        for (int turn = 0; turn < 60; turn++) {
            picked.add(algorithm.pick(candidates));
        }
        assertThat(candidates).containsAll(picked);
        return picked;
    }

    private static List<Replica> replicas(int size) {
        return IntStream.range(0, size).mapToObj(i -> Replica.of("r" + i)).toList();
    }
}
