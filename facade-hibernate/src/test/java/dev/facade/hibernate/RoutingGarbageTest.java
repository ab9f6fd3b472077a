package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.facade.cluster.Cluster;
import dev.facade.cluster.Master;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Weight;
import dev.facade.engine.journey.MasterUse;
import dev.facade.engine.journey.Router;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.time.Ticker;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A routing decision allocates nothing while all replicas are there. In this module, since the core reads no counters. */
class RoutingGarbageTest {

    static Stream<ReadAlgorithm> algorithms() {
        return Stream.of(
                ReadAlgorithm.random(),
                ReadAlgorithm.roundRobin(),
                ReadAlgorithm.weightedRoundRobin(),
                ReadAlgorithm.leastInFlight(),
                ReadAlgorithm.powerOfTwoChoices(),
                ReadAlgorithm.peakEwma(),
                ReadAlgorithm.ordered(),
                ReadAlgorithm.nearest("here"),
                ReadAlgorithm.subset(2, 1, ReadAlgorithm.peakEwma()));
    }

    /** In the best of some rounds, since threads of the JVM's own may take part in others. */
    @ParameterizedTest
    @MethodSource("algorithms")
    void aDecisionMakesNoGarbage(ReadAlgorithm algorithm) {
        List<Replica> replicas = List.of(
                Replica.of("a", Weight.of(1), "here"),
                Replica.of("b", Weight.of(3), "here"),
                Replica.of("c", Weight.of(1), "there"));
        Router router =
                Router.of(new Cluster(Master.of("master"), replicas), algorithm, MasterUse.FALLBACK, Ticker.system());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 10; round++) {
            replicas.forEach(
                    replica -> replica.answered(1_000_000, Ticker.system().nanos()));
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int turn = 0; turn < 10_000; turn++) {
                router.pick();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least / 10_000).as("bytes of a decision by %s", algorithm).isZero();
    }
}
