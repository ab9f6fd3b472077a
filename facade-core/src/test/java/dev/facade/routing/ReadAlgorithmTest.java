package dev.facade.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.Threads;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Weight;
import dev.facade.time.ManualTicker;
import dev.facade.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The laws of every algorithm, and what each promises on top. */
class ReadAlgorithmTest {

    private static final Replica A = Replica.of("a");
    private static final Replica B = Replica.of("b");
    private static final Replica C = Replica.of("c");

    /** Those that go to everybody in the end. */
    static Stream<Named<Supplier<ReadAlgorithm>>> spreadingAlgorithms() {
        return Stream.of(
                Named.of("random", ReadAlgorithm::random),
                Named.of("seeded random", () -> ReadAlgorithm.random(RandomGenerator.of("L64X128MixRandom"))),
                Named.of("round robin", ReadAlgorithm::roundRobin),
                Named.of("round robin before overflow", () -> new RoundRobin(Long.MAX_VALUE - 5)),
                Named.of("weighted round robin", ReadAlgorithm::weightedRoundRobin),
                Named.of("least in flight", ReadAlgorithm::leastInFlight),
                Named.of("power of two choices", ReadAlgorithm::powerOfTwoChoices),
                Named.of("peak EWMA", ReadAlgorithm::peakEwma),
                Named.of(
                        "peak EWMA before overflow",
                        () -> ReadAlgorithm.peakEwma(RandomGenerator.getDefault(), ManualTicker.aboutToOverflow())),
                Named.of("least lag", ReadAlgorithm::leastLag),
                Named.of("nearest", () -> ReadAlgorithm.nearest("here", "there")),
                Named.of("a subset of all", () -> ReadAlgorithm.subset(5, 7, ReadAlgorithm.peakEwma())));
    }

    static Stream<Named<Supplier<ReadAlgorithm>>> algorithms() {
        return Stream.concat(
                spreadingAlgorithms(),
                Stream.of(
                        Named.of("ordered", ReadAlgorithm::ordered),
                        Named.of("a subset", () -> ReadAlgorithm.subset(2, 7, ReadAlgorithm.peakEwma()))));
    }

