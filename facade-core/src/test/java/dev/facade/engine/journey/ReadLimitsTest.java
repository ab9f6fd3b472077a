package dev.facade.engine.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facade.cluster.Cluster;
import dev.facade.cluster.Master;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Weight;
import dev.facade.error.InvalidPickException;
import dev.facade.error.NoReplicaAvailableException;
import dev.facade.event.FailureClass;
import dev.facade.event.Role;
import dev.facade.option.Target;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.spi.FailureClassifier;
import dev.facade.spi.Failures;
import dev.facade.time.ManualTicker;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Limits of one read's journey that are easily lost: what counts as a run, as a sign of life, and what is kept. */
class ReadLimitsTest {
    private static final ReadAlgorithm FIRST = candidates -> candidates.get(0);
    private static final ReadIntent READ = new ReadIntent("all", Target.replica(), false);
    private final Nodes nodes = new Nodes();
    private final ManualTicker ticker = ManualTicker.at(0);

    private String read(Router router) {
        return router.read(READ, nodes, nodes);
    }

    private Router router(MasterUse use, String... replicas) {
        return Router.of(
                new Cluster(
                        Master.of("master"),
                        Stream.of(replicas).map(Replica::of).toList()),
                FIRST,
                use,
                ReadLimits.standard(ticker),
                ticker,
                () -> 0);
    }

    @Test
    void t54AConflictCountsAsTheOneFurtherAttempt() {
        Router router = router(MasterUse.FALLBACK, "a", "b");
        nodes.broken("a", Failures::lost).broken("b", Failures::conflict).broken("master", Failures::lost);
        assertThatThrownBy(() -> read(router)).isInstanceOf(RuntimeException.class);
        assertThat(nodes.asked()).containsExactly("a", "b");
    }

    @Test
    void t54AMissingTableIsNotAskedOfTheMasterAfterALoss() {
        Router router = router(MasterUse.FALLBACK, "a", "b");
        nodes.broken("a", Failures::lost).broken("b", Failures::missingTable);
        assertThatThrownBy(() -> read(router)).isInstanceOf(RuntimeException.class);
        assertThat(nodes.asked()).containsExactly("a", "b");
    }

    @Test
    void t51AReplicaThatIsBackHasItsOldPlace() {
        Router router = router(MasterUse.FALLBACK, "a", "b");
        nodes.broken("a", Failures::refused);
        read(router);
        nodes.repaired("a");
        ticker.advance(Duration.ofSeconds(1));
        assertThat(read(router)).isEqualTo("a");
        assertThat(read(router)).isEqualTo("a");
    }

    @Test
    void t42ABugOfTheCallerIsNoSignOfLife() {
        Router router = router(MasterUse.FALLBACK, "a", "b");
        nodes.broken("a", Failures::refused);
        read(router);
        nodes.broken("a", () -> new IllegalArgumentException("attribute: x"));
        ticker.advance(Duration.ofSeconds(1));
        assertThatThrownBy(() -> read(router)).isInstanceOf(IllegalArgumentException.class);
        assertThat(router.health().ejected()).hasSize(1);
    }

    @Test
    void neverMeansNeverAlsoWhenAllWeightsAreZero() {
        Router router = Router.of(
                new Cluster(Master.of("master"), List.of(Replica.of("s", Weight.of(0)))),
                FIRST,
                MasterUse.NEVER,
                ticker);
        assertThatExceptionOfType(NoReplicaAvailableException.class).isThrownBy(() -> read(router));
    }

    @Test
    void theReplicasErrorIsKeptWhenTheMasterFailsOnSchemaBehind() {
        Router router = router(MasterUse.FALLBACK, "a");
        nodes.broken("a", Failures::missingTable).broken("master", Failures::refused);
        assertThatThrownBy(() -> read(router))
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }

    @Test
    void anInvalidPickKeepsEarlierFailures() {
        Router router = Router.of(
                new Cluster(Master.of("master"), List.of(Replica.of("a"), Replica.of("b"))),
                c -> {
                    if (c.size() == 1) throw new IllegalStateException();
                    return c.get(0);
                },
                MasterUse.FALLBACK,
                ticker);
        nodes.broken("a", Failures::conflict);
        assertThatThrownBy(() -> read(router))
                .isInstanceOf(InvalidPickException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }

    @Test
    void statelessSqlExceptionWithSocketCauseIsNode() {
        assertThat(FailureClassifier.classify(
                        Failures.wrapped(new java.sql.SQLException("io", new java.net.ConnectException("x"))),
                        Role.REPLICA))
                .isEqualTo(FailureClass.NODE);
    }

    @Test
    void idleSessionTimeoutIsNode() {
        assertThat(FailureClassifier.classify(Failures.state("57P05"), Role.REPLICA))
                .isEqualTo(FailureClass.NODE);
    }
}
