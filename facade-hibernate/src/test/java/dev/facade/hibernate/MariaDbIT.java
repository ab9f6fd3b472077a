package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.cluster.Position;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.CausalToken;
import dev.facade.consistency.Consistency;
import dev.facade.error.DeadlineExceededException;
import dev.facade.error.NoReplicaAvailableException;
import dev.facade.error.StaleReplicaException;
import dev.facade.event.FailureClass;
import dev.facade.event.OperationEvent;
import dev.facade.event.OperationEvent.Attempt;
import dev.facade.event.Reason;
import dev.facade.event.Role;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.Jpql;
import dev.facade.query.OnConflict;
import dev.facade.query.Query;
import dev.facade.test.MariaDbCluster;
import dev.facade.test.MariaDbNode;
import jakarta.persistence.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Routes, guards and levels on a real MariaDB whose replicas follow by GTID. */
@Timeout(300)
class MariaDbIT {

    private static final byte[] SECRET = "sixteen bytes at least".getBytes(StandardCharsets.UTF_8);

    private static final String BUSY = "select benchmark(2000000000, md5('a'))"; // some minutes

    private static MariaDbCluster cluster;

    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();
    private FacadeRepository repo;

    @BeforeAll
    static void startCluster() {
        cluster = MariaDbCluster.start("berlin", "paris");
        createTables(cluster);
    }

    private static void createTables(MariaDbCluster of) {
        facade(of).hibernate("hibernate.hbm2ddl.auto", "create").build().close();
        of.awaitCaughtUp();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    private static HibernateFacade facade() {
        return facade(cluster);
    }

    private static HibernateFacade facade(MariaDbCluster of) {
        MariaDbNode master = of.master();
        HibernateFacade facade = HibernateFacade.builder()
                .master(master.url())
                .credentials(master.user(), master.password())
                .entities(Blog.ENTITIES);
        of.replicas().forEach(replica -> facade.replica(replica.name(), replica.url()));
        return facade;
    }

    @BeforeEach
    void open() {
        repo = facade().consistency(Consistency.session()).listener(events::add).build();
        repo.inSession(CausalSession.begin(), () -> {
            repo.deleteAll(Comment.class);
            return repo.deleteAll(Post.class);
        });
        cluster.awaitCaughtUp();
        events.clear();
    }

    @AfterEach
    void close() {
        cluster.replicas().forEach(replica -> {
            replica.start();
            replica.replicationLink().heal();
            replica.resumeReplay();
        });
        repo.close();
    }

    private OperationEvent last() {
        return events.get(events.size() - 1);
    }

    private Role lastRole() {
        return Objects.requireNonNull(last().route()).role();
    }

    private String lastNode() {
        return Objects.requireNonNull(last().route()).node();
    }

    private void pauseAll() {
        cluster.replicas().forEach(MariaDbNode::pauseReplay);
    }

    /** With an abort that waits for no server. */
    @Test
    void t60ASchemaIsADatabaseToWorkInAndIsLeftAgain() throws SQLException {
        try (Connection connection = cluster.master().connect();
                Statement statement = connection.createStatement()) {
            for (String schema : List.of("TenantA", "tenanta")) {
                statement.execute("create database " + schema);
                statement.execute("create table " + schema + ".Author (name varchar(255) primary key,"
                        + " country varchar(255))");
            }
        }
        cluster.awaitCaughtUp();
        FacadeRepository tenant = repo.inSchema("TenantA");
        Author there = tenant.transaction(() -> {
            Author inserted = tenant.insert(new Author("t60", "there"));
            assertThat(tenant.count(Author.class)).isEqualTo(1);
            return inserted;
        });
        assertThat(tenant.getOrThrow(Author.class, "t60").country).isEqualTo("there");
        assertThat(repo.inSchema("tenanta").count(Author.class)).isZero();
        for (int i = 0; i < 6; i++) {
            assertThat(tenant.count(Author.class)).isEqualTo(1);
            assertThat(repo.get(Author.class, "t60")).isEmpty();
        }
        assertThatThrownBy(() -> repo.update(there)).hasMessageContaining("inSchema(\"TenantA\")");
        assertThatThrownBy(() -> repo.inSchema("TENANTA").count(Author.class))
                .isInstanceOf(IllegalArgumentException.class);
        tenant.delete(there);
        assertThat(tenant.count(Author.class)).isZero();
    }

    @Test
    void aReadLeavesAReplicaThatHangs() {
        MariaDbNode berlin = cluster.replicas().get(0);
        try (FacadeRepository ordered = facade().consistency(Consistency.eventual())
                .algorithm(candidates -> candidates.get(0))
                .readDeadline(Duration.ofSeconds(30))
                .listener(events::add)
                .build()) {
            await().ignoreExceptions().untilAsserted(() -> {
                for (int i = 0; i < 30; i++) { // what is usual
                    ordered.count(Post.class, Target.replica("paris"));
                }
                ordered.count(Post.class);
                assertThat(lastNode()).isEqualTo(berlin.name());
            });
            berlin.link().blackHole();
            long begun = System.nanoTime();
            assertThat(ordered.count(Post.class)).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
            assertThat(lastNode()).isEqualTo("paris");
            assertThat(last().attempts()).extracting(Attempt::failure).containsExactly(FailureClass.SLOW);
            assertThatExceptionOfType(PersistenceException.class)
                    .isThrownBy(() -> ordered.count(Post.class, Target.replica(berlin.name())));
        } finally {
            berlin.link().heal();
        }
    }

    @Test
    void aDeadlineEndsAReadOnAReplicaThatHangs() {
        MariaDbNode berlin = cluster.replicas().get(0);
        try (FacadeRepository brief = brief()) {
            brief.count(Post.class, Target.replica("berlin"));
            berlin.link().blackHole();
            assertEndsByItsDeadline(() -> brief.count(Post.class, Target.replica("berlin")));
        } finally {
            berlin.link().heal();
        }
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .doesNotContain("facade-abortion"));
    }

