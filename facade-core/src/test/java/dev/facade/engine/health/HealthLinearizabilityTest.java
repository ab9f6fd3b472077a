package dev.facade.engine.health;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.facade.cluster.Replica;
import dev.facade.time.ManualTicker;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Whatever threads note of replicas at once could have been done one after the other: no replica is lost or there twice,
 * and a probe is handed out once.
 *
 * <p>At the beginning one is in, one is out, and the third one's time is over; then time stands still. With the time of two
 * over it is not linear, and need not be: a probe that has begun before one of them answers may be handed that
 * one when the other is handed to a later probe.
 */
@Param(name = "replica", gen = IntGen.class, conf = "0:2")
public class HealthLinearizabilityTest {

    /** What threads do in there concerns nobody else, and is most of the work. */
    private static boolean hasNoSharedState(String name) {
        return name.startsWith("java.util.stream.") || name.startsWith("java.util.ImmutableCollections");
    }

    private final List<Replica> replicas = List.of(Replica.of("a"), Replica.of("b"), Replica.of("c"));
    private final Health health;

    public HealthLinearizabilityTest() {
        ManualTicker ticker = ManualTicker.at(0);
        health = Health.of(replicas, ticker, () -> 0);
        health.unreachable(replicas.get(0), false, "gone");
        ticker.advance(Health.FIRST);
        health.unreachable(replicas.get(1), false, "gone");
    }

    @Operation
    public void unreachable(@Param(name = "replica") int replica) {
        health.unreachable(replicas.get(replica), false, "gone");
    }

    @Operation
    public void spoke(@Param(name = "replica") int replica) {
        health.spoke(replicas.get(replica));
    }

    @Operation
    public String probe() {
        Replica probe = health.probe(any -> true);
        return probe == null ? "nobody" : probe.name();
    }

    @Operation
    public String candidates() {
        return health.candidates().toString();
    }

    @Operation
    public String ejected() {
        return health.ejected().stream().map(Replica::name).sorted().toList().toString();
    }

    @Test
    void interleavingsOfTwoThreadsAreLinear() {
        new ModelCheckingOptions()
                .iterations(12)
                .invocationsPerIteration(300)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .checkObstructionFreedom(true)
                .addGuarantee(forClasses(HealthLinearizabilityTest::hasNoSharedState)
                        .allMethods()
                        .ignore())
                .check(getClass());
    }

    @Test
    void threeThreadsAreLinear() {
        new StressOptions()
                .iterations(10)
                .invocationsPerIteration(200)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(2)
                .check(getClass());
    }
}
