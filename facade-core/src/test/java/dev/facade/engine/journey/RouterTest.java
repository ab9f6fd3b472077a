package dev.facade.engine.journey;

import static dev.facade.spi.Failures.conflict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facade.cluster.Cluster;
import dev.facade.cluster.Master;
import dev.facade.cluster.Node;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Weight;
import dev.facade.error.InvalidPickException;
import dev.facade.error.NoReplicaAvailableException;
import dev.facade.option.Target;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.spi.Failures;
import dev.facade.time.ManualTicker;
import jakarta.persistence.NoResultException;
import jakarta.persistence.PersistenceException;
import java.io.EOFException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Where a read goes, and where it goes next when its node fails. */
class RouterTest {

    private static final ReadAlgorithm FIRST = candidates -> candidates.get(0);
    private static final ReadIntent READ = new ReadIntent("all", Target.replica(), false);

    private final Nodes nodes = new Nodes();

    static Stream<Named<Supplier<PersistenceException>>> failuresOfTheNode() {
        return Stream.of(
                Named.of("connection refused", Failures::refused),
                Named.of("connection lost", Failures::lost),
                Named.of("shutdown by an administrator", Failures::shutdown),
                Named.of("pool timeout", Failures::poolTimeout),
                Named.of("too many clients", () -> Failures.state("53300")),
                Named.of("conflict with recovery", Failures::conflict),
                Named.of("deadlock with recovery", () -> Failures.state("40P01")));
    }

    static Stream<Named<Supplier<? extends RuntimeException>>> failuresOfTheQuery() {
        return Stream.of(
                Named.of("syntax error", Failures::syntaxError),
                Named.of("constraint", () -> Failures.state("23505")),
                Named.of("statement timeout", () -> Failures.state("57014")),
                Named.of("write on a read path", () -> Failures.state("25006")),
                Named.of("no result", () -> new NoResultException("none")),
                Named.of("bug of the caller", () -> new IllegalStateException("bug")));
    }

    @Test
    void aReadGoesToTheReplicaThatTheAlgorithmPicks() {
        Router router = router(candidates -> candidates.get(1), MasterUse.FALLBACK, "a", "b");
        assertThat(read(router, READ)).isEqualTo("b");
        assertThat(nodes.routes()).containsExactly("b ALGORITHM");
        assertThat(router.pick().name()).isEqualTo("b");
    }

    @Test
    @SuppressWarnings("NullAway") // T may be a nullable type
    void aResultMayBeNull() {
        Router router = router(FIRST, MasterUse.NEVER, "a");
        NodeCall<String> nothing = node -> null;
        assertThat(router.read(READ, nothing, nodes)).isNull();
        assertThat(nodes.routes()).containsExactly("a ALGORITHM");
    }

    @ParameterizedTest
    @MethodSource("failuresOfTheNode")
    void t03FallbackCatchesWhatIsRaised(Supplier<PersistenceException> failure) {
        Router router = router(FIRST, MasterUse.FALLBACK, "a", "b");
        nodes.broken("a", failure);
        assertThat(read(router, READ)).isEqualTo("b");
        assertThat(nodes.routes()).containsExactly("a ALGORITHM", "b ALGORITHM");
        assertThat(nodes.failures()).hasSize(1).first().asString().startsWith("a ");
    }

    @ParameterizedTest
    @MethodSource("failuresOfTheNode")
    void t03TheMasterAnswersWhenTheOnlyReplicaCannot(Supplier<PersistenceException> failure) {
        Router router = router(FIRST, MasterUse.FALLBACK, "a");
        nodes.broken("a", failure);
        assertThat(read(router, READ)).isEqualTo("master");
        assertThat(nodes.routes()).containsExactly("a ALGORITHM", "master FALLBACK");
    }

    @ParameterizedTest
    @MethodSource("failuresOfTheQuery")
    void t03AFailureOfTheQueryIsThrownAtOnceAsItIs(Supplier<? extends RuntimeException> failure) {
        Router router = router(FIRST, MasterUse.FALLBACK, "a", "b");
        RuntimeException thrown = failure.get();
        nodes.broken("a", () -> thrown);
        assertThatThrownBy(() -> read(router, READ)).isSameAs(thrown);
        assertThat(nodes.asked()).containsExactly("a");
        assertThat(router.health().ejected()).isEmpty();
    }

    @Test
    void aReadTriesEachReplicaOnceAtMost() {
        Router router = router(FIRST, MasterUse.FALLBACK, "a", "b", "c");
        Stream.of("a", "b", "c").forEach(name -> nodes.broken(name, Failures::conflict));
        assertThat(read(router, READ)).isEqualTo("master");
        assertThat(nodes.asked()).containsExactly("a", "b", "c", "master");
    }

