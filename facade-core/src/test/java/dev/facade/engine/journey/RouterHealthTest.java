package dev.facade.engine.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facade.Threads;
import dev.facade.cluster.Cluster;
import dev.facade.cluster.Master;
import dev.facade.cluster.Node;
import dev.facade.cluster.Replica;
import dev.facade.event.FailureClass;
import dev.facade.event.Reason;
import dev.facade.option.Target;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.spi.Failures;
import dev.facade.time.ManualTicker;
import jakarta.persistence.PersistenceException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the outcome of reads does to the replicas that later reads may use. */
class RouterHealthTest {

    private static final ReadAlgorithm FIRST = candidates -> candidates.get(0);
    private static final ReadIntent READ = new ReadIntent("all", Target.replica(), false);
    private static final Duration NANO = Duration.ofNanos(1);

    private final Nodes nodes = new Nodes();
    private final ManualTicker ticker = ManualTicker.aboutToOverflow();

    @Test
    void t47AnEjectedReplicaIsNotTriedAgainUntilItsTimeIsOver() {
        Router router = router("a", "b");
        nodes.broken("a", Failures::refused);
        assertThat(read(router)).isEqualTo("b");
        assertThat(nodes.asked()).containsExactly("a", "b");
        ticker.advance(Duration.ofSeconds(1).minus(NANO));
        for (int i = 0; i < 20; i++) {
            assertThat(read(router)).isEqualTo("b");
        }
        assertThat(nodes.asked()).containsOnly("b");
        ticker.advance(NANO);
        assertThat(read(router)).isEqualTo("b");
        assertThat(nodes.asked()).containsExactly("a", "b");
    }

    /** It can go nowhere else; the pool of a replica waits a quarter of a second only. */
    @Test
    void aReadThatNamesItsReplicaWaitsLongerForAConnection() {
        Router router = router("a", "b");
        ReadIntent named = new ReadIntent("all", Target.replica("a"), false);
        AtomicInteger tries = new AtomicInteger();
        nodes.broken("a", () -> {
            if (tries.incrementAndGet() == 3) {
                nodes.repaired("a");
            }
            return Failures.poolTimeout();
        });
        assertThat(router.read(named, nodes, nodes)).isEqualTo("a");
        assertThat(tries).hasValue(3);
        nodes.broken("a", Failures::poolTimeout);
        assertThatThrownBy(() -> router.read(named, nodes, nodes)).isInstanceOf(PersistenceException.class);
        assertThat(nodes.asked())
                .as("the last one, and eight tries")
                .containsOnly("a")
                .hasSize(4 + 8);
        nodes.broken("a", Failures::lost);
        assertThatThrownBy(() -> router.read(named, nodes, nodes)).isInstanceOf(PersistenceException.class);
        assertThat(nodes.asked()).as("a loss is told at once").containsExactly("a");
    }

    @Test
    void t41ASuccessfulProbeBringsAReplicaBack() {
        Router router = router("a");
        nodes.broken("a", Failures::refused);
        assertThat(read(router)).isEqualTo("master");
        nodes.repaired("a");
        assertThat(read(router)).as("still out").isEqualTo("master");
        ticker.advance(Duration.ofSeconds(1));
        assertThat(read(router)).isEqualTo("a");
        assertThat(read(router)).isEqualTo("a");
        assertThat(nodes.routes())
                .containsExactly("a ALGORITHM", "master FALLBACK", "master FALLBACK", "a PROBE", "a ALGORITHM");
    }

