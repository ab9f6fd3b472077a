package dev.facade.routing;

import static dev.facade.routing.Simulation.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.cluster.Replica;
import dev.facade.time.ManualTicker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@link ReadAlgorithm#peakEwma()} makes of a slow replica, of one that has recovered, and of a new one; in simulated
 * time, with four replicas of ten connections and a mean service time of 1 ms.
 */
class SlowReplicaTest {

    private static final double MILLI = SECOND / 1000.0;

    private final Replica a = Replica.of("a");

    /** How many readers come each second, and a seed. */
    static Stream<Arguments> loads() {
        return Stream.of(100, 500, 2_000, 10_000)
                .flatMap(rate -> IntStream.rangeClosed(1, 3).mapToObj(seed -> Arguments.of(rate, seed)));
    }

    static Stream<Arguments> fullLoads() {
        return Stream.of(2_000, 10_000)
                .flatMap(rate -> IntStream.rangeClosed(1, 3).mapToObj(seed -> Arguments.of(rate, seed)));
    }

    @ParameterizedTest
    @MethodSource("loads")
    void t40ASlowReplicaIsAvoidedAfterOneSecond(int rate, long seed) {
        Simulation simulation = new Simulation(seed);
        Simulation.Server server = withFour(simulation);
        ReadAlgorithm algorithm = ReadAlgorithm.peakEwma(simulation.random(), simulation);
        Simulation.Seen healthy = simulation.run(algorithm, rate, 10 * SECOND);
        server.takes(10 * MILLI);
        simulation.run(algorithm, rate, SECOND);
        Simulation.Seen after = simulation.run(algorithm, rate, 10 * SECOND);
        assertThat(after.share(a)).isLessThan(0.02);
        assertThat(after.quantile(0.99)).isLessThan(1.5 * healthy.quantile(0.99));
    }

    /** So that the test above is known to be able to fail. */
    @Test
    void t40RoundRobinGoesOnFeedingASlowReplica() {
        Simulation simulation = new Simulation(1);
        Simulation.Server server = withFour(simulation);
        ReadAlgorithm algorithm = ReadAlgorithm.roundRobin();
        Simulation.Seen healthy = simulation.run(algorithm, 2_000, 10 * SECOND);
        server.takes(10 * MILLI);
        Simulation.Seen after = simulation.run(algorithm, 2_000, 10 * SECOND);
        assertThat(after.share(a)).isGreaterThan(0.2);
        assertThat(after.quantile(0.99)).isGreaterThan(5 * healthy.quantile(0.99));
    }

    @ParameterizedTest
    @MethodSource("fullLoads")
    void t51AReplicaThatIsFastAgainHasItsShareWithinFiveSeconds(int rate, long seed) {
        Simulation simulation = new Simulation(seed);
        Simulation.Server server = withFour(simulation);
        ReadAlgorithm algorithm = ReadAlgorithm.peakEwma(simulation.random(), simulation);
        server.takes(10 * MILLI);
        simulation.run(algorithm, rate, 5 * SECOND);
        server.takes(MILLI);
        simulation.run(algorithm, rate, 5 * SECOND);
        assertThat(simulation.run(algorithm, rate, 3 * SECOND).share(a)).isBetween(0.19, 0.32);
    }

    /** However slow it was: nobody waits for the decay of ten seconds down to one millisecond. */
    @ParameterizedTest
    @MethodSource("fullLoads")
    void t51AReplicaThatHungIsTriedAgainAfterFourSeconds(int rate, long seed) {
        Simulation simulation = new Simulation(seed);
        withFour(simulation);
        ReadAlgorithm algorithm = ReadAlgorithm.peakEwma(simulation.random(), simulation);
        simulation.run(algorithm, rate, SECOND);
        a.answered(10 * SECOND, simulation.nanos());
        assertThat(simulation.run(algorithm, rate, 4 * SECOND).share(a)).isLessThan(0.001);
        simulation.run(algorithm, rate, 2 * SECOND);
        assertThat(simulation.run(algorithm, rate, 3 * SECOND).share(a)).isBetween(0.19, 0.32);
    }

    /** Two of five are drawn, so no more than 40 % go to it in the beginning, whatever it seems to be. */
    @ParameterizedTest
    @MethodSource("fullLoads")
    void t45ANewReplicaIsNeitherFloodedNorStarved(int rate, long seed) {
        Simulation simulation = new Simulation(seed);
        withFour(simulation);
        ReadAlgorithm algorithm = ReadAlgorithm.peakEwma(simulation.random(), simulation);
        simulation.run(algorithm, rate, 3 * SECOND);
        Replica fresh = Replica.of("fresh");
        simulation.add(fresh, 10, MILLI);
        assertThat(simulation.run(algorithm, rate, SECOND / 10).share(fresh)).isBetween(0.05, 0.40);
        assertThat(simulation.run(algorithm, rate, SECOND).share(fresh)).isBetween(0.10, 0.30);
    }

    @ParameterizedTest
    @MethodSource("fullLoads")
    void t45ANewReplicaThatIsSlowIsFoundOut(int rate, long seed) {
        Simulation simulation = new Simulation(seed);
        withFour(simulation);
        ReadAlgorithm algorithm = ReadAlgorithm.peakEwma(simulation.random(), simulation);
        simulation.run(algorithm, rate, 3 * SECOND);
        Replica fresh = Replica.of("fresh");
        simulation.add(fresh, 10, 20 * MILLI);
        simulation.run(algorithm, rate, SECOND / 5);
        assertThat(simulation.run(algorithm, rate, 3 * SECOND).share(fresh)).isLessThan(0.02);
    }

    @Test
    void t45ManyAtOnceAreSpreadEvenlyAfterAPause() {
        ManualTicker ticker = ManualTicker.at(0);
        Replica b = Replica.of("b");
        ReadAlgorithm algorithm = ReadAlgorithm.peakEwma(new Random(1), ticker);
        a.answered(1_000_000, ticker.nanos());
        ticker.advance(Duration.ofSeconds(4));
        b.answered(1_000_000, ticker.nanos());
        ticker.advance(Duration.ofSeconds(6));
        Map<Replica, Integer> burst = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            Replica picked = algorithm.pick(List.of(a, b));
            picked.begun();
            burst.merge(picked, 1, Integer::sum);
        }
        assertThat(burst).containsEntry(a, 50).containsEntry(b, 50);
    }

    @Test
    void readsInFlightCountBeforeTheirAnswersCome() {
        ManualTicker ticker = ManualTicker.at(0);
        Replica b = Replica.of("b");
        ReadAlgorithm algorithm = ReadAlgorithm.peakEwma(new Random(1), ticker);
        a.answered(1_000_000, 0);
        b.answered(3_000_000, 0);
        a.begun();
        assertThat(algorithm.pick(List.of(a, b))).as("2 ms against 3").isSameAs(a);
        a.begun();
        a.begun();
        assertThat(algorithm.pick(List.of(a, b))).as("4 ms against 3").isSameAs(b);
    }

    private Simulation.Server withFour(Simulation simulation) {
        Simulation.Server first = simulation.add(a, 10, MILLI);
        for (String name : List.of("b", "c", "d")) {
            simulation.add(Replica.of(name), 10, MILLI);
        }
        return first;
    }
}