    @Test
    void theMastersFailureCarriesThoseOfTheReplicas() {
        Router router = router(FIRST, MasterUse.FALLBACK, "a", "b");
        PersistenceException ofA = conflict();
        PersistenceException ofB = Failures.poolTimeout();
        PersistenceException ofMaster = Failures.refused();
        nodes.broken("a", () -> ofA).broken("b", () -> ofB).broken("master", () -> ofMaster);
        assertThatThrownBy(() -> read(router, READ))
                .isSameAs(ofMaster)
                .satisfies(error -> assertThat(error.getSuppressed()).containsExactly(ofA, ofB));
        assertThat(nodes.failures()).containsExactly("a CONFLICT", "b SATURATION", "master NODE");
    }

    @Test
    void aFailureOfTheQueryOnALaterReplicaCarriesTheEarlierOnes() {
        Router router = router(FIRST, MasterUse.FALLBACK, "a", "b");
        PersistenceException ofA = Failures.refused();
        PersistenceException ofB = Failures.syntaxError();
        nodes.broken("a", () -> ofA).broken("b", () -> ofB);
        assertThatThrownBy(() -> read(router, READ))
                .isSameAs(ofB)
                .satisfies(error -> assertThat(error.getSuppressed()).containsExactly(ofA));
    }

    @Test
    void t54AQueryThatKillsItsServerGetsOneFurtherAttemptOnly() {
        Router router = router(FIRST, MasterUse.FALLBACK, "a", "b", "c");
        Stream.of("a", "b", "c", "master").forEach(name -> nodes.broken(name, Failures::lost));
        assertThatThrownBy(() -> read(router, READ))
                .hasRootCauseInstanceOf(EOFException.class)
                .satisfies(error -> assertThat(error.getSuppressed()).hasSize(1));
        assertThat(nodes.asked()).containsExactly("a", "b");
    }

    @Test
    void t54TheOneFurtherAttemptIsOnAnotherReplicaAndMayAnswer() {
        Router router = router(FIRST, MasterUse.FALLBACK, "a", "b");
        nodes.broken("a", Failures::lost);
        assertThat(read(router, READ)).isEqualTo("b");
    }

    @Test
    void t54TheMasterGetsTheOneFurtherAttemptIfThereIsNoOtherReplica() {
        Router router = router(FIRST, MasterUse.FALLBACK, "a");
        nodes.broken("a", Failures::lost).broken("master", Failures::lost);
        assertThatThrownBy(() -> read(router, READ)).isInstanceOf(PersistenceException.class);
        assertThat(nodes.asked()).containsExactly("a", "master");
    }

    @Test
    void t54ANodeThatCouldNotBeEnteredDoesNotCountAsAnAttempt() {
        Router router = router(FIRST, MasterUse.FALLBACK, "a", "b", "c", "d");
        nodes.broken("a", Failures::refused).broken("b", Failures::lost).broken("c", Failures::refused);
        assertThat(read(router, READ)).isEqualTo("d");
        assertThat(nodes.asked()).containsExactly("a", "b", "c", "d");
    }

    /** The second connection may be as stale as the first; that it was is no run of the query. */
    @Test
    void t54AfterALossEachNodeIsEnteredByTheWayThatProvesItsConnectionFirst() {
        Router router = router(FIRST, MasterUse.FALLBACK, "a", "b");
        List<String> entered = new ArrayList<>();
        NodeCall<String> proving = new NodeCall<>() {
            @Override
            public String on(Node node) {
                entered.add(node.name());
                throw Failures.lost();
            }

            @Override
            public String onAgain(Node node) {
                entered.add(node.name() + " again");
                if (node.name().equals("b")) {
                    throw Failures.refused();
                }
                return node.name();
            }
        };
        assertThat(router.read(READ, proving, nodes)).isEqualTo("master");
        assertThat(entered).containsExactly("a", "b again", "master again");
    }

