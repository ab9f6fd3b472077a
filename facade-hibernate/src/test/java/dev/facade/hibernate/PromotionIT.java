package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.facade.FacadeRepository;
import dev.facade.cluster.Weight;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.CausalToken;
import dev.facade.consistency.Consistency;
import dev.facade.error.CommitOutcomeUnknownException;
import dev.facade.error.DeadlineExceededException;
import dev.facade.error.SeveralMastersException;
import dev.facade.event.OperationEvent;
import dev.facade.event.Role;
import dev.facade.option.Retry;
import dev.facade.option.Target;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import dev.facade.test.Relay;
import jakarta.persistence.PersistenceException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Another node becomes the master, and the facade goes along without a restart. */
@Timeout(240)
class PromotionIT {

    private static final Logger LOG = LoggerFactory.getLogger(PromotionIT.class);

    private final AtomicReference<PersistenceException> lastFailure = new AtomicReference<>();
    private final PostgresCluster cluster = Blog.postgres("rome", "oslo");
    private final PostgresNode master = cluster.master();
    private final PostgresNode rome = cluster.replica("rome");
    private final PostgresNode oslo = cluster.replica("oslo");
    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();
    private final List<FacadeRepository> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(FacadeRepository::close);
        cluster.close();
    }

    private FacadeRepository open(HibernateFacade facade) {
        FacadeRepository repo = facade.listener(events::add).build();
        opened.add(repo);
        return repo;
    }

    private FacadeRepository open() {
        FacadeRepository repo = open(Blog.on(master, cluster.replicas()));
        repo.insert(new Post("before"));
        cluster.awaitCaughtUp();
        eventually(() -> assertRead(repo, 1, Role.REPLICA));
        return repo;
    }

    private OperationEvent last() {
        return events.get(events.size() - 1);
    }

    private void assertRead(FacadeRepository repo, long posts, Role role) {
        assertThat(repo.count(Post.class)).isEqualTo(posts);
        assertThat(Objects.requireNonNull(last().route()).role()).isEqualTo(role);
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .ignoreExceptions()
                .untilAsserted(assertion);
    }

    /** Tries to write until it succeeds; returns how long that took. */
    private static Duration awaitWrite(FacadeRepository repo, String title) {
        long begun = System.nanoTime();
        eventually(() -> repo.insert(new Post(title)));
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static long posts(PostgresNode node) throws SQLException {
        return number(node, "select count(*) from post");
    }

    private static long number(PostgresNode node, String sql) throws SQLException {
        try (Connection connection = node.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void t49AfterAFailoverWritesGoToTheNewMasterAndNoConnectionToTheOldOneIsLeft() throws SQLException {
        FacadeRepository repo = open();
        repo.cluster().add("madrid", oslo.url(), Weight.of(1));
        master.kill();
        rome.promote();
        Duration resumed = awaitWrite(repo, "after");
        LOG.info("writes resumed {} after the promotion", resumed);
        assertThat(resumed).isLessThan(Duration.ofSeconds(30));
        assertThat(repo.master()).isEqualTo("rome");
        assertThat(repo.replicas()).containsExactly("oslo", "madrid");
        assertThat(posts(rome)).isEqualTo(2);
        assertThat(master.link().connections()).isZero();
    }

    @Test
    void t51ANodeThatReturnsInAnotherRoleIsReadAgain() throws SQLException {
        FacadeRepository repo = open();
        master.stop();
        rome.promote();
        awaitWrite(repo, "on rome");
        oslo.follow(rome);
        master.follow(rome);
        eventually(() -> assertThat(repo.replicas()).containsExactlyInAnyOrder("oslo", "master"));
        assertIsRead(repo, 2, "master");
        assertIsRead(repo, 2, "oslo");
        assertThat(repo.count(Post.class, Consistency.strong())).isEqualTo(2);
        assertThat(lastNode()).isEqualTo("rome");

        rome.kill();
        master.promote();
        awaitWrite(repo, "on the old one again");
        assertThat(repo.master()).isEqualTo("master");
        rome.follow(master);
        eventually(() -> assertThat(repo.replicas()).containsExactlyInAnyOrder("oslo", "rome"));
        assertIsRead(repo, 3, "rome");
        assertThat(posts(master)).isEqualTo(3);
    }

    @Test
    void aNodeThatIsAReplicaAgainHasItsTags() {
        FacadeRepository repo = open(Blog.on(master, List.of(oslo))
                .replica("rome", rome.url(), Weight.of(1), "south")
                .consistency(Consistency.eventual())
                .algorithm(ReadAlgorithm.nearest("south")));
        master.stop();
        rome.promote();
        awaitWrite(repo, "on rome");
        oslo.follow(rome);
        master.follow(rome);
        rome.stop();
        master.promote();
        awaitWrite(repo, "on the old one again");
        oslo.follow(master);
        rome.follow(master);
        eventually(() -> assertThat(repo.replicas()).contains("oslo", "rome"));
        eventually(() -> {
            for (int i = 0; i < 20; i++) {
                repo.count(Post.class);
                assertThat(lastNode()).isEqualTo("rome");
            }
        });
    }

    /** By sessions that begin, and by the one that has written. */
    private void assertIsRead(FacadeRepository repo, long posts, String node) {
        eventually(() -> repo.inSession(CausalSession.begin(), () -> {
            assertRead(repo, posts, Role.REPLICA);
            assertThat(lastNode()).isEqualTo(node);
            return true;
        }));
        eventually(() -> {
            assertRead(repo, posts, Role.REPLICA);
            assertThat(lastNode()).isEqualTo(node);
        });
    }

    private String lastNode() {
        return Objects.requireNonNull(last().route()).node();
    }

    @Test
    void readsGoOnThroughAPromotionAndNoneIsOlderThanOneBefore() {
        FacadeRepository repo = open();
        Consistency bounded = Consistency.boundedStaleness(Duration.ofHours(1));
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger reads = new AtomicInteger();
        AtomicInteger failures = new AtomicInteger();
        List<CompletableFuture<Void>> readers = Stream.of(Consistency.eventual(), Consistency.session())
                .map(level -> CompletableFuture.runAsync(() -> {
                    long before = 1;
                    while (!over.get()) {
                        try {
                            long now = repo.count(Post.class, level);
                            assertThat(now).isGreaterThanOrEqualTo(before);
                            before = level == Consistency.session() ? now : 1;
                            reads.incrementAndGet();
                        } catch (PersistenceException noMaster) {
                            assertThat(level).isEqualTo(Consistency.session());
                            failures.incrementAndGet();
                        }
                    }
                }))
                .toList();
        await().until(() -> reads.get() > 100
                && lastNodesOf(Consistency.session(), 50).stream().noneMatch("master"::equals));
        master.kill();
        int whenKilled = reads.get();
        await().until(() -> reads.get() > whenKilled + 200);
        assertThat(failures).as("there is no master, and nobody needs one").hasValue(0);
        rome.promote();
        awaitWrite(repo, "after");
        assertThat(repo.count(Post.class, bounded)).isEqualTo(2);
        eventually(() -> {
            assertThat(repo.count(Post.class, bounded)).isEqualTo(2);
            assertThat(lastNodesOf(bounded, 1)).as("oslo follows nobody").containsExactly("rome");
        });
        oslo.follow(rome);
        eventually(() -> {
            assertThat(repo.count(Post.class, bounded)).isEqualTo(2);
            assertThat(lastNodesOf(bounded, 1)).containsExactly("oslo");
        });
        int whenFollowed = reads.get();
        await().until(() -> reads.get() > whenFollowed + 100);
        over.set(true);
        readers.forEach(CompletableFuture::join);
        LOG.info("reads of a session that failed until the new master was seen: {}", failures);
    }

    /** Other threads read meanwhile. */
    private List<String> lastNodesOf(Consistency level, int last) {
        List<String> nodes = events.stream()
                .filter(event -> level.level().name().equals(event.receipt().level()) && event.error() == null)
                .map(event -> Objects.requireNonNull(event.route()).node())
                .toList();
        return nodes.subList(Math.max(0, nodes.size() - last), nodes.size());
    }

    @Test
    void t52ClosingAfterPromotionsLeavesNoThreadAndNoConnection() {
        FacadeRepository repo = open();
        master.stop();
        rome.promote();
        awaitWrite(repo, "after");
        master.follow(rome);
        eventually(() -> assertThat(repo.replicas()).contains("master"));
        oslo.freeze();
        repo.close();
        oslo.thaw();
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("facade-") && !name.startsWith("facade-relay")));
        await().untilAsserted(() -> assertThat(List.of(master, rome, oslo))
                .allSatisfy(node ->
                        assertThat(node.link().connections()).as(node.name()).isZero()));
    }

    @Test
    void twoMastersAtOnceStopAllWritesUntilOneIsGone() throws SQLException {
        FacadeRepository repo = open();
        rome.promote();
        eventually(() -> assertThat(repo.cluster().rivals()).containsExactly("master", "rome"));
        assertThatExceptionOfType(SeveralMastersException.class)
                .isThrownBy(() -> repo.insert(new Post("refused")))
                .withMessageContaining("[master, rome]")
                .withMessageContaining("stop all but the one");
        assertThatExceptionOfType(SeveralMastersException.class)
                .isThrownBy(() -> repo.transaction(() -> repo.count(Post.class)));
        assertThat(repo.count(Post.class)).isEqualTo(1);
        master.stop();
        awaitWrite(repo, "after");
        assertThat(repo.master()).isEqualTo("rome");
        assertThat(posts(rome)).isEqualTo(2);
    }

    @Test
    void aTransactionThatRunsWhileASecondMasterAppearsIsNotCommitted() throws SQLException {
        FacadeRepository repo = open();
        assertThatExceptionOfType(SeveralMastersException.class)
                .isThrownBy(() -> repo.transaction(() -> {
                    repo.insert(new Post("in between"));
                    rome.promote();
                    eventually(() -> assertThat(repo.cluster().rivals()).hasSize(2));
                }));
        assertThat(posts(master)).isEqualTo(1);
        assertThat(posts(rome)).isEqualTo(1);
    }

    @Test
    void aTransactionThatBeganOnAnotherMasterIsNotCommittedThereAndMayBeRunAgain() throws SQLException {
        FacadeRepository repo = open();
        AtomicInteger runs = new AtomicInteger();
        repo.transaction(Retry.upTo(3), () -> {
            repo.insert(new Post("after"));
            if (runs.incrementAndGet() == 1) {
                master.freeze();
                rome.promote();
                eventually(() -> assertThat(repo.master()).isEqualTo("rome"));
            }
        });
        assertThat(runs).hasValue(2);
        assertThat(posts(rome)).isEqualTo(2);
        master.thaw();
        assertThat(posts(master)).isEqualTo(1);
    }

    @Test
    void aTokenOfAMasterThatIsFrozenEndsByTheDeadline() {
        FacadeRepository repo = open(Blog.on(master, cluster.replicas()).readDeadline(Duration.ofSeconds(1)));
        Throwable failure = null;
        Duration took = Duration.ZERO;
        for (int i = 0; failure == null && i < 50; i++) { // a sample may come just before it freezes
            repo.insert(new Post("written " + i));
            master.freeze();
            long begun = System.nanoTime();
            failure = catchThrowable(repo::token);
            took = Duration.ofNanos(System.nanoTime() - begun);
            master.thaw();
        }
        assertThat(failure).isInstanceOf(DeadlineExceededException.class);
        assertThat(took).as("of a pool that would wait for 30 s").isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aMasterThatIsFrozenIsReplaced() throws SQLException {
        FacadeRepository repo = open();
        master.freeze();
        rome.promote();
        long promoted = System.nanoTime();
        eventually(() -> assertThat(repo.master()).isEqualTo("rome"));
        repo.insert(new Post("after"));
        LOG.info("writes resumed {} after the promotion", Duration.ofNanos(System.nanoTime() - promoted));
        assertThat(posts(rome)).isEqualTo(2);
        master.thaw();
        eventually(() -> assertThat(repo.cluster().rivals()).containsExactly("rome", "master"));
        master.follow(rome);
        eventually(() -> assertThat(repo.replicas()).contains("master"));
        awaitWrite(repo, "at the end");
        assertThat(posts(rome)).isEqualTo(3);
    }

    @Test
    void aCommitThatIsCutOffIsOfUnknownOutcomeAndNeverRunAgain() {
        FacadeRepository repo = open();
        AtomicInteger runs = new AtomicInteger();
        CompletableFuture<Throwable> cutOff =
                CompletableFuture.supplyAsync(() -> catchThrowable(() -> repo.transaction(Retry.upTo(5), () -> {
                    repo.insert(new Post("in a black hole"));
                    runs.incrementAndGet();
                    master.link().blackHole();
                })));
        eventually(() -> assertThat(runs).hasValue(1));
        rome.promote();
        assertThat(cutOff)
                .as("nobody waits for ever for a commit on a node that is silent")
                .succeedsWithin(Duration.ofSeconds(60))
                .isInstanceOf(CommitOutcomeUnknownException.class);
        assertThat(repo.master()).isEqualTo("rome");
        oslo.follow(rome);
        assertThatExceptionOfType(CommitOutcomeUnknownException.class)
                .isThrownBy(() -> repo.transaction(Retry.upTo(5), () -> {
                    repo.insert(new Post("when it is killed"));
                    runs.incrementAndGet();
                    rome.kill();
                }));
        assertThat(runs).hasValue(2);
        master.link().heal();
    }

    @Test
    void aTransactionThatMayBeRunAgainGoesOnOnTheNewMaster() throws SQLException {
        FacadeRepository repo = open();
        AtomicInteger runs = new AtomicInteger();
        CompletableFuture<Post> written = CompletableFuture.supplyAsync(() -> repo.transaction(Retry.upTo(3), () -> {
            Post first = repo.insert(new Post("first"));
            if (runs.incrementAndGet() == 1) {
                master.kill();
            }
            repo.insert(new Post("second"));
            return first;
        }));
        eventually(() -> assertThat(master.isRunning()).isFalse());
        rome.promote();
        assertThat(written).succeedsWithin(Duration.ofSeconds(60));
        assertThat(runs).hasValue(2);
        assertThat(posts(rome)).as("each once").isEqualTo(3);
    }

    @Test
    void whatWasAcknowledgedBeforeTheSwitchSurvivesAndWithASynchronousReplicaEverything() throws Exception {
        FacadeRepository repo = open();
        Map<String, Long> acknowledged = new ConcurrentHashMap<>();
        writing(repo, acknowledged, () -> {
            awaitMore(acknowledged, 50, master);
            oslo.cutOff(); // first, so that it can follow the other one afterwards
            rome.cutOff();
            awaitMore(acknowledged, acknowledged.size() + 50, master);
            master.kill();
        });
        rome.promote();
        long switched = number(
                rome,
                "select (split_part(pg_read_file('pg_wal/00000002.history'), E'\\t', 2)::pg_lsn"
                        + " - '0/0'::pg_lsn)::bigint");
        Set<String> survived = titles(rome);
        Set<String> lost = new TreeSet<>(acknowledged.keySet());
        lost.removeAll(survived);
        assertThat(lost).as("asynchronous replication loses").hasSizeGreaterThan(20);
        assertThat(lost).allSatisfy(title -> assertThat(acknowledged.get(title)).isGreaterThan(switched));
        awaitWrite(repo, "after");
        assertThat(repo.count(Post.class)).isEqualTo(survived.size() + 1);

        oslo.follow(rome);
        oslo.reconnect();
        execute(rome, "alter system set synchronous_standby_names = 'oslo'", "select pg_reload_conf()", "checkpoint");
        eventually(() -> assertThat(number(
                        rome,
                        "select count(*) from pg_stat_replication where sync_state = 'sync' and state = 'streaming'"))
                .isEqualTo(1));
        acknowledged.clear();
        writing(repo, acknowledged, () -> {
            awaitMore(acknowledged, 50, rome);
            rome.kill();
        });
        oslo.promote();
        assertThat(titles(oslo)).as("nothing that was acknowledged is lost").containsAll(acknowledged.keySet());
        awaitWrite(repo, "at the end");
        assertThat(repo.master()).isEqualTo("oslo");
    }

    /** What the old master had, as far as the new one has it, is on each replica that is as far. */
    @Test
    void aTokenFromBeforeAFailoverIsGoodOnReplicasAgain() {
        FacadeRepository repo = open();
        repo.insert(new Post("seen"));
        CausalToken token = repo.token().orElseThrow();
        cluster.awaitCaughtUp();
        master.kill();
        rome.promote();
        oslo.follow(rome);
        oslo.reconnect();
        awaitWrite(repo, "after");
        FacadeRepository other = open(Blog.on(rome, List.of(oslo))); // it has not seen the promotion
        for (FacadeRepository each : List.of(repo, other)) {
            eventually(() -> each.inSession(each.sessionAfter(token), () -> {
                assertRead(each, 3, Role.REPLICA); // the first read of each session
                return true;
            }));
        }
    }

    /** Writes from two threads until something has happened; notes where the log was after each write at the latest. */
    private void writing(FacadeRepository repo, Map<String, Long> acknowledged, Runnable happening) {
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<Void>> writers = Stream.generate(() -> UUID.randomUUID())
                .limit(2)
                .map(writer -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; !over.get(); i++) {
                        String title = writer + "-" + i;
                        try {
                            repo.insert(new Post(title));
                            acknowledged.put(title, Long.MAX_VALUE);
                            acknowledged.put(title, position(repo));
                        } catch (PersistenceException gone) { // for good, or for a while: it goes on until it is over
                            lastFailure.set(gone);
                        }
                    }
                }))
                .toList();
        happening.run();
        over.set(true);
        writers.forEach(CompletableFuture::join);
    }

    /** Tells what the writers met last, and who follows the master, if they do not get on. */
    private void awaitMore(Map<String, Long> acknowledged, int atLeast, PostgresNode on) {
        await().untilAsserted(() -> assertThat(acknowledged.size())
                .as(() -> "writes on " + on.name() + ", whose followers are " + followers(on) + "; the last failure is "
                        + lastFailure.get())
                .isGreaterThan(atLeast));
    }

    private static String followers(PostgresNode of) {
        try (Connection connection = of.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select string_agg(r::text, '; ') from pg_stat_replication r")) {
            return row.next() ? row.getString(1) : "nobody";
        } catch (SQLException unknown) {
            return unknown.getMessage();
        }
    }

    private static long position(FacadeRepository repo) {
        return repo.withEntityManager(
                        Target.master(), em -> (Number)
                                em.createNativeQuery("select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint")
                                        .getSingleResult())
                .longValue();
    }

    private static Set<String> titles(PostgresNode node) throws SQLException {
        Set<String> titles = new HashSet<>();
        try (Connection connection = node.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select title from post")) {
            while (rows.next()) {
                titles.add(rows.getString(1));
            }
        }
        return titles;
    }

    private static void execute(PostgresNode node, String... statements) throws SQLException {
        try (Connection connection = node.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void theNodeThatIsDeclaredAsMasterNeedNotBeIt() throws SQLException {
        FacadeRepository repo = open(Blog.on(rome, List.of(oslo)).replica("real", master.url()));
        awaitWrite(repo, "written");
        assertThat(repo.master()).isEqualTo("real");
        assertThat(posts(master)).isEqualTo(1);
        eventually(() -> assertThat(repo.replicas()).containsExactlyInAnyOrder("oslo", "master"));
        eventually(() -> {
            assertThat(repo.count(Post.class, Target.replica("master"))).isEqualTo(1);
        });
    }

    /** What is read or written first, before it is known who the master is. */
    @Test
    void aFacadeThatStartsAfterASwitchReadsNoPastOnTheOldMasterAndWritesAtOnce() throws SQLException {
        open().close();
        cluster.awaitCaughtUp();
        master.stop();
        rome.promote();
        oslo.follow(rome);
        master.follow(rome);
        master.pauseReplay();
        execute(
                rome,
                "insert into post (id, title, likes, version) select 100 + n, 'x' || n, 0, 0 from generate_series(1, 5) n");
        List<Function<FacadeRepository, Long>> first = List.of(
                repo -> repo.count(Post.class, Consistency.strong()),
                repo -> repo.count(Post.class, Target.master()),
                repo -> repo.transaction(() -> repo.count(Post.class)),
                repo -> {
                    repo.insert(new Post("written at once"));
                    return repo.count(Post.class) - 1;
                });
        for (Function<FacadeRepository, Long> read : first) {
            try (FacadeRepository late = Blog.on(master, cluster.replicas()).build()) {
                assertThat(read.apply(late)).isEqualTo(6);
            }
        }
    }

    /** The master by an address that moves, the replicas by their own. */
    @Test
    void anAddressOfTheMasterThatMovesIsNoSecondMaster() throws SQLException {
        try (Relay address = Relay.to("localhost", master.link().port())) {
            String url = master.url().replace(":" + master.link().port() + "/", ":" + address.port() + "/");
            FacadeRepository repo = open(HibernateFacade.builder()
                    .master(url)
                    .credentials(master.user(), master.password())
                    .entities(Blog.ENTITIES)
                    .replica("rome", rome.url())
                    .replica("oslo", oslo.url()));
            repo.insert(new Post("before"));
            cluster.awaitCaughtUp();
            eventually(() -> assertRead(repo, 1, Role.REPLICA));
            master.kill();
            address.cut();
            rome.promote();
            address.retarget(rome.link().port());
            awaitWrite(repo, "after");
            eventually(() -> assertThat(number(rome, SESSIONS))
                    .as("is sampled under both names")
                    .isGreaterThanOrEqualTo(2));
            repo.insert(new Post("another"));
            assertThat(repo.cluster().rivals()).isEmpty();
            opened.remove(repo);
            repo.close();
        }
    }

    private static final String SESSIONS =
            "select count(*) from pg_stat_activity where application_name in ('facade-monitor-master', 'facade-monitor-rome')";

    /** The true master is not reached at first; a standby tells of its history. */
    @Test
    void aMasterThatWasLeftBehindIsNotWrittenToWhileTheTrueOneIsNotReached() throws SQLException {
        rome.promote(); // and the old one lives on
        oslo.follow(rome);
        rome.link().refuse();
        FacadeRepository repo = open(HibernateFacade.builder()
                .master(rome.url())
                .credentials(master.user(), master.password())
                .entities(Blog.ENTITIES)
                .replica("oslo", oslo.url())
                .replica("left", master.url()));
        Throwable unused = catchThrowable(() -> repo.count(Post.class)); // begins to look
        eventually(() -> assertThat(number(
                        master, "select count(*) from pg_stat_activity where application_name = 'facade-monitor-left'"))
                .isPositive());
        for (int i = 0; i < 5; i++) {
            assertThat(catchThrowable(() -> repo.insert(new Post("into the void"))))
                    .isNotNull();
        }
        assertThat(repo.master()).isEqualTo("master");
        assertThat(posts(master)).isZero();
        master.stop(); // or there are two masters as soon as the true one is reached
        rome.link().heal();
        awaitWrite(repo, "after");
        assertThat(posts(rome)).isEqualTo(1);
    }

    @Test
    void closingInTheMiddleOfAPromotionLeavesNoPool() throws Exception {
        List<HikariDataSource> pools = new CopyOnWriteArrayList<>();
        CountDownLatch promoting = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        FacadeRepository repo = open(Blog.on(master, cluster.replicas()).dataSource((node, pool) -> {
            pools.add((HikariDataSource) pool);
            if (pools.size() > 3) { // the new master's
                promoting.countDown();
                awaitUninterruptibly(go);
            }
            return pool;
        }));
        repo.insert(new Post("before"));
        master.kill();
        rome.promote();
        Throwable unused = catchThrowable(() -> repo.insert(new Post("after")));
        assertThat(promoting.await(60, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(repo::close);
        awaitBlocked("close");
        go.countDown();
        assertThat(closed).succeedsWithin(Duration.ofSeconds(60));
        await().untilAsserted(() -> assertThat(pools).hasSize(4).allMatch(HikariDataSource::isClosed));
    }

    /** The old master comes back; while its factory is built somebody removes it. */
    @Test
    void aNodeThatIsRemovedWhileItComesBackIsNotThereAfterwards() throws Exception {
        AtomicInteger made = new AtomicInteger();
        CountDownLatch building = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        FacadeRepository repo = open(Blog.on(master, cluster.replicas()).dataSource((node, pool) -> {
            if (node.equals("master") && made.incrementAndGet() == 2) {
                building.countDown();
                awaitUninterruptibly(go);
            }
            return pool;
        }));
        repo.insert(new Post("before"));
        cluster.awaitCaughtUp();
        eventually(() -> assertRead(repo, 1, Role.REPLICA));
        master.stop();
        rome.promote();
        awaitWrite(repo, "after");
        oslo.follow(rome);
        master.follow(rome);
        assertThat(building.await(60, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Boolean> removed =
                CompletableFuture.supplyAsync(() -> repo.cluster().remove("master", Duration.ZERO));
        awaitBlocked("remove");
        go.countDown();
        assertThat(removed).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(true);
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("facade-topology")));
        assertThat(repo.replicas()).doesNotContain("master");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) { // closing interrupts
            LockSupport.parkNanos(1_000_000);
            Thread.interrupted();
        }
    }

    private static void awaitBlocked(String method) {
        await().until(() -> Thread.getAllStackTraces().entrySet().stream()
                .anyMatch(thread -> thread.getKey().getState() == Thread.State.BLOCKED
                        && Stream.of(thread.getValue())
                                .anyMatch(frame -> frame.getClassName().endsWith(".Nodes")
                                        && frame.getMethodName().equals(method))));
    }
}
