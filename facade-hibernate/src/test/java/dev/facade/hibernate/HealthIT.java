package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.cluster.NodeState;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.Consistency;
import dev.facade.event.FailureClass;
import dev.facade.event.OperationEvent;
import dev.facade.event.OperationEvent.Attempt;
import dev.facade.event.Role;
import dev.facade.option.Target;
import dev.facade.query.Jpql;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is read and who is not, by what becomes of the reads; with an algorithm that does not help. */
class HealthIT {

    private static final Duration SLOW = Duration.ofMillis(50);

    private final PostgresCluster cluster = Blog.postgres();
    private final PostgresNode berlin = cluster.replicas().get(0);
    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();

    @AfterEach
    void heal() {
        cluster.replicas().forEach(PostgresNode::start);
        cluster.replicas().forEach(replica -> replica.link().heal());
        cluster.replicas().forEach(PostgresNode::reconnect);
        cluster.replicas().forEach(PostgresNode::resumeReplay);
        cluster.awaitCaughtUp();
    }

    private FacadeRepository open(HibernateFacade facade) {
        return facade.listener(events::add).build();
    }

    private static HibernateFacade inTurn() {
        return Blog.onPostgresWithReplicas()
                .algorithm(ReadAlgorithm.roundRobin())
                .consistency(Consistency.eventual());
    }

    /** Where so many reads have gone. */
    private Set<String> nodesOf(FacadeRepository repo, int reads) {
        events.clear();
        IntStream.range(0, reads).forEach(each -> repo.count(Post.class));
        return events.stream()
                .map(event -> Objects.requireNonNull(event.route()).node())
                .collect(Collectors.toSet());
    }

    private long readsOn(PostgresNode node) {
        return events.stream()
                .filter(event -> event.route().node().equals(node.name()))
                .count();
    }