    @Test
    void withoutFallbackEveryReplicaIsListedWithItsReason() {
        Cluster cluster = new Cluster(
                Master.of("master"),
                List.of(Replica.of("a"), Replica.of("b"), Replica.of("spare", Weight.of(0)), Replica.of("c")));
        Router router = Router.of(cluster, FIRST, MasterUse.NEVER, ManualTicker.at(0));
        nodes.broken("a", Failures::refused).broken("b", Failures::poolTimeout).broken("c", Failures::conflict);
        assertThatExceptionOfType(NoReplicaAvailableException.class)
                .isThrownBy(() -> read(router, READ))
                .satisfies(error -> {
                    assertThat(error.operation()).isEqualTo("all");
                    assertThat(error.reasons()).containsOnlyKeys("a", "b", "spare", "c");
                    assertThat(error.reasons().get("a")).isEqualTo("NODE: Connection refused");
                    assertThat(error.reasons().get("b")).startsWith("SATURATION: Connection is not available");
                    assertThat(error.reasons().get("spare")).isEqualTo("weight 0");
                    assertThat(error.reasons().get("c")).isEqualTo("CONFLICT: state 40001");
                    assertThat(error.getCause()).isInstanceOf(PersistenceException.class);
                    assertThat(error.getSuppressed()).hasSize(2);
                })
                .withMessageContaining("allow fallbackToMaster, or pass Target.master()");
        assertThat(nodes.asked()).doesNotContain("master", "spare");
    }

    @Test
    void withoutFallbackAnEjectedReplicaIsBetterThanNone() {
        Router router = router(FIRST, MasterUse.NEVER, "a");
        nodes.broken("a", Failures::refused);
        assertThatExceptionOfType(NoReplicaAvailableException.class).isThrownBy(() -> read(router, READ));
        nodes.repaired("a");
        assertThat(read(router, READ)).isEqualTo("a");
        assertThat(nodes.routes()).containsExactly("a ALGORITHM", "a PROBE");
        assertThat(router.health().ejected()).isEmpty();
    }

    @Test
    void aMissingTableIsAskedOnceOfTheMaster() {
        Router router = router(FIRST, MasterUse.FALLBACK, "a", "b");
        nodes.broken("a", Failures::missingTable);
        assertThat(read(router, READ)).isEqualTo("master");
        assertThat(nodes.routes()).containsExactly("a ALGORITHM", "master SCHEMA_BEHIND");
    }

    @Test
    void aTableThatIsMissingOnTheMasterTooIsTheMastersError() {
        Router router = router(FIRST, MasterUse.FALLBACK, "a", "b");
        PersistenceException ofMaster = Failures.missingTable();
        nodes.broken("a", Failures::missingTable).broken("master", () -> ofMaster);
        assertThatThrownBy(() -> read(router, READ)).isSameAs(ofMaster);
        assertThat(nodes.asked()).containsExactly("a", "master");
    }

    @Test
    void aMissingTableStaysAnErrorWithoutFallback() {
        Router router = router(FIRST, MasterUse.NEVER, "a", "b");
        nodes.broken("a", Failures::missingTable);
        assertThatThrownBy(() -> read(router, READ)).hasRootCauseMessage("state 42P01");
        assertThat(nodes.asked()).containsExactly("a");
    }

    @Test
    void anExplicitMasterIsAsked() {
        Router router = router(FIRST, MasterUse.NEVER, "a");
        assertThat(read(router, new ReadIntent("all", Target.master(), false))).isEqualTo("master");
        assertThat(nodes.routes()).containsExactly("master EXPLICIT");
    }

    @Test
    void anExplicitReplicaIsAskedAndNoOther() {
        Router router = router(FIRST, MasterUse.FALLBACK, "a", "b");
        ReadIntent toB = new ReadIntent("all", Target.replica("b"), false);
        assertThat(read(router, toB)).isEqualTo("b");
        PersistenceException refused = Failures.refused();
        nodes.broken("b", () -> refused);
        assertThatThrownBy(() -> read(router, toB)).isSameAs(refused);
        assertThat(nodes.routes()).containsExactly("b EXPLICIT", "b EXPLICIT");
        assertThat(router.health().ejected()).extracting(Replica::name).containsExactly("b");
    }

