package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.cluster.Position;
import dev.facade.cluster.Sample;
import dev.facade.consistency.Consistency;
import dev.facade.error.NoReplicaAvailableException;
import dev.facade.event.FailureClass;
import dev.facade.event.OperationEvent;
import dev.facade.event.Reason;
import dev.facade.event.Role;
import dev.facade.option.Lock;
import dev.facade.option.ReadOption.FetchSize;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.Jpql;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.query.Queryable;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import dev.facade.time.Ticker;
import jakarta.persistence.PersistenceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routing and failure on a real master with three streaming replicas. */
class ReplicatedPostgresIT {

    private static final PostgresCluster CLUSTER = Blog.postgres();

    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();
    private FacadeRepository repo;

    /** At the level that promises nothing, since what is tested is where a read goes when nothing holds it back. */
    private static HibernateFacade onReplicas() {
        return Blog.onPostgresWithReplicas().consistency(Consistency.eventual());
    }

    @BeforeEach
    void open() {
        repo = facade(true);
        repo.deleteAll(Comment.class);
        repo.deleteAll(Post.class);
        repo.deleteAll(Author.class);
        repo.insertAll(IntStream.range(0, 20)
                .mapToObj(i -> new Post("p" + i, i).with("c" + i))
                .toList());
        CLUSTER.awaitCaughtUp();
        // Pools fill in the background: every replica answers once before a test counts anything.
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(() -> {
            for (String replica : repo.replicas()) {
                assertThat(repo.count(Post.class, Target.replica(replica))).isEqualTo(20);
            }
        });
        events.clear();
    }

    @AfterEach
    void heal() {
        repo.close();
        for (PostgresNode replica : CLUSTER.replicas()) {
            replica.link().heal();
            if (replica.isRunning()) {
                replica.resumeReplay();
            } else {
                replica.start();
            }
        }
        CLUSTER.master().link().heal();
    }

    private FacadeRepository facade(boolean fallback) {
        return onReplicas()
                .algorithm(ReadAlgorithm.roundRobin())
                .fallbackToMaster(fallback)
                .listener(events::add)
                .build();
    }

    // -- where it goes

    @Test
    void readsReachEveryReplicaAndWritesTheMaster() {
        List<Integer> ports = IntStream.range(0, 6).mapToObj(i -> port(repo)).toList();
        assertThat(ports).doesNotContain(portOf(CLUSTER.master()));
        assertThat(ports.subList(0, 3)).doesNotHaveDuplicates().isEqualTo(ports.subList(3, 6));
        assertThat(repo.<Integer>withEntityManager(Target.master(), em -> port(em)))
                .isEqualTo(portOf(CLUSTER.master()));
    }

    @Test
    void t02AReadInATransactionSeesItsOwnWritesSnapshotAndLocks() {
        CLUSTER.replicas().forEach(PostgresNode::pauseReplay);
        long id = repo.transaction(() -> {
            Post post = repo.insert(new Post("mine"));
            assertThat(repo.getOrThrow(Post.class, post.id).title).isEqualTo("mine");
            assertThat(repo.getBy(Post.class, "title", "mine")).isPresent();
            assertThat(repo.count(Post.class)).isEqualTo(21);
            return post.id;
        });
        assertThat(repo.get(Post.class, id))
                .as("on a replica whose replay is paused")
                .isEmpty();
        assertThat(repo.get(Post.class, id, Target.master())).isPresent();
    }

    @Test
    void t10ALockingReadLocksOnTheMaster() throws Exception {
        repo.transaction(() -> {
            Post locked = repo.getBy(Post.class, "title", "p1", Lock.pessimisticWrite())
                    .orElseThrow();
            try (Connection other = CLUSTER.master().connect();
                    Statement statement = other.createStatement()) {
                statement.execute("SET lock_timeout = '50ms'");
                assertThatThrownBy(() -> statement.execute("UPDATE post SET likes = 0 WHERE id = " + locked.id))
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("lock timeout");
            }
        });
        repo.getBy(Post.class, "title", "p1", Lock.pessimisticWrite());
        assertThat(events.get(events.size() - 1).route())
                .isEqualTo(new dev.facade.event.Route("master", Role.MASTER, Reason.LOCKING_READ));
    }

