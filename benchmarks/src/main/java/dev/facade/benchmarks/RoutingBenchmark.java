package dev.facade.benchmarks;

import dev.facade.cluster.Cluster;
import dev.facade.cluster.Master;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Weight;
import dev.facade.engine.journey.MasterUse;
import dev.facade.engine.journey.Router;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** The price of one routing decision while all replicas are healthy: {@link Router#pick()}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class RoutingBenchmark {

    /** The built-in algorithms, by the name of their factory, and one that is not built in. */
    @Param({
        "random",
        "roundRobin",
        "weightedRoundRobin",
        "powerOfTwoChoices",
        "peakEwma",
        "leastInFlight",
        "leastLag",
        "ordered",
        "nearest",
        "subset",
        "lambda"
    })
    public String algorithm = "";

    /** How many healthy replicas there are. */
    @Param({"4", "16", "64"})
    public int replicas;

    private Router router = router("random", 1);

    /** Makes the router; the weights are 1, 2, 3, 1, 2, 3 and so on, a third are near, and a subset is half of them. */
    @Setup
    public void setUp() {
        router = router(algorithm, replicas);
    }

    /** Lets each replica answer, and be seen, before what is known of it is forgotten. */
    @Setup(Level.Iteration)
    public void answer() {
        long now = Ticker.system().nanos();
        for (Replica replica : router.cluster().replicas()) {
            replica.answered(1_000_000, now);
            replica.knownUpTo(OptionalLong.of(now));
        }
    }

    /**
     * One thread.
     *
     * @return the pick
     */
    @Benchmark
    public Replica pick() {
        return router.pick();
    }

    /**
     * Two threads on one router.
     *
     * @return the pick
     */
    @Benchmark
    @Threads(2)
    public Replica pickByTwoThreads() {
        return router.pick();
    }

    private static Router router(String algorithm, int replicas) {
        List<Replica> all = new ArrayList<>();
        for (int i = 0; i < replicas; i++) {
            all.add(Replica.of("replica-" + i, Weight.of(1 + i % 3), i % 3 == 0 ? "near" : "far"));
        }
        Cluster cluster = new Cluster(Master.of("master"), all);
        return Router.of(cluster, algorithm(algorithm, replicas), MasterUse.FALLBACK, Ticker.system());
    }

    private static ReadAlgorithm algorithm(String name, int replicas) {
        return switch (name) {
            case "random" -> ReadAlgorithm.random();
            case "roundRobin" -> ReadAlgorithm.roundRobin();
            case "weightedRoundRobin" -> ReadAlgorithm.weightedRoundRobin();
            case "powerOfTwoChoices" -> ReadAlgorithm.powerOfTwoChoices();
            case "peakEwma" -> ReadAlgorithm.peakEwma();
            case "leastInFlight" -> ReadAlgorithm.leastInFlight();
            case "leastLag" -> ReadAlgorithm.leastLag();
            case "ordered" -> ReadAlgorithm.ordered();
            case "nearest" -> ReadAlgorithm.nearest("near");
            case "subset" -> ReadAlgorithm.subset(Math.max(1, replicas / 2), 0, ReadAlgorithm.peakEwma());
            case "lambda" -> candidates -> candidates.get(candidates.size() - 1);
            default -> throw new IllegalArgumentException("algorithm: " + name + " (expected: a built-in one)");
        };
    }
}