    @ParameterizedTest
    @EnumSource(MasterUse.class)
    void anUnknownNameIsRefusedAndTheKnownOnesAreListed(MasterUse use) {
        Router router = router(FIRST, use, "a", "b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(router, new ReadIntent("all", Target.replica("rome"), false)))
                .withMessage("target: replica rome (expected: one of [a, b])");
        assertThat(nodes.asked()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(MasterUse.class)
    void t10ALockingReadGoesToTheMaster(MasterUse use) {
        Router router = router(FIRST, use, "a");
        assertThat(read(router, new ReadIntent("all", Target.replica(), true))).isEqualTo("master");
        assertThat(read(router, new ReadIntent("all", Target.replica("a"), true)))
                .isEqualTo("master");
        assertThat(nodes.routes()).containsOnly("master LOCKING_READ");
    }

    @Test
    void inMasterOnlyModeEveryReadGoesToTheMaster() {
        Router router = router(FIRST, MasterUse.ALWAYS, "a");
        assertThat(read(router, READ)).isEqualTo("master");
        assertThat(read(router, new ReadIntent("all", Target.replica("a"), false)))
                .isEqualTo("master");
        assertThat(nodes.routes()).containsOnly("master MASTER_ONLY");
    }

    @Test
    void t07AReplicaOfWeightZeroIsReadByNameOnly() {
        Replica spare = Replica.of("spare", Weight.of(0));
        Cluster cluster = new Cluster(Master.of("master"), List.of(spare, Replica.of("a")));
        Router router = Router.of(cluster, FIRST, MasterUse.FALLBACK, ManualTicker.at(0));
        assertThat(read(router, READ)).isEqualTo("a");
        nodes.broken("a", Failures::refused);
        assertThat(read(router, READ)).isEqualTo("master");
        assertThat(read(router, new ReadIntent("all", Target.replica("spare"), false)))
                .isEqualTo("spare");
        nodes.broken("spare", Failures::refused);
        assertThatThrownBy(() -> read(router, new ReadIntent("all", Target.replica("spare"), false)))
                .isInstanceOf(PersistenceException.class);
        nodes.repaired("spare");
        assertThat(read(router, new ReadIntent("all", Target.replica("spare"), false)))
                .isEqualTo("spare");
        assertThat(read(router, READ)).isEqualTo("master");
    }

    @Test
    void t08WithoutReplicasReadsGoToTheMaster() {
        Router router = router(FIRST, MasterUse.FALLBACK);
        assertThat(read(router, READ)).isEqualTo("master");
        assertThat(nodes.routes()).containsExactly("master NO_REPLICAS");
    }

    /** What they have served must not drown it. */
    @Test
    void t46AMasterWhoseReplicasAreAllGoneIsGuardedAsIfTheyWereLost() {
        Router router = router(FIRST, MasterUse.FALLBACK, "a");
        assertThat(read(router, READ)).isEqualTo("a");
        router.members(new Cluster(Master.of("a"), List.of()));
        nodes.routes();
        read(router, READ);
        assertThat(nodes.routes()).containsExactly("a FALLBACK");
    }

    @Test
    void anAlgorithmThatThrowsIsNamed() {
        RuntimeException bug = new UnsupportedOperationException("bug");
        ReadAlgorithm broken = candidates -> {
            throw bug;
        };
        assertThatExceptionOfType(InvalidPickException.class)
                .isThrownBy(() -> read(router(broken, MasterUse.FALLBACK, "a"), READ))
                .withCause(bug)
                .withMessageContaining("bug");
        assertThat(nodes.asked()).isEmpty();
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller's lambda may do
    void anAlgorithmThatReturnsNullIsRefused() {
        ReadAlgorithm broken = candidates -> null;
        assertThatExceptionOfType(InvalidPickException.class)
                .isThrownBy(() -> read(router(broken, MasterUse.FALLBACK, "a"), READ))
                .withMessageContaining("picked null (expected: one of [a])");
        assertThat(nodes.asked()).isEmpty();
    }

    @Test
    void anAlgorithmThatPicksAStrangerIsRefused() {
        Replica namesake = Replica.of("a");
        assertThatExceptionOfType(InvalidPickException.class)
                .isThrownBy(() -> read(router(candidates -> namesake, MasterUse.FALLBACK, "a"), READ))
                .withMessageContaining("picked a (expected: one of [a])");
        assertThat(nodes.asked()).isEmpty();
    }

    @Test
    void anAlgorithmSeesOnlyReplicasThatWereNotTried() {
        AtomicReference<Replica> love = new AtomicReference<>();
        ReadAlgorithm stubborn = candidates -> love.updateAndGet(loved -> loved == null ? candidates.get(0) : loved);
        nodes.broken("a", Failures::conflict);
        assertThatExceptionOfType(InvalidPickException.class)
                .isThrownBy(() -> read(router(stubborn, MasterUse.FALLBACK, "a", "b"), READ))
                .withMessageContaining("picked a (expected: one of [b])");
    }

    private String read(Router router, ReadIntent intent) {
        return router.read(intent, nodes, nodes);
    }

    private static Router router(ReadAlgorithm algorithm, MasterUse use, String... replicas) {
        List<Replica> all = Stream.of(replicas).map(Replica::of).toList();
        return Router.of(new Cluster(Master.of("master"), all), algorithm, use, ManualTicker.at(0));
    }
}