    static Stream<Named<Supplier<ReadAlgorithm>>> fairAlgorithms() {
        return Stream.of(
                Named.of("round robin", ReadAlgorithm::roundRobin),
                Named.of("weighted round robin", ReadAlgorithm::weightedRoundRobin));
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void picksOnlyCandidates(Supplier<ReadAlgorithm> made) {
        ReadAlgorithm algorithm = made.get();
        for (int size = 1; size <= 5; size++) {
            List<Replica> candidates = replicas(size);
            for (int turn = 0; turn < 50; turn++) {
                assertThat(candidates).contains(algorithm.pick(candidates));
            }
        }
    }

    static Stream<Named<Supplier<ReadAlgorithm>>> turnTakingAlgorithms() {
        return Stream.of(
                Named.of("round robin", ReadAlgorithm::roundRobin),
                Named.of("round robin before overflow", () -> new RoundRobin(Long.MAX_VALUE - 5)),
                Named.of("weighted round robin", ReadAlgorithm::weightedRoundRobin),
                Named.of("ordered", ReadAlgorithm::ordered),
                Named.of("a subset in turn", () -> ReadAlgorithm.subset(2, 7, ReadAlgorithm.roundRobin())),
                Named.of("nearest in turn", () -> ReadAlgorithm.nearest(List.of("here"), ReadAlgorithm.roundRobin())),
                Named.of(
                        "least lag in turn",
                        () -> ReadAlgorithm.leastLag(
                                Duration.ZERO, ReadAlgorithm.weightedRoundRobin(), Ticker.system())));
    }

    @ParameterizedTest
    @MethodSource("turnTakingAlgorithms")
    void aPeekTellsTheNextPickAndTakesNoTurn(Supplier<ReadAlgorithm> made) {
        ReadAlgorithm algorithm = made.get();
        List<Replica> picks = picks(made.get(), List.of(A, B, C), 12);
        for (Replica next : picks) {
            assertThat(Candidates.peekedBy(algorithm, List.of(A, B, C))).isSameAs(next);
            assertThat(Candidates.peekedBy(algorithm, List.of(A, B, C))).isSameAs(next);
            assertThat(algorithm.pick(List.of(A, B, C))).isSameAs(next);
        }
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void picksTheOnlyCandidate(Supplier<ReadAlgorithm> made) {
        ReadAlgorithm algorithm = made.get();
        assertThat(picks(algorithm, List.of(A), 20)).containsOnly(A);
    }

    @ParameterizedTest
    @MethodSource("spreadingAlgorithms")
    void picksEveryCandidateInTheEnd(Supplier<ReadAlgorithm> made) {
        assertThat(picks(made.get(), List.of(A, B, C), 300)).contains(A, B, C);
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void t08AnEmptyListIsRefusedInSoManyWords(Supplier<ReadAlgorithm> made) {
        ReadAlgorithm algorithm = made.get();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> algorithm.pick(List.of()))
                .withMessage("candidates: [] (expected: at least one)");
        assertThat(algorithm.pick(List.of(A))).as("after the refusal").isSameAs(A);
    }

    @ParameterizedTest
    @MethodSource("spreadingAlgorithms")
    void t09AChangedCandidateListTakesEffectAtOnce(Supplier<ReadAlgorithm> made) {
        ReadAlgorithm algorithm = made.get();
        picks(algorithm, List.of(A, B), 7);
        assertThat(picks(algorithm, List.of(C), 3)).containsOnly(C);
        assertThat(picks(algorithm, List.of(A, C), 100)).contains(A, C).doesNotContain(B);
        assertThat(picks(algorithm, List.of(A, B, C), 300)).contains(A, B, C);
    }

    @ParameterizedTest
    @MethodSource("fairAlgorithms")
    void t05TwoFacadesShareNoRoundRobinState(Supplier<ReadAlgorithm> made) {
        ReadAlgorithm first = made.get();
        ReadAlgorithm second = made.get();
        List<Replica> ofFirst = List.of(A, B);
        List<Replica> ofSecond = List.of(C, Replica.of("d"));
        for (int turn = 0; turn < 6; turn++) {
            assertThat(first.pick(ofFirst)).isSameAs(ofFirst.get(turn % 2));
            assertThat(second.pick(ofSecond)).isSameAs(ofSecond.get(turn % 2));
        }
    }

    @ParameterizedTest
    @MethodSource("fairAlgorithms")
    void t06IsFairWithinOneTurnUnderEightThreads(Supplier<ReadAlgorithm> made) throws Exception {
        ReadAlgorithm algorithm = made.get();
        List<Replica> candidates = List.of(A, B, C);
        List<List<Replica>> byThread = Threads.together(8, thread -> () -> picks(algorithm, candidates, 200_000));
        Map<Replica, Integer> counts = counts(byThread.stream().flatMap(List::stream));
        int share = 8 * 200_000 / 3;
        assertThat(counts).hasSize(3);
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(share, share + 1));
    }

    /** Nobody is in flight, so all are equal: 800,000 picks, and a bound of 14 standard deviations. */
    @ParameterizedTest
    @MethodSource("spreadingAlgorithms")
    void sharesAreEvenUnderEightThreads(Supplier<ReadAlgorithm> made) throws Exception {
        ReadAlgorithm algorithm = made.get();
        List<Replica> candidates = replicas(4);
        List<List<Replica>> byThread = Threads.together(8, thread -> () -> picks(algorithm, candidates, 100_000));
        Map<Replica, Integer> counts = counts(byThread.stream().flatMap(List::stream));
        assertThat(counts).hasSize(4);
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(194_500, 205_500));
    }

    /** Each of many threads has one read in flight, so nobody has more than a few of them. */
    @ParameterizedTest
    @MethodSource("loadAwareAlgorithms")
    void readsInFlightAreSpreadAmongThreads(Supplier<ReadAlgorithm> made) throws Exception {
        ReadAlgorithm algorithm = made.get();
        List<Replica> candidates = replicas(4);
        List<Integer> most = Threads.together(8, thread -> () -> {
            int seen = 0;
            for (int turn = 0; turn < 20_000; turn++) {
                Replica picked = algorithm.pick(candidates);
                picked.begun();
                seen = Math.max(seen, picked.inFlight());
                picked.ended();
            }
            return seen;
        });
        assertThat(most).allSatisfy(each -> assertThat(each).isBetween(1, 8));
        assertThat(candidates).allSatisfy(each -> assertThat(each.inFlight()).isZero());
    }

    @ParameterizedTest
    @MethodSource("loadAwareAlgorithms")
    void whoeverIsFullIsAvoided(Supplier<ReadAlgorithm> made) {
        ReadAlgorithm algorithm = made.get();
        Replica full = Replica.of("full");
        full.begun();
        assertThat(picks(algorithm, List.of(full, A, B), 300)).contains(A, B).doesNotContain(full);
        full.ended();
        assertThat(picks(algorithm, List.of(full, A, B), 300)).contains(full, A, B);
    }

