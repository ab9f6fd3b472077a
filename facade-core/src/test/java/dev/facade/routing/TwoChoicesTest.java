package dev.facade.routing;

import static dev.facade.routing.Simulation.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facade.cluster.Replica;
import dev.facade.cluster.Weight;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The published properties of two choices.
 *
 * <p>The supermarket model: each of n servers serves one reader at a time, in exponential time of mean 1; readers come
 * as a Poisson process of rate {@code load * n} and each takes the shorter queue of d. For n without bound the share of
 * servers with at least i readers is {@code load^((d^i - 1) / (d - 1))} (Mitzenmacher 2001, Vvedenskaya, Dobrushin,
 * Karpelevich 1996), so the mean time is the sum of {@code load^((d^i - d) / (d - 1))}, and for d = 1, which is M/M/1,
 * {@code 1 / (1 - load)}.
 */
class TwoChoicesTest {

    private static final int SERVERS = 400;
    private static final long SEED = 11;

    @ParameterizedTest
    @CsvSource({"0.5", "0.8", "0.9"})
    void theSupermarketModelHasItsLimit(double load) {
        double[] atLeast = new double[8];
        double mean = meanTime(ReadAlgorithm::powerOfTwoChoices, load, 800, atLeast);
        double expected = IntStream.rangeClosed(1, 20)
                .mapToDouble(i -> Math.pow(load, Math.pow(2, i) - 2))
                .sum();
        assertThat(mean).isCloseTo(expected, Percentage.withPercentage(5));
        for (int i = 1; i < atLeast.length; i++) {
            double share = Math.pow(load, Math.pow(2, i) - 1);
            assertThat(atLeast[i]).as("with at least %d", i).isCloseTo(share, within(0.02));
        }
    }

    @Test
    void oneChoiceIsManyQueuesOfTheirOwn() {
        double[] atLeast = new double[8];
        double mean = meanTime(ReadAlgorithm::random, 0.8, 1000, atLeast);
        assertThat(mean).isCloseTo(1 / (1 - 0.8), Percentage.withPercentage(5));
        for (int i = 1; i < atLeast.length; i++) {
            assertThat(atLeast[i]).as("with at least %d", i).isCloseTo(Math.pow(0.8, i), within(0.02));
        }
    }

    /** The least loaded of all is better still, as long as one at a time decides. */
    @Test
    void theShortestQueueOfAllIsHardlyEverLongerThanTwo() {
        double[] atLeast = new double[8];
        double mean = meanTime(ReadAlgorithm::leastInFlight, 0.8, 100, atLeast);
        assertThat(mean).isBetween(0.97, 1.1);
        assertThat(atLeast[3]).isLessThan(0.001);
    }

    /** Without statistics, and with equal ones, {@code peakEwma} is the same algorithm. */
    @Test
    void withoutLatenciesPeakEwmaIsThePowerOfTwoChoices() {
        List<Replica> candidates = replicas(10);
        ReadAlgorithm plain = ReadAlgorithm.powerOfTwoChoices(new Random(5));
        ReadAlgorithm peaks = ReadAlgorithm.peakEwma(new Random(5), () -> 0);
        for (int i = 0; i < 1000; i++) {
            Replica picked = plain.pick(candidates);
            assertThat(peaks.pick(candidates)).isSameAs(picked);
            picked.begun();
        }
    }

    /** ln ln n / ln 2 is 3.5 here; the bound has a constant more. */
    @Test
    void ballsIntoBinsAreFlatWithTwoChoicesAndNotWithOne() {
        int n = 1 << 16;
        double bound = Math.log(Math.log(n)) / Math.log(2);
        assertThat(fullest(ReadAlgorithm.powerOfTwoChoices(new Random(1)), n)).isBetween((int) bound, (int) bound + 2);
        assertThat(fullest(ReadAlgorithm.random(new Random(1)), n)).isGreaterThan((int) bound + 3);
    }

    static Stream<Arguments> weights() {
        return Stream.of(Arguments.of(3, 1, 0), Arguments.of(3, 1, 1), Arguments.of(5, 2, 1), Arguments.of(1, 1, 1));
    }