    @Test
    void aReadOnlyTransactionHoldsOneSnapshotOnOneReplica() {
        String replica = repo.replicas().get(0);
        repo.readOnlyTransaction(
                () -> {
                    long before = repo.count(Post.class);
                    assertThat(port(repo)).isEqualTo(portOf(CLUSTER.replica(replica)));
                    onMaster("INSERT INTO post (id, version, title, likes) VALUES (900001, 0, 'later', 0)");
                    CLUSTER.awaitCaughtUp();
                    assertThat(repo.count(Post.class)).isEqualTo(before);
                    return null;
                },
                Target.replica(replica));
        assertThat(repo.count(Post.class, Target.replica(replica))).isEqualTo(21);
    }

    @Test
    void preloadIsOneSnapshotAndOneQueryALevel() {
        FacadeRepository repo = single();
        PostgresNode berlin = CLUSTER.replica("berlin");
        repo.count(Post.class, Target.replica("berlin"));
        // SET TRANSACTION, posts, comments, ROLLBACK; and the driver's readOnlyMode=always adds one before and one
        // after.
        assertRoundTrips(berlin, 6, () -> {
            List<Post> posts = repo.all(Post.class, Preload.of("comments"), Target.replica("berlin"));
            assertThat(posts).allSatisfy(post -> assertThat(post.comments).hasSize(1));
        });
    }

    /**
     * One connection a pool, and a monitor that asks nobody and has opened its connections, so that nothing else is
     * counted than what reads cost.
     */
    private FacadeRepository single() {
        repo.close(); // its monitor asks each second
        Set<String> connected = ConcurrentHashMap.newKeySet();
        FacadeRepository single = closing(onReplicas()
                .replicationProbe((connection, ticker) -> {
                    connected.add(connection.getMetaData().getURL());
                    return unasked(connection, ticker);
                })
                .masterPool(PoolSettings.forMaster().withMaxSize(1))
                .replicaPool(PoolSettings.forReplica().withMaxSize(1))
                .build());
        await().ignoreExceptions().until(() -> single.count(Post.class, Target.replica("berlin")) == 20);
        await().until(() -> connected.contains(CLUSTER.replica("berlin").url()));
        return single;
    }

    private static Sample unasked(Connection connection, Ticker ticker) throws SQLException {
        boolean master =
                connection.getMetaData().getURL().equals(CLUSTER.master().url());
        long now = ticker.nanos();
        return new Sample(master ? Role.MASTER : Role.REPLICA, Position.ofPostgres(1, 1, 1), "run", now, now);
    }

    // -- what it costs

    @Test
    void aReadIsOneRoundTrip() {
        FacadeRepository repo = single();
        PostgresNode berlin = CLUSTER.replica("berlin");
        long id = repo.getBy(Post.class, "title", "p1").orElseThrow().id;
        List<Runnable> reads = List.of(
                () -> repo.getOrThrow(Post.class, id, Target.replica("berlin")),
                () -> repo.all(Post.class, Target.replica("berlin")),
                () -> repo.count(Post.class, Target.replica("berlin")),
                () -> repo.exists(Post.class, Target.replica("berlin")),
                () -> repo.getBy(Post.class, "title", "p1", Target.replica("berlin")),
                () -> repo.one(
                        Jpql.of("select p.title from Post p where p.id = :id", String.class)
                                .with("id", id),
                        Target.replica("berlin")));
        for (Runnable read : reads) {
            read.run();
            assertRoundTrips(berlin, 1, read);
        }
    }

    private static void assertRoundTrips(PostgresNode node, int expected, Runnable read) {
        node.link().resetCounters();
        read.run();
        assertThat(node.link().roundTrips()).isEqualTo(expected);
    }