    /** The driver has the server kill it, which would not notice that its client has gone. */
    @Test
    void aQueryThatIsAbortedEndsOnItsServer() throws SQLException {
        try (FacadeRepository brief = brief();
                Connection watching = cluster.replicas().get(0).connect()) {
            CompletableFuture<Void> seen =
                    CompletableFuture.runAsync(() -> await().pollInSameThread().until(() -> isBusy(watching)));
            assertEndsByItsDeadline(() -> brief.sql().query(BUSY, Target.replica("berlin")));
            seen.join();
            await().until(() -> !isBusy(watching));
        }
    }

    private static FacadeRepository brief() {
        return facade().consistency(Consistency.eventual())
                .readDeadline(Duration.ofSeconds(1))
                .build();
    }

    private static void assertEndsByItsDeadline(ThrowingCallable read) {
        long begun = System.nanoTime();
        assertThatExceptionOfType(DeadlineExceededException.class).isThrownBy(read);
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(20));
    }

    private static boolean isBusy(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT 1 FROM information_schema.processlist WHERE info LIKE 'select benchmark%'")) {
            return rows.next();
        }
    }

    @Test
    void writesRunOnTheMasterAndReadsOnTheReplicas() {
        Post post = repo.insert(new Post("a").with("first"));
        assertThat(lastRole()).isEqualTo(Role.MASTER);
        cluster.awaitCaughtUp();
        for (MariaDbNode replica : cluster.replicas()) {
            assertThat(repo.get(Post.class, post.id, Target.replica(replica.name()), Consistency.eventual()))
                    .isPresent();
            assertThat(lastNode()).isEqualTo(replica.name());
        }
    }

    @Test
    void aReadThatWritesIsRefusedByEveryReplica() {
        for (MariaDbNode replica : cluster.replicas()) {
            Target there = Target.replica(replica.name());
            for (String sql : List.of(
                    "insert into Author (name) values ('x')",
                    "create table u (id int)",
                    "select next value for Post_SEQ")) {
                assertThatThrownBy(() -> repo.withEntityManager(
                                there, em -> em.createNativeQuery(sql).getResultList()))
                        .as(sql)
                        .rootCause()
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                refused -> assertThat(refused.getSQLState()).isEqualTo("25006"));
            }
        }
    }

    @Test
    void inMasterOnlyModeReadsCannotWriteEither() {
        try (FacadeRepository collapsed = facade().masterOnly().build()) {
            collapsed.insert(new Post("a"));
            assertThat(collapsed.count(Post.class)).isEqualTo(1);
            assertThatThrownBy(() -> collapsed.withEntityManager(
                            Target.replica(),
                            em -> em.createNativeQuery("delete from Post").executeUpdate()))
                    .hasStackTraceContaining("READ ONLY transaction");
        }
    }

    @Test
    void aReadOnlyTransactionHoldsOneSnapshot() {
        for (Target target : List.of(Target.replica("berlin"), Target.master())) {
            long before = repo.count(Post.class, Target.master());
            repo.readOnlyTransaction(
                    () -> {
                        CompletableFuture.runAsync(() -> {
                                    repo.insert(new Post("another of " + target));
                                    cluster.awaitCaughtUp();
                                })
                                .join();
                        assertThat(repo.count(Post.class)).isEqualTo(before);
                        return null;
                    },
                    target,
                    Consistency.eventual());
            assertThat(repo.count(Post.class, Target.master())).isEqualTo(before + 1);
        }
    }

    @Test
    void aReadOnlyTransactionCannotWrite() {
        repo.insert(new Post("a"));
        cluster.awaitCaughtUp();
        for (Target target : List.of(Target.replica("berlin"), Target.master())) {
            assertThatThrownBy(() -> repo.readOnlyTransaction(
                            () -> repo.withEntityManager(
                                    Target.replica(), // of the transaction, whatever that is on
                                    em -> em.createNativeQuery("delete from Post")
                                            .executeUpdate()),
                            target,
                            Consistency.eventual()))
                    .hasStackTraceContaining("READ ONLY transaction");
        }
        assertThat(repo.count(Post.class, Target.master())).isEqualTo(1);
    }

    @Test
    void aSessionSeesWhatItHasWrittenAndOthersStayOnTheReplicas() {
        pauseAll();
        Post post = repo.insert(new Post("mine"));
        assertThat(repo.get(Post.class, post.id)).isPresent();
        assertThat(Objects.requireNonNull(last().route()).reason()).isEqualTo(Reason.CONSISTENCY);
        repo.updateAll(Post.class, Change.set("likes", 5));
        assertThat(repo.all(Post.class)).extracting(read -> read.likes).containsExactly(5);
        repo.updateAll(Jpql.statement("update Post p set p.likes = 6"));
        assertThat(repo.all(Post.class)).extracting(read -> read.likes).containsExactly(6);
        repo.sql().query("update Post set likes = 7");
        assertThat(repo.all(Query.from(Post.class)))
                .extracting(read -> read.likes)
                .containsExactly(7);
        repo.inSession(CausalSession.begin(), () -> {
            assertThat(repo.count(Post.class)).isZero();
            return lastRole();
        });
        assertThat(lastRole()).isEqualTo(Role.REPLICA);
    }

    @Test
    void aSessionReturnsToTheReplicasWhenTheyHaveCaughtUp() {
        Post post = repo.insert(new Post("mine"));
        cluster.awaitCaughtUp();
        await().pollInSameThread().pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
            assertThat(repo.get(Post.class, post.id)).isPresent();
            assertThat(lastRole()).isEqualTo(Role.REPLICA);
        });
    }

    @Test
    void noReadIsOlderThanOneBefore() {
        MariaDbNode ahead = cluster.replicas().get(0);
        cluster.replicas().stream().skip(1).forEach(MariaDbNode::pauseReplay);
        CausalSession writer = CausalSession.begin();
        repo.inSession(writer, () -> repo.insert(new Post("news")));
        CausalSession reader = CausalSession.begin();
        await().pollInSameThread()
                .until(() -> repo.count(Post.class, Target.replica(ahead.name()), Consistency.eventual()) == 1);
        long seen = repo.inSession(
                reader, () -> repo.count(Post.class, Target.replica(ahead.name()), Consistency.session()));
        assertThat(seen).isEqualTo(1);
        for (int i = 0; i < 200; i++) {
            assertThat(repo.<Long, RuntimeException>inSession(reader, () -> repo.count(Post.class)))
                    .isEqualTo(1);
        }
    }

    @Test
    void aReplicaThatIsCutOffIsNotFresh() {
        Consistency bounded = Consistency.boundedStaleness(Duration.ofMillis(1500));
        await().pollInSameThread().untilAsserted(() -> {
            repo.count(Post.class, bounded);
            assertThat(lastRole()).isEqualTo(Role.REPLICA);
        });
        cluster.replicas().forEach(replica -> replica.replicationLink().refuse());
        repo.inSession(CausalSession.begin(), () -> repo.insert(new Post("news")));
        await().pollInSameThread().untilAsserted(() -> {
            assertThat(repo.count(Post.class, bounded)).isEqualTo(1);
            assertThat(lastRole()).isEqualTo(Role.MASTER);
        });
        cluster.replicas().forEach(replica -> replica.replicationLink().heal());
        await().pollInSameThread().untilAsserted(() -> {
            assertThat(repo.count(Post.class, bounded)).isEqualTo(1);
            assertThat(lastRole()).isEqualTo(Role.REPLICA);
        });
    }

    @Test
    void aReaderMayWaitOrFailInsteadOfGoingToTheMaster() {
        MariaDbNode slow = cluster.replicas().get(0);
        pauseAll();
        Post post = repo.insert(new Post("mine"));
        assertThatExceptionOfType(NoReplicaAvailableException.class)
                .isThrownBy(() ->
                        repo.get(Post.class, post.id, Consistency.session().orFail()))
                .withMessageContaining("behind");
        assertThatExceptionOfType(StaleReplicaException.class)
                .isThrownBy(() -> repo.get(Post.class, post.id, Target.replica(slow.name()), Consistency.session()));
        CompletableFuture<Void> resumed = CompletableFuture.runAsync(
                slow::resumeReplay, CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
        assertThat(repo.get(Post.class, post.id, Consistency.session().waitingUpTo(Duration.ofSeconds(10))))
                .isPresent();
        resumed.join();
        assertThat(lastNode()).isEqualTo(slow.name());
    }

    @Test
    void aTokenIsGoodInAnotherProcess() {
        CausalToken.Keys keys = CausalToken.Keys.of("k1", SECRET);
        pauseAll();
        repo.insert(new Post("mine"));
        String text = keys.write(repo.token().orElseThrow());
        try (FacadeRepository other =
                facade().consistency(Consistency.session()).build()) {
            CausalToken token = keys.read(text).orElseThrow();
            long there = other.inSession(other.sessionAfter(token), () -> other.count(Post.class));
            assertThat(there).isEqualTo(1);
            long without = other.inSession(CausalSession.begin(), () -> other.count(Post.class));
            assertThat(without).isZero();
        }
    }

    @Test
    void aTokenOfTheFutureOrOfAnotherClusterHarmsNobody() throws SQLException {
        String domain;
        try (Connection connection = cluster.master().connect();
                ResultSet row = connection.createStatement().executeQuery("select @@gtid_domain_id")) {
            row.next();
            domain = row.getString(1);
        }
        Post post = repo.insert(new Post("mine"));
        cluster.awaitCaughtUp();
        for (Position position : List.of(
                Position.ofMariaDb(domain + "-1-99999999"),
                Position.ofMariaDb(domain + "-77-5"),
                Position.ofMariaDb("4-1-5"),
                Position.ofPostgres(7, 1, 1))) {
            CausalSession session = repo.sessionAfter(CausalToken.of(position));
            await().pollInSameThread().pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
                repo.inSession(session, () -> repo.getOrThrow(Post.class, post.id));
                assertThat(lastRole()).as(position.toString()).isEqualTo(Role.REPLICA);
            });
        }
    }

    /** What was sampled before is not believed of the connections after, and nobody reads the past meanwhile. */
    @Test
    void aReplicaThatIsKilledAndStartedAgainStaysTrue() {
        MariaDbNode berlin = cluster.replica("berlin");
        for (int round = 0; round < 3; round++) {
            Post post = repo.insert(new Post("round " + round));
            assertThat(repo.get(Post.class, post.id)).isPresent();
            berlin.kill();
            assertThat(repo.get(Post.class, post.id)).isPresent();
            Post more = repo.insert(new Post("while it was down " + round));
            berlin.start();
            await().pollInSameThread().pollInterval(Duration.ofMillis(50)).until(() -> {
                assertThat(repo.get(Post.class, more.id)).isPresent();
                return lastNode().equals("berlin");
            });
        }
    }

    @Test
    void strongReadsTheMaster() {
        pauseAll();
        repo.inSession(CausalSession.begin(), () -> repo.insert(new Post("news")));
        assertThat(repo.count(Post.class, Consistency.strong())).isEqualTo(1);
        assertThat(lastRole()).isEqualTo(Role.MASTER);
    }

    @Test
    void t58AReplicaThatFollowsNobodyAnyMoreIsNotRead() {
        Consistency bounded = Consistency.boundedStaleness(Duration.ofSeconds(30));
        try (MariaDbCluster own = MariaDbCluster.start("berlin")) {
            createTables(own);
            try (FacadeRepository other =
                    facade(own).consistency(Consistency.session()).build()) {
                other.insert(new Post("a"));
                own.replica("berlin").promote();
                other.insert(new Post("b"));
                assertThatThrownBy(() -> other.count(Post.class, Target.replica("berlin"), Consistency.session()))
                        .isInstanceOfAny(StaleReplicaException.class, NoReplicaAvailableException.class);
                assertThat(other.count(Post.class)).isEqualTo(2);
                assertThat(other.count(Post.class, bounded)).isEqualTo(2);
                await().untilAsserted(() ->
                        assertThat(other.cluster().nodes().get(1).reason()).startsWith("follows nobody"));
                assertThat(other.count(Post.class, Consistency.eventual())).isEqualTo(2);
                assertThatExceptionOfType(NoReplicaAvailableException.class)
                        .isThrownBy(() -> other.count(Post.class, Target.replica("berlin")))
                        .withMessageContaining("follows nobody");
            }
        }
    }

    @Test
    void bulkRowsAreInsertedAndRulesForConflictsAreRefused() {
        assertThat(repo.insertAll(List.of(new Post("a"), new Post("b")))).isEqualTo(2);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> repo.insertAll(Author.class, List.of(Map.of("name", "x")), OnConflict.nothing()))
                .withMessageContaining("of dev.facade.hibernate.Author on MariaDBDialect (expected: PostgreSQL or H2;");
    }

    @Test
    void t58AServerThatIsNoReplicaOfTheMasterServesNoRead() {
        try (MariaDbCluster others = MariaDbCluster.start("alien")) {
            createTables(others);
            try (FacadeRepository theirs = facade(others).build()) {
                theirs.insert(new Post("theirs"));
            }
            others.awaitCaughtUp();
            MariaDbNode alien = others.replica("alien");
            assertIsNoReplica(alien.url(), "is of another cluster");
            assertIsNoReplica(others.master().url(), "is of another cluster");
            assertIsNoReplica(cluster.master().url(), "is the master itself");
        }
    }

    private static void assertIsNoReplica(String url, String why) {
        try (FacadeRepository strange = facade().replica("stranger", url).build()) {
            for (int i = 0; i < 20; i++) {
                assertThat(strange.inSession(
                                CausalSession.begin(), () -> strange.count(Post.class, Consistency.eventual())))
                        .isZero();
                assertThat(strange.inSession(CausalSession.begin(), () -> strange.count(Post.class)))
                        .isZero();
            }
            await().untilAsserted(() -> assertThat(strange.cluster().nodes())
                    .anyMatch(node ->
                            node.name().equals("stranger") && node.reason().startsWith(why)));
        }
    }
}