    /** 60,000 picks: the standard deviation of a share is 0.2 %, so the bound is six of them. */
    @ParameterizedTest
    @MethodSource("weights")
    void theSharesAreThoseOfTheWeightsIfNothingElseDiffers(int first, int second, int third) {
        List<Replica> candidates = Stream.of(first, second, third)
                .filter(weight -> weight > 0)
                .map(weight -> Replica.of("of " + weight, Weight.of(100 * weight)))
                .toList();
        for (ReadAlgorithm algorithm : List.of(
                ReadAlgorithm.powerOfTwoChoices(new Random(7)),
                ReadAlgorithm.peakEwma(new Random(7), () -> 0),
                ReadAlgorithm.leastInFlight(new Random(7)))) {
            Map<Replica, Integer> counts = new HashMap<>();
            for (int i = 0; i < 60_000; i++) {
                counts.merge(algorithm.pick(candidates), 1, Integer::sum);
            }
            for (Replica candidate : candidates) {
                double share = candidate.weight() / (100.0 * (first + second + third));
                assertThat(counts.get(candidate) / 60_000.0)
                        .as("%s, %s", algorithm, candidate)
                        .isCloseTo(share, within(0.012));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"2000", "20000"})
    void theSharesAreAboutThoseOfTheWeightsUnderLoad(int rate) {
        for (Function<Simulation, ReadAlgorithm> made : List.<Function<Simulation, ReadAlgorithm>>of(
                simulation -> ReadAlgorithm.powerOfTwoChoices(simulation.random()),
                simulation -> ReadAlgorithm.peakEwma(simulation.random(), simulation))) {
            Simulation simulation = new Simulation(3);
            Replica heavy = Replica.of("heavy", Weight.of(300));
            simulation.add(heavy, 60, SECOND / 1000.0);
            simulation.add(Replica.of("b", Weight.of(100)), 20, SECOND / 1000.0);
            simulation.add(Replica.of("c", Weight.of(100)), 20, SECOND / 1000.0);
            double share =
                    simulation.run(made.apply(simulation), rate, 10 * SECOND).share(heavy);
            assertThat(share).isCloseTo(0.6, within(0.12));
        }
    }

    /** Both lots drawn may be its own, which must not keep reads there. */
    @Test
    void aHeavyReplicaThatIsSlowIsAvoidedAsWell() {
        Simulation simulation = new Simulation(3);
        Replica heavy = Replica.of("heavy", Weight.of(3));
        simulation.add(heavy, 10, 10 * SECOND / 1000.0);
        simulation.add(Replica.of("b"), 10, SECOND / 1000.0);
        simulation.add(Replica.of("c"), 10, SECOND / 1000.0);
        ReadAlgorithm algorithm = ReadAlgorithm.peakEwma(simulation.random(), simulation);
        simulation.run(algorithm, 2000, SECOND);
        assertThat(simulation.run(algorithm, 2000, 10 * SECOND).share(heavy))
                .as("instead of 60 %")
                .isLessThan(0.05);
    }

    /** By Little's law, so that nobody who has not left yet is missing. */
    private static double meanTime(
            Function<RandomGenerator, ReadAlgorithm> made, double load, int time, double[] atLeast) {
        Simulation simulation = new Simulation(SEED);
        replicas(SERVERS).forEach(replica -> simulation.add(replica, 1, SECOND));
        ReadAlgorithm algorithm = made.apply(simulation.random());
        simulation.run(algorithm, load * SERVERS, time / 4 * SECOND);
        long[] looksAndReaders = new long[2];
        simulation.run(algorithm, load * SERVERS, time * SECOND, () -> {
            if (looksAndReaders[0]++ % 100 == 0) {
                simulation.replicas().forEach(replica -> {
                    looksAndReaders[1] += replica.inFlight();
                    for (int i = 0; i <= Math.min(replica.inFlight(), atLeast.length - 1); i++) {
                        atLeast[i]++;
                    }
                });
            }
        });
        double looks = atLeast[0];
        for (int i = 0; i < atLeast.length; i++) {
            atLeast[i] /= looks;
        }
        return looksAndReaders[1] / looks / load;
    }

    private static int fullest(ReadAlgorithm algorithm, int n) {
        List<Replica> bins = replicas(n);
        for (int ball = 0; ball < n; ball++) {
            algorithm.pick(bins).begun();
        }
        return bins.stream().mapToInt(Replica::inFlight).max().orElseThrow();
    }

    private static List<Replica> replicas(int size) {
        return IntStream.range(0, size).mapToObj(i -> Replica.of("r" + i)).toList();
    }
}