    @Test
    void anInsertIsTwoRoundTrips() {
        this.repo.close(); // its monitor asks each second
        FacadeRepository repo = closing(Blog.onPostgres() // alone, so that nobody samples the master
                .masterPool(PoolSettings.forMaster().withMaxSize(1))
                .build());
        repo.insert(new Post("warm")); // takes a block of ids from the sequence
        CLUSTER.master().link().resetCounters();
        repo.insert(new Post("counted"));
        assertThat(CLUSTER.master().link().roundTrips())
                .as("BEGIN with INSERT, COMMIT")
                .isEqualTo(2);
    }

    // -- what is refused

    @Test
    void t16NothingWritesOnAReadPath() {
        assertThatThrownBy(() -> repo.all(Jpql.of("update Post p set p.likes = 0", Post.class)))
                .isInstanceOf(RuntimeException.class);
        List<java.util.function.Function<jakarta.persistence.EntityManager, ?>> writes = List.of(
                em -> em.createQuery("update Post p set p.likes = 0").executeUpdate(),
                em -> em.createNativeQuery("update post set likes = 0").executeUpdate(),
                em -> em.createNativeQuery("insert into author (name) values ('x') returning name", String.class)
                        .getResultList(),
                em -> em.unwrap(org.hibernate.Session.class).doReturningWork(connection -> {
                    try (Statement statement = connection.createStatement()) {
                        return statement.executeUpdate("delete from comment");
                    }
                }),
                em -> {
                    em.persist(new Author("y", "y"));
                    em.flush();
                    return null;
                });
        for (FacadeRepository each : List.of(repo, masterOnly())) {
            for (var write : writes) {
                assertThatThrownBy(() -> each.withEntityManager(Target.replica(), write))
                        .hasStackTraceContaining("read-only transaction");
            }
            long id = each.all(Post.class).get(0).id;
            each.<Object>withEntityManager(Target.replica(), em -> em.find(Post.class, id).likes = 77);
        }
        assertThat(repo.exists(Query.from(Post.class).by(Map.of("likes", 77)), Target.master()))
                .isFalse();
        assertThat(repo.count(Comment.class, Target.master())).isEqualTo(20);
    }

    private FacadeRepository masterOnly() {
        return closing(onReplicas().masterOnly().build());
    }

    private final List<FacadeRepository> opened = new ArrayList<>();

    private FacadeRepository closing(FacadeRepository facade) {
        opened.add(facade);
        return facade;
    }

    @AfterEach
    void closeOpened() {
        opened.forEach(FacadeRepository::close);
    }