    @Test
    void aFailedProbeDoublesTheTimeUpToThirtySeconds() {
        Router router = router("a", "b");
        nodes.broken("a", Failures::refused);
        read(router);
        for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30, 30}) {
            nodes.asked();
            ticker.advance(Duration.ofSeconds(seconds).minus(NANO));
            assertThat(read(router)).isEqualTo("b");
            assertThat(nodes.asked()).as("just before %d s", seconds).containsExactly("b");
            ticker.advance(NANO);
            assertThat(read(router)).isEqualTo("b");
            assertThat(nodes.asked()).as("after %d s", seconds).containsExactly("a", "b");
        }
    }

    @Test
    void aReplicaThatHasStayedForThirtySecondsStartsAfreshWithOneSecond() {
        Router router = cameBackAfterThreeSeconds();
        ticker.advance(Duration.ofSeconds(30));
        fail(router, "a");
        ticker.advance(Duration.ofSeconds(1));
        assertThat(read(router)).isEqualTo("a");
    }

    /** Else one that comes and goes costs a failed attempt each second, for ever. */
    @Test
    void aReplicaThatFailsSoonAfterItsReturnStaysAwayForTwiceAsLong() {
        Router router = cameBackAfterThreeSeconds();
        ticker.advance(Duration.ofSeconds(30).minus(NANO));
        fail(router, "a");
        ticker.advance(Duration.ofSeconds(4).minus(NANO)); // the stay before was of two
        assertThat(read(router)).isEqualTo("b");
        ticker.advance(NANO);
        assertThat(read(router)).isEqualTo("a");
    }

    /** Its probe after a second failed, that after two seconds more did not. */
    private Router cameBackAfterThreeSeconds() {
        Router router = router("a", "b");
        nodes.broken("a", Failures::refused);
        read(router);
        ticker.advance(Duration.ofSeconds(1));
        read(router);
        nodes.repaired("a");
        ticker.advance(Duration.ofSeconds(2));
        assertThat(read(router)).isEqualTo("a");
        return router;
    }

    private void fail(Router router, String replica) {
        nodes.broken(replica, Failures::refused);
        assertThatThrownBy(() -> router.read(new ReadIntent("all", Target.replica(replica), false), nodes, nodes))
                .isInstanceOf(PersistenceException.class);
        assertThat(router.health().ejected()).extracting(Replica::name).contains(replica);
        nodes.repaired(replica);
    }

    @Test
    void aFailedProbeSendsTheReadElsewhere() {
        Router router = router("a");
        nodes.broken("a", Failures::refused);
        read(router);
        ticker.advance(Duration.ofSeconds(1));
        nodes.routes();
        assertThat(read(router)).isEqualTo("master");
        assertThat(nodes.routes()).containsExactly("a PROBE", "master FALLBACK");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void t44ExactlyOneOfSixteenThreadsGetsTheProbe(boolean probeSucceeds) throws Exception {
        for (int round = 0; round < 50; round++) {
            Router router = router("a", "b");
            nodes.broken("a", Failures::refused);
            read(router);
            ticker.advance(Duration.ofSeconds(1));
            Map<String, AtomicInteger> routes = new ConcurrentHashMap<>();
            List<String> answers = Threads.together(
                    16,
                    thread -> () -> router.read(
                            READ,
                            node -> {
                                if (!probeSucceeds && node.name().equals("a")) {
                                    throw Failures.refused();
                                }
                                return node.name();
                            },
                            counting(routes)));
            assertThat(answers).hasSize(16).doesNotContain("master");
            assertThat(routes.get("a PROBE")).as("probes of round %d", round).hasValue(1);
            assertThat(routes).doesNotContainKey("b PROBE");
            assertThat(router.health().ejected()).hasSize(probeSucceeds ? 0 : 1);
        }
    }

    @Test
    void t53SaturationEjectsNobody() {
        Router router = router("a", "b");
        nodes.broken("a", Failures::poolTimeout).broken("b", () -> Failures.state("53300"));
        for (int i = 0; i < 20; i++) {
            assertThat(read(router)).isEqualTo("master");
        }
        assertThat(router.health().ejected()).isEmpty();
        assertThat(router.health().candidates()).hasSize(2);
        nodes.repaired("a");
        assertThat(read(router)).isEqualTo("a");
    }

    @Test
    void aConflictEjectsNobody() {
        Router router = router("a", "b");
        nodes.broken("a", Failures::conflict);
        assertThat(read(router)).isEqualTo("b");
        assertThat(router.health().ejected()).isEmpty();
    }

    @Test
    void anAnswerToAProbeIsASignOfLifeEvenIfItIsARefusal() {
        for (String state : List.of("42601", "57014", "40001")) {
            Router router = router("a");
            nodes.broken("a", Failures::refused);
            read(router);
            ticker.advance(Duration.ofSeconds(1));
            nodes.broken("a", () -> Failures.state(state)).broken("master", () -> Failures.state(state));
            assertThatThrownBy(() -> read(router)).hasRootCauseMessage("state " + state);
            assertThat(router.health().ejected()).as(state).isEmpty();
            nodes.repaired("a").repaired("master");
        }
    }

    @Test
    void aFullPoolIsNoSignOfLife() {
        Router router = router("a");
        nodes.broken("a", Failures::refused);
        read(router);
        ticker.advance(Duration.ofSeconds(1));
        nodes.broken("a", Failures::poolTimeout);
        assertThat(read(router)).isEqualTo("master");
        assertThat(router.health().ejected()).hasSize(1);
    }

    @Test
    void anExplicitReadThatSucceedsBringsAReplicaBackEarly() {
        Router router = router("a", "b");
        nodes.broken("a", Failures::refused);
        read(router);
        nodes.repaired("a");
        assertThat(router.read(new ReadIntent("all", Target.replica("a"), false), nodes, nodes))
                .isEqualTo("a");
        assertThat(router.health().ejected()).isEmpty();
    }

    @Test
    void t41NoReplicaIsOutForEver() {
        Router router = router("a", "b", "c");
        Stream.of("a", "b", "c").forEach(name -> nodes.broken(name, Failures::refused));
        assertThat(read(router)).isEqualTo("master");
        assertThat(router.health().ejected()).hasSize(3);
        for (int i = 0; i < 10; i++) {
            ticker.advance(Duration.ofSeconds(30));
            read(router);
        }
        Stream.of("a", "b", "c").forEach(nodes::repaired);
        ticker.advance(Duration.ofSeconds(30));
        for (int i = 0; i < 3; i++) {
            assertThat(read(router)).isIn("a", "b", "c");
        }
        assertThat(router.health().candidates()).extracting(Replica::name).containsOnly("a", "b", "c");
        assertThat(router.health().ejected()).isEmpty();
    }

    /** The peers get none of them, so nothing can be compared. */
    @Test
    void slowReadsThatNameTheirReplicaDoNotPutItOut() {
        Router router = router("a", "b", "reports");
        NodeCall<String> quick = node -> {
            ticker.advance(Duration.ofMillis(1));
            return node.name();
        };
        NodeCall<String> report = node -> {
            ticker.advance(Duration.ofMillis(300));
            return node.name();
        };
        for (int i = 0; i < 50; i++) {
            router.read(READ, quick, nodes);
        }
        for (int i = 0; i < 10; i++) {
            router.read(new ReadIntent("all", Target.replica("reports"), false), report, nodes);
            router.read(READ, quick, nodes);
        }
        assertThat(router.health().candidates()).hasSize(3);
    }

    @Test
    void aFailureOfTheMasterEjectsNobody() {
        Router router = router("a");
        nodes.broken("master", Failures::refused);
        assertThatThrownBy(() -> router.read(new ReadIntent("all", Target.master(), false), nodes, nodes))
                .isInstanceOf(PersistenceException.class);
        assertThat(router.health().ejected()).isEmpty();
        assertThat(read(router)).isEqualTo("a");
    }

    private String read(Router router) {
        return router.read(READ, nodes, nodes);
    }

    private Router router(String... replicas) {
        List<Replica> all = Stream.of(replicas).map(Replica::of).toList();
        return Router.of(
                new Cluster(Master.of("master"), all),
                FIRST,
                MasterUse.FALLBACK,
                ReadLimits.standard(ticker),
                ticker,
                () -> 0);
    }

    private static RouteObserver counting(Map<String, AtomicInteger> routes) {
        return new RouteObserver() {
            @Override
            public void routed(Node node, Reason reason) {
                routes.computeIfAbsent(node + " " + reason, key -> new AtomicInteger())
                        .incrementAndGet();
            }

            @Override
            public void failed(Node node, FailureClass failure, Throwable error) {}
        };
    }
}
