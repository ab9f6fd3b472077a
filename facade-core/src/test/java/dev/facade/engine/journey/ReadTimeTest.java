package dev.facade.engine.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facade.cluster.Cluster;
import dev.facade.cluster.Master;
import dev.facade.cluster.Node;
import dev.facade.cluster.Replica;
import dev.facade.consistency.Consistency;
import dev.facade.engine.health.AbortedConnection;
import dev.facade.engine.health.MasterGuard;
import dev.facade.engine.health.RetryBudget;
import dev.facade.engine.health.Watch;
import dev.facade.engine.position.Freshness;
import dev.facade.error.DeadlineExceededException;
import dev.facade.error.NoReplicaAvailableException;
import dev.facade.event.FailureClass;
import dev.facade.event.Reason;
import dev.facade.option.Priority;
import dev.facade.option.Target;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.spi.Failures;
import dev.facade.time.ManualTicker;
import jakarta.persistence.PersistenceException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a read does when its time, its budget or the master's permits are used up. */
class ReadTimeTest {

    private static final ReadAlgorithm FIRST = candidates -> candidates.get(0);
    private static final ReadIntent READ = new ReadIntent("all", Target.replica(), false);

    private final ManualTicker ticker = ManualTicker.at(0);
    private final Nodes nodes = new Nodes();
    private final Hanging hanging = new Hanging();
    private final RetryBudget budget = RetryBudget.of(0, 2, ticker);
    private final MasterGuard guard = MasterGuard.of(2, Duration.ofMillis(1), ticker);
    private final List<Router> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Router::close);
    }

    private Router router(MasterUse use, String... replicas) {
        Router router = Router.of(
                new Cluster(
                        Master.of("master"),
                        Stream.of(replicas).map(Replica::of).toList()),
                FIRST,
                use,
                new ReadLimits(Duration.ofSeconds(5), budget, guard, 0),
                ticker);
        opened.add(router);
        return router;
    }

    private static ReadIntent within(Duration deadline) {
        return new ReadIntent(
                "all", Target.replica(), false, Consistency.eventual(), Freshness.any(), Priority.NORMAL, deadline);
    }

    /** Nodes of which some let time go by, and answer only if they are not abandoned. */
    private final class Hanging implements NodeCall<String>, RouteObserver {

        final Map<String, Duration> takes = new HashMap<>();
        final List<String> log = new ArrayList<>();

        @Override
        public String on(Node node) {
            throw new AssertionError("unwatched");
        }

        @Override
        public String on(Node node, Watch watch) {
            try (watch) {
                AbortedConnection connection = new AbortedConnection();
                watch.over(connection.connection());
                Duration takes = this.takes.get(node.name());
                if (takes != null) {
                    ticker.advance(takes);
                    connection.awaitAbort(() -> ticker.advance(Duration.ofMillis(100)));
                    throw Failures.lost();
                }
                return node.name();
            }
        }

        @Override
        public String onAgain(Node node, Watch watch) {
            return on(node, watch);
        }

        @Override
        public void routed(Node node, Reason reason) {
            log.add(node + " " + reason);
        }

        @Override
        public void failed(Node node, FailureClass failure, Throwable error) {
            log.add(node + " " + failure);
        }
    }

    /** Leaves something open on the master. */
    private static final class Opening implements NodeCall<String> {

        final List<Watch> open = new ArrayList<>();

        @Override
        public String on(Node node) {
            throw new AssertionError("unwatched");
        }

        @Override
        public String on(Node node, Watch watch) {
            if (node instanceof Replica) {
                throw Failures.refused();
            }
            open.add(watch);
            return "open";
        }
    }

    @Test
    void aReplicaThatLetsAReadWaitIsLeftForAnother() {
        hanging.takes.put("a", Duration.ofSeconds(1));
        assertThat(router(MasterUse.NEVER, "a", "b").read(READ, hanging, hanging))
                .isEqualTo("b");
        assertThat(hanging.log).containsExactly("a ALGORITHM", "a SLOW", "b ALGORITHM");
        assertThat(budget.tryWithdraw() && !budget.tryWithdraw())
                .as("one of two tokens is left")
                .isTrue();
    }

    @Test
    void theOnlyReplicaIsLeftForTheMasterOnlyIfThatIsAllowed() {
        hanging.takes.put("a", Duration.ofSeconds(1));
        assertThat(router(MasterUse.FALLBACK, "a").read(READ, hanging, hanging)).isEqualTo("master");
        hanging.takes.put("a", Duration.ofSeconds(5));
        assertThatExceptionOfType(DeadlineExceededException.class)
                .isThrownBy(() -> router(MasterUse.NEVER, "a").read(READ, hanging, hanging));
    }

    @Test
    void t54AQueryThatIsSlowItselfIsAbandonedOnceOnly() {
        hanging.takes.put("a", Duration.ofSeconds(1));
        hanging.takes.put("b", Duration.ofSeconds(4));
        assertThatExceptionOfType(DeadlineExceededException.class)
                .isThrownBy(() -> router(MasterUse.FALLBACK, "a", "b", "c").read(READ, hanging, hanging))
                .withMessageContaining("all: no answer within 5000 ms, tried {a=SLOW: abandoned, b=no answer}")
                .satisfies(late -> assertThat(late.tried()).containsOnlyKeys("a", "b"));
        assertThat(hanging.log).containsExactly("a ALGORITHM", "a SLOW", "b ALGORITHM", "b SLOW");
    }

    @Test
    void theMastersSilenceEndsWithTheDeadlineToo() {
        hanging.takes.put("master", Duration.ofSeconds(5));
        ReadIntent master = new ReadIntent("all", Target.master(), false);
        assertThatExceptionOfType(DeadlineExceededException.class)
                .isThrownBy(() -> router(MasterUse.FALLBACK, "a").read(master, hanging, hanging))
                .withMessageContaining("master=no answer");
    }

    @Test
    void aReadsOwnDeadlineCounts() {
        hanging.takes.put("a", Duration.ofMillis(300));
        assertThatExceptionOfType(DeadlineExceededException.class)
                .isThrownBy(() ->
                        router(MasterUse.FALLBACK, "a", "b").read(within(Duration.ofMillis(300)), hanging, hanging))
                .withMessageContaining("within 300 ms");
    }

    @Test
    void aDeadlineAndALagLimitCanBeForEver() {
        Router router = router(MasterUse.FALLBACK, "a", "b");
        router.health().lagLimit(ChronoUnit.FOREVER.getDuration());
        ReadIntent patient = within(ChronoUnit.FOREVER.getDuration());
        assertThat(router.read(patient, hanging, hanging)).isEqualTo("a");
        hanging.takes.put("a", Duration.ofDays(1));
        assertThat(router.read(patient, hanging, hanging)).isEqualTo("b");
    }

    @Test
    void whatIsOverIsNotTriedElsewhere() {
        Router router = router(MasterUse.FALLBACK, "a", "b");
        nodes.broken("a", () -> {
            ticker.advance(Duration.ofSeconds(5));
            return Failures.refused();
        });
        assertThatExceptionOfType(DeadlineExceededException.class)
                .isThrownBy(() -> router.read(READ, nodes, nodes))
                .withMessageContaining("a=NODE: Connection refused");
        assertThat(nodes.asked()).containsExactly("a");
    }

    /** Waits for a connection for longer than its deadline, and then has none. */
    private NodeCall<String> waiting(String full, Supplier<PersistenceException> why) {
        return new NodeCall<>() {
            @Override
            public String on(Node node) {
                throw new AssertionError("unwatched");
            }

            @Override
            public String on(Node node, Watch watch) {
                try (watch) {
                    watch.waiting();
                    if (node.name().equals(full)) {
                        ticker.advance(Duration.ofMillis(250));
                        throw why.get();
                    }
                    watch.over(new AbortedConnection().connection());
                    return node.name();
                }
            }
        };
    }

    private void bothAreKnown(Router router) {
        for (int answer = 0; answer < 50; answer++) {
            router.cluster().replicas().forEach(replica -> router.health().served(replica, 10_000_000L));
        }
        ticker.advance(Duration.ofMillis(100));
    }

    /** As with streams that stay open for long. */
    @Test
    void aFullPoolPutsNobodyOutWhenTheDeadlineIsOverMeanwhile() {
        Router router = router(MasterUse.FALLBACK, "a", "b");
        bothAreKnown(router);
        Replica a = router.cluster().replicas().get(0);
        Replica b = router.cluster().replicas().get(1);
        a.begun();
        NodeCall<String> call = waiting("a", Failures::poolTimeout);
        NodeCall<String> beside = new NodeCall<>() {
            @Override
            public String on(Node node) {
                throw new AssertionError("unwatched");
            }

            @Override
            public String on(Node node, Watch watch) {
                try {
                    return call.on(node, watch);
                } finally {
                    router.health().served(b, 10_000_000L);
                }
            }
        };
        assertThatExceptionOfType(DeadlineExceededException.class)
                .isThrownBy(() -> router.read(within(Duration.ofMillis(200)), beside, nodes));
        assertThat(router.health().candidates()).containsExactly(a, b);
    }

    @Test
    void whoCannotBeReachedIsOutThoughTheDeadlineIsOverMeanwhile() {
        Router router = router(MasterUse.FALLBACK, "a", "b");
        bothAreKnown(router);
        assertThatExceptionOfType(DeadlineExceededException.class)
                .isThrownBy(() -> router.read(within(Duration.ofMillis(200)), waiting("a", Failures::refused), nodes));
        assertThat(router.health().candidates()).extracting(Replica::name).containsExactly("b");
    }

    @Test
    void withoutABudgetAReadThatMayHaveRunIsNotRunAgain() {
        Router router = router(MasterUse.FALLBACK, "a", "b");
        for (int read = 0; read < 2; read++) {
            nodes.broken("a", Failures::conflict);
            assertThat(router.read(READ, nodes, nodes)).isEqualTo("b");
        }
        assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() -> router.read(READ, nodes, nodes))
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .singleElement()
                        .isInstanceOfSatisfying(
                                NoReplicaAvailableException.class,
                                hint -> assertThat(hint).hasMessageContaining("retryBudget(...)")));
    }

    @Test
    void whatHasReachedNoServerIsFreeToGoOn() {
        Router router = router(MasterUse.FALLBACK, "a", "b");
        budget.tryWithdraw();
        budget.tryWithdraw();
        nodes.broken("a", Failures::poolTimeout);
        assertThat(router.read(READ, nodes, nodes)).isEqualTo("b");
        nodes.broken("b", Failures::refused);
        assertThat(router.read(READ, nodes, nodes)).isEqualTo("master");
    }

    @Test
    void t46AMasterThatHasEnoughTakesNoMore() {
        Router router = router(MasterUse.FALLBACK, "a");
        nodes.broken("a", Failures::refused);
        assertThat(router.read(READ, nodes, nodes)).isEqualTo("master");
        assertThat(guard.inFlight()).isZero();
        assertThat(guard.enter(Priority.HIGH, 0)).isTrue();
        assertThatExceptionOfType(NoReplicaAvailableException.class)
                .isThrownBy(() -> router.read(READ, nodes, nodes))
                .withMessageContaining("the master serves as many reads")
                .satisfies(shed -> assertThat(shed.reasons()).containsKey("a"));
        assertThat(router.read(new ReadIntent("all", Target.master(), false), nodes, nodes))
                .as("who names the master is not kept from it")
                .isEqualTo("master");
        assertThat(router.read(new ReadIntent("all", Target.replica(), true), nodes, nodes))
                .as("nor who locks")
                .isEqualTo("master");
        guard.left();
        assertThat(router.read(READ, nodes, nodes)).isEqualTo("master");
    }

    @Test
    void aPermitComesBackWhateverHappens() {
        Router router = router(MasterUse.FALLBACK, "a");
        nodes.broken("a", Failures::refused).broken("master", Failures::syntaxError);
        for (int read = 0; read < 5; read++) {
            assertThatThrownBy(() -> router.read(READ, nodes, nodes)).isInstanceOf(PersistenceException.class);
        }
        assertThat(guard.inFlight()).isZero();
    }

    @Test
    void aPermitComesBackAlsoAfterAnError() {
        Router router = router(MasterUse.FALLBACK, "a");
        NodeCall<String> deep = node -> {
            if (node instanceof Replica) {
                throw Failures.refused();
            }
            throw new StackOverflowError("a deep object graph");
        };
        assertThatThrownBy(() -> router.read(READ, deep, nodes)).isInstanceOf(StackOverflowError.class);
        assertThat(guard.inFlight()).isZero();
    }

    /** As the comments of each post of a stream. */
    @Test
    void whatIsReadWhileAReadIsOpenNeedsNoFurtherPermit() {
        Router router = router(MasterUse.FALLBACK, "a");
        Opening stream = new Opening();
        nodes.broken("a", Failures::refused);
        assertThat(router.read(READ, stream, nodes)).isEqualTo("open");
        for (int row = 0; row < 3; row++) {
            assertThat(router.read(READ, nodes, nodes)).isEqualTo("master");
        }
        assertThat(router.read(READ, stream, nodes)).isEqualTo("open");
        assertThat(guard.inFlight()).as("one for all of a thread").isOne();
        stream.open.get(0).close();
        assertThat(router.read(READ, nodes, nodes)).isEqualTo("master");
        assertThat(guard.inFlight()).isOne();
        stream.open.get(1).close();
        assertThat(guard.inFlight()).isZero();
        guard.enter(Priority.HIGH, 0);
        assertThatExceptionOfType(NoReplicaAvailableException.class).isThrownBy(() -> router.read(READ, nodes, nodes));
    }

    /** As a stream, or a read-only transaction. */
    @Test
    void whatStaysOpenKeepsItsPermitUntilItIsClosed() {
        Router router = router(MasterUse.FALLBACK, "a");
        Opening stream = new Opening();
        assertThat(router.read(READ, stream, nodes)).isEqualTo("open");
        assertThat(guard.inFlight()).isOne();
        stream.open.get(0).close();
        assertThat(guard.inFlight()).isZero();
    }

    @Test
    void withoutReplicasNothingIsGuarded() {
        Router router = router(MasterUse.FALLBACK);
        guard.enter(Priority.HIGH, 0);
        assertThat(router.read(READ, nodes, nodes)).isEqualTo("master");
    }
}