    /** A pool's first connection may take longer than a read waits for it. */
    private void awaitAll(FacadeRepository repo) {
        await().pollInSameThread()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(nodesOf(repo, 30)).isEqualTo(names()));
    }

    private Set<String> names() {
        return cluster.replicas().stream().map(PostgresNode::name).collect(Collectors.toSet());
    }

    private Set<String> namesWithoutBerlin() {
        Set<String> names = names();
        names.remove(berlin.name());
        return names;
    }

    @Test
    void aSocketOfTheCallersOwnPutsNoReplicaOut() {
        try (FacadeRepository repo = open(inTurn())) {
            awaitAll(repo);
            AtomicInteger runs = new AtomicInteger();
            assertThatThrownBy(() -> repo.withEntityManager(Target.replica(), em -> {
                        runs.incrementAndGet();
                        throw new UncheckedIOException(new SocketTimeoutException("mail server"));
                    }))
                    .isInstanceOf(UncheckedIOException.class);
            assertThat(runs).hasValue(1);
            assertThat(events.get(events.size() - 1).attempts())
                    .extracting(Attempt::failure)
                    .containsExactly(FailureClass.QUERY);
            assertThat(nodesOf(repo, 30)).isEqualTo(names());
        }
    }

    @Test
    void whatItsBorrowerHasClosedDoesNotCountAsARead() {
        try (FacadeRepository repo = open(inTurn())) {
            awaitAll(repo);
            String name = berlin.name();
            Object count = repo.withEntityManager(Target.replica(name), em -> {
                assertThat(repo.cluster().node(name).inFlight()).isOne();
                Object found = em.createQuery("select count(p) from Post p").getSingleResult();
                em.close();
                return found;
            });
            assertThat(count).isNotNull();
            assertThat(repo.cluster().node(name).inFlight()).isZero();
        }
    }

    @Test
    void t40ASlowReplicaIsLeftAloneAndComesBack() {
        try (FacadeRepository repo = open(inTurn())) {
            awaitAll(repo);
            nodesOf(repo, 90);
            berlin.link().delay(SLOW);
            nodesOf(repo, 60);
            // fewer if a busy machine has made it slow before
            assertThat(readsOn(berlin)).as("of 60 reads, 20 in its turn").isBetween(1L, 10L);
            assertThat(nodesOf(repo, 60)).isSubsetOf(names()).containsAll(namesWithoutBerlin());
            assertThat(events.stream()
                            .filter(event -> event.route().node().equals(berlin.name()))
                            .count())
                    .as("a probe")
                    .isLessThanOrEqualTo(1);
            berlin.link().heal();
            await().pollInSameThread()
                    .untilAsserted(() -> assertThat(nodesOf(repo, 30)).isEqualTo(names()));
        }
    }

    @Test
    void t48TheMonitorFindsADeadReplicaBeforeAnyReadDoesAndSaysWhy() {
        try (FacadeRepository repo = open(inTurn())) {
            awaitAll(repo);
            berlin.kill();
            await("two samples have failed")
                    .untilAsserted(() -> assertThat(reasonOf(repo, berlin))
                            .startsWith("the monitor cannot reach it: ")
                            .contains("attempt failed"));
            events.clear();
            assertThat(nodesOf(repo, 30)).isEqualTo(namesWithoutBerlin());
            assertThat(events).noneMatch(this::wasTriedOnBerlin);
            berlin.start();
            await().pollInSameThread()
                    .untilAsserted(() -> assertThat(nodesOf(repo, 30)).isEqualTo(names()));
            assertThat(events).noneMatch(this::wasTriedOnBerlin);
        }
    }

    private boolean wasTriedOnBerlin(OperationEvent event) {
        return event.attempts().stream().anyMatch(attempt -> attempt.node().equals(berlin.name()));
    }

    /** One that a busy machine has kept silent for a moment comes back. */
    private void awaitNodes(FacadeRepository repo, String why, Set<String> nodes) {
        await().pollInSameThread()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(nodesOf(repo, 30)).as(why).isEqualTo(nodes));
    }

    private static String reasonOf(FacadeRepository repo, PostgresNode node) {
        return repo.cluster().node(node.name()).reason();
    }

    @Test
    void whoLagsTooMuchTakesNoReadsButForTheLastOnes() throws SQLException {
        try (FacadeRepository repo =
                open(inTurn().lagLimit(Duration.ofSeconds(3)).minServing(2))) {
            awaitAll(repo);
            berlin.pauseReplay();
            write(repo);
            await().pollInSameThread()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(nodesOf(repo, 30)).isEqualTo(namesWithoutBerlin()));
            assertThat(reasonOf(repo, berlin)).startsWith("lags by PT");
            repo.cluster().minServing(3);
            awaitNodes(repo, "a floor of three", names());
            repo.cluster().minServing(1);
            awaitNodes(repo, "a floor of one", namesWithoutBerlin());
            repo.cluster().lagLimit(Duration.ofHours(1));
            awaitNodes(repo, "another limit", names());
        }
    }

    @Test
    void howFarBehindEachNodeIsCanBeSeen() {
        try (FacadeRepository repo = open(inTurn())) {
            awaitAll(repo);
            await().untilAsserted(() ->
                    assertThat(repo.cluster().node(berlin.name()).lagBytes()).hasValue(0));
            berlin.pauseReplay();
            write(repo);
            await().untilAsserted(() -> {
                NodeState behind = repo.cluster().node(berlin.name());
                assertThat(behind.lagBytes().orElseThrow()).isPositive();
                assertThat(behind.lag()).isGreaterThan(Duration.ofSeconds(2));
            });
            assertThat(repo.cluster().node(repo.master()).lag()).isZero();
            berlin.resumeReplay();
            await().untilAsserted(() -> {
                NodeState again = repo.cluster().node(berlin.name());
                assertThat(again.lagBytes()).hasValue(0);
                assertThat(again.lag()).isLessThan(Duration.ofSeconds(2));
            });
        }
    }

    /** A floor of the operator's is no licence to show the past. */
    @Test
    void theFloorDoesNotOverrideWhatAReaderNeeds() throws SQLException {
        try (FacadeRepository repo = open(Blog.onPostgresWithReplicas()
                .algorithm(ReadAlgorithm.roundRobin())
                .lagLimit(Duration.ofSeconds(3))
                .minServing(3))) {
            cluster.replicas().forEach(PostgresNode::pauseReplay);
            write(repo);
            events.clear();
            repo.count(Post.class);
            assertThat(events).extracting(event -> event.route().role()).containsOnly(Role.MASTER);
        }
    }

    private static void write(FacadeRepository repo) {
        repo.insert(new Post("late " + System.nanoTime()));
    }

    /** Its first connection takes longer than a read waits for it. */
    @Test
    void aReplicaThatIsFarAwayIsNotTakenForOneThatIsAway() {
        berlin.link().delay(Duration.ofMillis(40));
        try (FacadeRepository repo = open(Blog.on(cluster.master(), List.of(berlin))
                .consistency(Consistency.eventual())
                .replicaPool(PoolSettings.forReplica().withMinIdle(0)))) {
            repo.count(Post.class);
            assertThat(reasonOf(repo, berlin)).isEmpty();
            await().pollInSameThread().untilAsserted(() -> {
                repo.count(Post.class);
                assertThat(events.get(events.size() - 1).route().node()).isEqualTo(berlin.name());
            });
        }
    }

    @Test
    void aReplicaWhoseStatementsFailIsLeftAlone() throws SQLException {
        Jpql<Integer> slowOne = Jpql.of("select 1 from Post p where function('pg_sleep', 0.02) is null", Integer.class);
        try (FacadeRepository repo = open(inTurn())) {
            write(repo);
            cluster.awaitCaughtUp();
            awaitAll(repo);
            limitStatements(berlin, "5ms");
            try {
                long failed = 0;
                for (int i = 0; i < 120 && reasonOf(repo, berlin).isEmpty(); i++) {
                    try {
                        repo.all(slowOne);
                    } catch (RuntimeException timeout) {
                        failed++;
                    }
                }
                assertThat(failed).as("of the 40 in its turn, until it was out").isBetween(10L, 15L);
                assertThat(reasonOf(repo, berlin)).contains("of its statements fail");
            } finally {
                await().ignoreExceptions()
                        .until(
                                () -> { // the limit is on this statement, too
                                    limitStatements(berlin, "0");
                                    return true;
                                });
            }
        }
    }

    /** Its session stays on one replica, which fails nobody else. */
    @ParameterizedTest
    @ValueSource(strings = {"22021", "22012"})
    void t67BadInputOfOneSessionPutsNoReplicaOut(String state) {
        Jpql<Integer> divided = Jpql.of("select 1 / (p.likes - p.likes) from Post p", Integer.class);
        try (FacadeRepository repo = open(inTurn())) {
            write(repo);
            cluster.awaitCaughtUp();
            awaitAll(repo);
            repo.inSession(CausalSession.begin(), () -> {
                for (int round = 0; round < 30; round++) {
                    repo.count(Post.class, Consistency.session()); // where it stays for a while
                    assertThatThrownBy(() -> {
                                if (state.equals("22012")) {
                                    repo.all(divided, Consistency.session());
                                } else {
                                    repo.getBy(Post.class, "title", "a\0b", Consistency.session());
                                }
                            })
                            .hasRootCauseInstanceOf(SQLException.class)
                            .rootCause()
                            .extracting(cause -> ((SQLException) cause).getSQLState())
                            .isEqualTo(state);
                    nodesOf(repo, 4);
                    assertThat(cluster.replicas())
                            .as("round %d", round)
                            .allSatisfy(replica ->
                                    assertThat(reasonOf(repo, replica)).isEmpty());
                }
                return null;
            });
        }
    }

    private static void limitStatements(PostgresNode node, String limit) throws SQLException {
        try (Connection connection = node.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("alter system set statement_timeout = '" + limit + "'");
            statement.execute("select pg_reload_conf()");
        }
    }

    @Test
    void aBannedReplicaIsReadByNameOnly() {
        try (FacadeRepository repo = open(inTurn())) {
            awaitAll(repo);
            repo.cluster().ban(berlin.name());
            assertThat(nodesOf(repo, 30)).isEqualTo(namesWithoutBerlin());
            assertThat(reasonOf(repo, berlin)).isEqualTo("banned");
            events.clear();
            repo.count(Post.class, Target.replica(berlin.name()));
            assertThat(events.get(0).route().node()).isEqualTo(berlin.name());
            repo.cluster().unban(berlin.name());
            assertThat(nodesOf(repo, 30)).isEqualTo(names());
            assertThatThrownBy(() -> repo.cluster().ban("oslo"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("name: 'oslo' (expected: one of [");
            assertThatThrownBy(() -> repo.cluster().ban(cluster.master().name()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