    @Test
    void t55AnAutoCommitWriteOnAReadOnlyPoolIsRefusedByTheDatabase() {
        // The pool of a replica, on the master: only the connection's own mode can refuse here.
        PostgresNode master = CLUSTER.master();
        NodeRecipe recipe = new NodeRecipe(
                "guarded", master.url(), master.user(), master.password(), dev.facade.cluster.Weight.of(1), true);
        try (NodePool pool = recipe.pool(PoolSettings.forReplica().withConnectionTimeout(Duration.ofSeconds(5)));
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(connection.getAutoCommit()).isTrue();
            assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO author (name) VALUES ('x')"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("25006"));
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void t12NoPooledConnectionKeepsAModeOfAnEarlierUse() {
        FacadeRepository one = closing(Blog.onPostgres()
                .masterPool(PoolSettings.forMaster().withMaxSize(1))
                .build());
        for (int i = 0; i < 3; i++) {
            one.readOnlyTransaction(() -> one.count(Post.class));
            one.insert(new Post("after read-only " + i));
            assertThat(one.<String>withEntityManager(
                            Target.master(),
                            em -> (String) em.createNativeQuery("show transaction_isolation", String.class)
                                    .getSingleResult()))
                    .isEqualTo("read committed");
        }
    }

    @Test
    void inMasterOnlyModeWritesAndReadsMeetOnTheMaster() {
        FacadeRepository tests = masterOnly();
        CLUSTER.replicas().forEach(PostgresNode::pauseReplay);
        tests.insert(new Post("fresh"));
        assertThat(tests.getBy(Post.class, "title", "fresh")).isPresent();
    }

    // -- failures

    @Test
    void t03FallbackCatchesWhatIsRaised() {
        CLUSTER.replica("berlin").kill(); // killed
        CLUSTER.replica("paris").stop(); // stopped by an administrator
        CLUSTER.replica("rome").link().refuse(); // refused
        for (int i = 0; i < 5; i++) {
            assertThat(repo.count(Post.class)).isEqualTo(20);
        }
        assertThat(last().route()).isEqualTo(new dev.facade.event.Route("master", Role.MASTER, Reason.FALLBACK));
        assertThat(events.stream().flatMap(event -> event.attempts().stream()))
                .isNotEmpty()
                .allSatisfy(attempt -> assertThat(attempt.failure()).isEqualTo(FailureClass.NODE));

        events.clear();
        assertThatThrownBy(() -> repo.all(Jpql.of("select function('nothing', p.title) from Post p", String.class)))
                .isInstanceOf(PersistenceException.class);
        assertThat(repo.get(Post.class, -1L)).as("no result is no failure").isEmpty();
    }

    @Test
    void t03ABadQueryIsThrownAtOnce() {
        assertThatThrownBy(() -> repo.one(Queryable.criteria(Integer.class, cb -> {
                    var query = cb.createQuery(Integer.class);
                    query.from(Post.class);
                    return query.select(cb.quot(cb.literal(1), cb.literal(0)).as(Integer.class));
                })))
                .hasStackTraceContaining("division by zero");
        assertThat(last().attempts()).hasSize(1);
        assertThat(last().attempts().get(0).failure()).isEqualTo(FailureClass.QUERY);
    }

    @Test
    void t03ARecoveryConflictIsReadElsewhere() throws Exception {
        PostgresNode berlin = CLUSTER.replica("berlin");
        on(berlin, "ALTER SYSTEM SET max_standby_streaming_delay = 0", "SELECT pg_reload_conf()");
        FacadeRepository first = closing(onReplicas()
                .algorithm(candidates -> candidates.get(0))
                .listener(events::add)
                .build());
        await().ignoreExceptions().until(() -> first.count(Post.class, Target.replica("berlin")) == 20);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            events.clear();
            Future<Long> rows = thread.submit(() -> first.oneOrThrow(new SlowOn(portOf(berlin))));
            await().until(() -> sleeping(berlin));
            // Replay of the vacuum removes rows that the sleeping query's snapshot still sees.
            onMaster("DELETE FROM comment");
            onMaster("DELETE FROM post WHERE likes > 9");
            onMaster("VACUUM post");
            assertThat(rows.get(60, TimeUnit.SECONDS)).isPositive();
        } finally {
            thread.shutdownNow();
            on(berlin, "ALTER SYSTEM RESET max_standby_streaming_delay", "SELECT pg_reload_conf()");
        }
        assertThat(last().attempts()).hasSize(1);
        assertThat(last().attempts().get(0).failure()).isEqualTo(FailureClass.CONFLICT);
        assertThat(last().route()).isEqualTo(new dev.facade.event.Route("paris", Role.REPLICA, Reason.ALGORITHM));
        events.clear();
        first.count(Post.class);
        assertThat(Objects.requireNonNull(last().route()).node())
                .as("it was not ejected")
                .isEqualTo("berlin");
    }

    /** Counts posts, after a sleep on one server. */
    private record SlowOn(int port) implements Queryable<Long> {

        @Override
        @SuppressWarnings("unchecked")
        public jakarta.persistence.TypedQuery<Long> compile(jakarta.persistence.EntityManager em) {
            return (jakarta.persistence.TypedQuery<Long>) em.createNativeQuery(
                    "select count(*) from post, (select pg_sleep(case inet_server_port() when " + port
                            + " then 15 else 0 end)) nap",
                    Long.class);
        }

        @Override
        public String subject() {
            return "slow";
        }
    }

    private static boolean sleeping(PostgresNode node) throws SQLException {
        try (Connection connection = node.connect();
                Statement statement = connection.createStatement();
                var rows =
                        statement.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")) {
            rows.next();
            return rows.getInt(1) > 0;
        }
    }

    @Test
    void t04NothingIsReadAgainOnceAStreamHasYieldedRows() {
        onMaster("INSERT INTO post (id, version, title, likes) SELECT 1000000 + n, 0, 's' || n, 0"
                + " FROM generate_series(1, 20000) n");
        CLUSTER.awaitCaughtUp();
        String replica = repo.replicas().get(0);
        List<Long> seen = new ArrayList<>();
        try (Stream<Post> posts = repo.stream(Post.class, FetchSize.of(10), Target.replica(replica))) {
            Iterator<Post> rows = posts.iterator();
            for (int i = 0; i < 5; i++) {
                seen.add(rows.next().id);
            }
            CLUSTER.replica(replica).kill();
            assertThatThrownBy(() -> {
                        while (rows.hasNext()) {
                            seen.add(rows.next().id);
                        }
                    })
                    .isInstanceOf(RuntimeException.class);
        }
        assertThat(seen).doesNotHaveDuplicates().hasSizeLessThan(20_000);
    }

    @Test
    void aStreamThatCannotBeOpenedIsOpenedElsewhere() {
        CLUSTER.replica("berlin").kill();
        CLUSTER.replica("paris").kill();
        for (int i = 0; i < 3; i++) {
            try (Stream<Post> posts = repo.stream(Post.class)) {
                assertThat(posts).hasSize(20);
            }
        }
        assertThat(last().route()).isNotNull();
    }

    @Test
    void t47ADeadReplicaCostsOneSlowReadAndNotEveryOne() {
        CLUSTER.replica("berlin").kill();
        for (int i = 0; i < 30; i++) {
            repo.count(Post.class);
        }
        long slow = events.stream()
                .filter(event -> event.elapsedNanos() > Duration.ofMillis(200).toNanos())
                .count();
        assertThat(slow).isLessThanOrEqualTo(2);
        assertThat(events.stream().filter(event -> !event.attempts().isEmpty()).count())
                .as("one lost connection, at most one probe")
                .isLessThanOrEqualTo(2);
    }

    @Test
    void aReplicaThatIsKilledUnderLoadFailsNoReadAndReturns() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        AtomicBoolean running = new AtomicBoolean(true);
        AtomicLong reads = new AtomicLong();
        List<Throwable> failed = new CopyOnWriteArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                threads.execute(() -> {
                    while (running.get()) {
                        try {
                            assertThat(repo.count(Post.class)).isEqualTo(20);
                            reads.incrementAndGet();
                        } catch (Throwable failure) {
                            failed.add(failure);
                        }
                    }
                });
            }
            await().until(() -> reads.get() > 500);
            CLUSTER.replica("paris").kill();
            long atKill = reads.get();
            await().until(() -> reads.get() > atKill + 2_000);
            CLUSTER.replica("paris").start();
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                events.clear();
                repo.count(Post.class);
                return events.stream()
                        .anyMatch(event -> event.error() == null
                                && event.route() != null
                                && event.route().node().equals("paris"));
            });
        } finally {
            running.set(false);
            threads.shutdown();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(failed).isEmpty();
    }

    @Test
    void t53AFullPoolIsNotADeadNode() throws Exception {
        FacadeRepository small = closing(onReplicas()
                .algorithm(candidates -> candidates.get(0))
                .replicaPool(PoolSettings.forReplica().withMaxSize(1))
                .listener(events::add)
                .build());
        await().ignoreExceptions().until(() -> small.count(Post.class, Target.replica("berlin")) == 20);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> holder = thread.submit(() -> small.readOnlyTransaction(
                    () -> {
                        held.countDown();
                        return release.await(60, TimeUnit.SECONDS);
                    },
                    Target.replica("berlin")));
            assertThat(held.await(60, TimeUnit.SECONDS)).isTrue();
            events.clear();
            assertThat(small.count(Post.class)).isEqualTo(20);
            assertThat(last().attempts())
                    .extracting(attempt -> attempt.failure())
                    .containsOnly(FailureClass.SATURATION);
            release.countDown();
            holder.get();
        } finally {
            release.countDown();
            thread.shutdownNow();
        }
        events.clear();
        assertThat(small.count(Post.class)).isEqualTo(20);
        assertThat(Objects.requireNonNull(last().route()).node())
                .as("it was not ejected")
                .isEqualTo("berlin");
    }

    @Test
    void t54AQueryThatKillsItsServerRunsTwiceAtMost() {
        List<Integer> backends = new CopyOnWriteArrayList<>();
        assertThatThrownBy(() -> repo.withEntityManager(Target.replica(), em -> {
                    backends.add(port(em));
                    return em.createNativeQuery("select pg_terminate_backend(pg_backend_pid())", Boolean.class)
                            .getSingleResult();
                }))
                .isInstanceOf(RuntimeException.class);
        assertThat(backends).hasSize(2).doesNotHaveDuplicates().doesNotContain(portOf(CLUSTER.master()));
    }

    @Test
    void withoutFallbackTheErrorSaysWhyEachReplicaWasNotUsed() {
        FacadeRepository strict = closing(facade(false));
        await().ignoreExceptions().until(() -> strict.count(Post.class) == 20);
        CLUSTER.replicas().forEach(PostgresNode::kill);
        // The first reads may still run into connections that were open; what is left then is nobody.
        await().untilAsserted(() -> assertThatExceptionOfType(NoReplicaAvailableException.class)
                .isThrownBy(() -> strict.count(Post.class))
                .satisfies(refused ->
                        assertThat(refused.reasons().keySet()).containsExactlyInAnyOrder("berlin", "paris", "rome")));
        strict.insert(new Post("writes go on"));
        CLUSTER.replicas().forEach(PostgresNode::start);
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> strict.count(Post.class) >= 20);
    }

    @Test
    void aTableThatAReplicaLacksIsAskedOfTheMasterOnce() {
        CLUSTER.replicas().forEach(PostgresNode::pauseReplay);
        try {
            onMaster("CREATE FUNCTION migrated(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1'");
            List<Integer> values = repo.all(
                    Jpql.of("select cast(function('migrated', p.likes) as Integer) from Post p", Integer.class));
            assertThat(values).hasSize(20);
            assertThat(Objects.requireNonNull(last().route()).reason()).isEqualTo(Reason.SCHEMA_BEHIND);
        } finally {
            onMaster("DROP FUNCTION IF EXISTS migrated(integer)");
        }
    }

    @Test
    void aTimeoutEndsAReadAndNothingIsTriedAgain() throws SQLException {
        long id = repo.getBy(Post.class, "title", "p1").orElseThrow().id;
        try (Connection other = CLUSTER.master().connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE post IN ACCESS EXCLUSIVE MODE");
            events.clear();
            assertThatThrownBy(() -> repo.get(
                            Post.class, id, Target.master(), dev.facade.option.Timeout.of(Duration.ofSeconds(1))))
                    .isInstanceOf(PersistenceException.class);
            assertThat(last().attempts())
                    .extracting(attempt -> attempt.failure())
                    .containsOnly(FailureClass.QUERY);
            other.rollback();
        }
    }

    @Test
    void aTimeoutEndsAWriteInACheckoutToo() throws SQLException {
        Post post = repo.getBy(Post.class, "title", "p1").orElseThrow();
        post.likes++;
        try (Connection other = CLUSTER.master().connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE post IN ACCESS EXCLUSIVE MODE");
            assertThatThrownBy(() ->
                            repo.checkout(() -> repo.update(post, dev.facade.option.Timeout.of(Duration.ofSeconds(1)))))
                    .isInstanceOf(PersistenceException.class);
            other.rollback();
        }
        assertThat(repo.<Post, RuntimeException>checkout(() -> repo.update(post)).likes)
                .isEqualTo(post.likes);
    }

    @Test
    void aDeferredConstraintIsAnErrorOfTheCommitAndNotAnUnknownOutcome() {
        onMaster("ALTER TABLE post ADD CONSTRAINT deferred_likes UNIQUE (likes) DEFERRABLE INITIALLY DEFERRED");
        try {
            assertThatThrownBy(() -> repo.insert(new Post("same likes as p1", 1)))
                    .isInstanceOf(PersistenceException.class)
                    .isNotInstanceOf(dev.facade.error.CommitOutcomeUnknownException.class)
                    .hasStackTraceContaining("deferred_likes");
            assertThat(repo.count(Post.class, Target.master())).isEqualTo(20);
        } finally {
            onMaster("ALTER TABLE post DROP CONSTRAINT deferred_likes");
        }
    }

    @Test
    void readsGoOnWhileTheMasterIsDown() {
        CLUSTER.master().kill();
        try {
            for (int i = 0; i < 6; i++) {
                assertThat(repo.count(Post.class)).isEqualTo(20);
            }
            assertThatThrownBy(() -> repo.insert(new Post("nowhere"))).isInstanceOf(PersistenceException.class);
        } finally {
            CLUSTER.master().start();
        }
        await().ignoreExceptions().until(() -> repo.count(Post.class, Target.master()) == 20);
    }

    @Test
    void writesAreNeverRepeated() {
        AtomicLong runs = new AtomicLong();
        assertThatThrownBy(() -> repo.withEntityManager(Target.master(), em -> {
                    runs.incrementAndGet();
                    return em.createNativeQuery("select pg_terminate_backend(pg_backend_pid())", Boolean.class)
                            .getSingleResult();
                }))
                .isInstanceOf(RuntimeException.class);
        assertThat(runs).hasValue(1);
        await().ignoreExceptions().untilAsserted(() -> repo.updateAll(Post.class, Change.set("likes", 1)));
    }

    @Test
    void aCommitThatIsCutOffIsReportedAsUnknown() {
        assertThatExceptionOfType(dev.facade.error.CommitOutcomeUnknownException.class)
                .isThrownBy(() -> repo.transaction(() -> {
                    repo.insert(new Post("maybe"));
                    CLUSTER.master().link().cut();
                }))
                .withMessageContaining("outcome unknown");
        await().ignoreExceptions().until(() -> repo.count(Post.class, Target.master()) >= 20);
    }

    @Test
    void sixteenThreadsReadOnReplicasAndWriteOnTheMaster() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Callable<Void>> work = new ArrayList<>();
            for (int t = 0; t < 16; t++) {
                int thread = t;
                work.add(() -> {
                    for (int i = 0; i < 20; i++) {
                        String title = "t" + thread + "-" + i;
                        assertThat(port(repo)).isNotEqualTo(portOf(CLUSTER.master()));
                        Post post = repo.transaction(() -> {
                            Post inserted = repo.insert(new Post(title));
                            assertThat(repo.getOrThrow(Post.class, inserted.id).title)
                                    .isEqualTo(title);
                            return inserted;
                        });
                        post.likes = 5;
                        repo.update(post);
                    }
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(repo.count(Post.class, Target.master())).isEqualTo(20 + 320);
    }

    // -- helpers

    private OperationEvent last() {
        return events.get(events.size() - 1);
    }

    private static int port(FacadeRepository repo) {
        return repo.withEntityManager(Target.replica(), ReplicatedPostgresIT::port);
    }

    private static int port(jakarta.persistence.EntityManager em) {
        return (Integer)
                em.createNativeQuery("select inet_server_port()", Integer.class).getSingleResult();
    }

    private static int portOf(PostgresNode node) {
        return Integer.parseInt(node.directUrl().replaceAll(".*:(\\d+)/.*", "$1"));
    }

    private static void onMaster(String sql) {
        on(CLUSTER.master(), sql);
    }

    private static void on(PostgresNode node, String... statements) {
        try (Connection connection = node.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