    @Test
    void leastInFlightMeansForItsWeight() {
        Replica heavy = Replica.of("heavy", Weight.of(3));
        Replica light = Replica.of("light");
        heavy.begun();
        heavy.begun();
        light.begun();
        assertThat(picks(ReadAlgorithm.leastInFlight(), List.of(light, heavy), 20))
                .containsOnly(heavy);
        heavy.begun();
        heavy.begun();
        assertThat(picks(ReadAlgorithm.leastInFlight(), List.of(light, heavy), 20))
                .containsOnly(light);
    }

    static Stream<Named<Supplier<ReadAlgorithm>>> loadAwareAlgorithms() {
        return Stream.of(
                Named.of("least in flight", ReadAlgorithm::leastInFlight),
                Named.of("power of two choices", ReadAlgorithm::powerOfTwoChoices),
                Named.of("peak EWMA", ReadAlgorithm::peakEwma),
                Named.of("nearest", () -> ReadAlgorithm.nearest("here")),
                Named.of("least lag", ReadAlgorithm::leastLag));
    }

    @Test
    void weightedRoundRobinKeepsTheProportionsUnderEightThreads() throws Exception {
        Replica heavy = Replica.of("heavy", Weight.of(5));
        List<Replica> candidates = List.of(heavy, B, C);
        ReadAlgorithm algorithm = ReadAlgorithm.weightedRoundRobin();
        List<List<Replica>> byThread = Threads.together(8, thread -> () -> picks(algorithm, candidates, 140_000));
        assertThat(counts(byThread.stream().flatMap(List::stream)))
                .isEqualTo(Map.of(heavy, 800_000, B, 160_000, C, 160_000));
    }

    @Test
    void roundRobinGoesInTurn() {
        assertThat(picks(ReadAlgorithm.roundRobin(), List.of(A, B, C), 7)).containsExactly(A, B, C, A, B, C, A);
    }

    @Test
    void t06TheTurnIsNeverNegativeAfterOverflow() {
        List<Replica> three = List.of(A, B, C);
        RoundRobin algorithm = new RoundRobin(Long.MAX_VALUE - 3);
        List<Replica> across = picks(algorithm, three, 12);
        assertThat(counts(across.stream()).values())
                .allSatisfy(count -> assertThat(count).isBetween(3, 5));
        // Eight divides 2^64, so with eight candidates not even the step over the edge is irregular.
        List<Replica> eight = replicas(8);
        RoundRobin even = new RoundRobin(Long.MAX_VALUE - 3);
        List<Replica> turns = picks(even, eight, 16);
        assertThat(turns.subList(0, 8)).containsExactlyInAnyOrderElementsOf(eight);
        assertThat(turns.subList(8, 16)).isEqualTo(turns.subList(0, 8));
    }

    @Test
    void t06EveryThreadSurvivesTheOverflow() throws Exception {
        List<Replica> candidates = replicas(8);
        RoundRobin algorithm = new RoundRobin(Long.MAX_VALUE - 400_000);
        List<List<Replica>> byThread = Threads.together(8, thread -> () -> picks(algorithm, candidates, 100_000));
        assertThat(counts(byThread.stream().flatMap(List::stream)).values())
                .hasSize(8)
                .containsOnly(100_000);
    }

    @Test
    void t07WeightZeroGetsNothingAndTheSequenceIsSmooth() {
        Replica five = Replica.of("five", Weight.of(5));
        Replica none = Replica.of("none", Weight.of(0));
        ReadAlgorithm algorithm = ReadAlgorithm.weightedRoundRobin();
        List<Replica> candidates = List.of(five, none, B, C);
        List<Replica> cycle = List.of(five, five, B, five, C, five, five);
        assertThat(picks(algorithm, candidates, 7)).isEqualTo(cycle);
        assertThat(picks(algorithm, candidates, 7)).as("the second cycle").isEqualTo(cycle);
    }

    @Test
    void t07WeightsOfOneTwoThreeGetExactlySoManyTurnsWithoutBursts() {
        Replica two = Replica.of("two", Weight.of(2));
        Replica three = Replica.of("three", Weight.of(3));
        List<Replica> turns = picks(ReadAlgorithm.weightedRoundRobin(), List.of(A, two, three), 600);
        assertThat(counts(turns.stream())).isEqualTo(Map.of(A, 100, two, 200, three, 300));
        for (int turn = 2; turn < turns.size(); turn++) {
            assertThat(turns.subList(turn - 2, turn + 1).stream().distinct().count())
                    .as("turns %d to %d", turn - 2, turn)
                    .isGreaterThan(1);
        }
    }

    @Test
    void weightsWithACommonFactorHaveTheCycleOfTheReducedOnes() {
        Replica a = Replica.of("a", Weight.of(500));
        Replica b = Replica.of("b", Weight.of(100));
        Replica c = Replica.of("c", Weight.of(100));
        List<Replica> turns = picks(ReadAlgorithm.weightedRoundRobin(), List.of(a, b, c), 14);
        assertThat(turns).containsExactly(a, a, b, a, c, a, a, a, a, b, a, c, a, a);
    }

    @Test
    void equalWeightsAreAPlainRoundRobin() {
        Replica a = Replica.of("a", Weight.of(1000));
        Replica b = Replica.of("b", Weight.of(1000));
        assertThat(picks(ReadAlgorithm.weightedRoundRobin(), List.of(a, b), 5)).containsExactly(a, b, a, b, a);
    }

    @Test
    void aWeightedCycleGoesOnWhereItWasAfterADetour() {
        Replica five = Replica.of("five", Weight.of(5));
        ReadAlgorithm algorithm = ReadAlgorithm.weightedRoundRobin();
        List<Replica> all = List.of(five, B, C);
        assertThat(picks(algorithm, all, 3)).containsExactly(five, five, B);
        assertThat(picks(algorithm, List.of(B, C), 2)).containsExactly(B, C);
        assertThat(picks(algorithm, all, 4)).containsExactly(five, C, five, five);
    }

    @Test
    void onlyWeightsOfZeroAreRefused() {
        Replica none = Replica.of("none", Weight.of(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReadAlgorithm.weightedRoundRobin().pick(List.of(none)))
                .withMessageContaining("[none]")
                .withMessageContaining("(expected: at least one of >= 1)");
    }

    @Test
    void moreCandidateListsThanAreRememberedDoNoHarm() {
        ReadAlgorithm algorithm = ReadAlgorithm.weightedRoundRobin();
        for (int i = 0; i < 300; i++) {
            List<Replica> candidates = List.of(Replica.of("x" + i, Weight.of(2)), Replica.of("y" + i));
            assertThat(picks(algorithm, candidates, 3))
                    .containsExactly(candidates.get(0), candidates.get(1), candidates.get(0));
        }
    }

    /** 30,000 picks of three: the standard deviation of one count is 82, so the bound of 500 is beyond six of them. */
    @Test
    void randomIsUniformWithinABound() {
        long seed = System.nanoTime();
        System.out.println("seed of randomIsUniformWithinABound: " + seed);
        ReadAlgorithm algorithm = ReadAlgorithm.random(new Random(seed));
        Replica heavy = Replica.of("heavy", Weight.of(1000));
        Map<Replica, Integer> counts = counts(picks(algorithm, List.of(heavy, B, C), 30_000).stream());
        assertThat(counts).as("seed %d", seed).hasSize(3);
        assertThat(counts.values())
                .as("seed %d", seed)
                .allSatisfy(count -> assertThat(count).isBetween(9_500, 10_500));
    }

    @Test
    void aSeededRandomRepeatsItself() {
        List<Replica> candidates = List.of(A, B, C);
        List<Replica> first = picks(ReadAlgorithm.random(new Random(42)), candidates, 100);
        assertThat(picks(ReadAlgorithm.random(new Random(42)), candidates, 100)).isEqualTo(first);
        assertThat(picks(ReadAlgorithm.random(new Random(43)), candidates, 100)).isNotEqualTo(first);
    }

    private static List<Replica> replicas(int size) {
        List<Replica> replicas = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            replicas.add(Replica.of("r" + i));
        }
        return Collections.unmodifiableList(replicas);
    }

    private static List<Replica> picks(ReadAlgorithm algorithm, List<Replica> candidates, int turns) {
        List<Replica> picks = new ArrayList<>(turns);
        for (int turn = 0; turn < turns; turn++) {
            picks.add(algorithm.pick(candidates));
        }
        return picks;
    }

    private static Map<Replica, Integer> counts(Stream<Replica> picks) {
        Map<Replica, Integer> counts = new HashMap<>();
        picks.forEach(pick -> counts.merge(pick, 1, Integer::sum));
        return counts;
    }
}
