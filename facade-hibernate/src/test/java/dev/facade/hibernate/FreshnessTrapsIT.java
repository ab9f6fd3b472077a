package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.CausalToken;
import dev.facade.consistency.Consistency;
import dev.facade.error.CommitOutcomeUnknownException;
import dev.facade.error.NoReplicaAvailableException;
import dev.facade.event.OperationEvent;
import dev.facade.event.Role;
import dev.facade.option.Target;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import jakarta.persistence.DiscriminatorValue;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.core.ThrowingRunnable;
import org.hibernate.annotations.DiscriminatorFormula;
import org.hibernate.annotations.Subselect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The traps of freshness, on a real master and its replicas. */
class FreshnessTrapsIT {

    private final PostgresCluster cluster = Blog.postgres();
    private final PostgresNode berlin = cluster.replica("berlin");
    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();
    private final List<FacadeRepository> opened = new ArrayList<>();

    @BeforeEach
    void empty() {
        try (FacadeRepository repo = Blog.onPostgres().build()) {
            repo.deleteAll(Comment.class);
            repo.deleteAll(Post.class);
        }
        cluster.awaitCaughtUp();
    }

    @AfterEach
    void heal() {
        opened.forEach(FacadeRepository::close);
        cluster.master().link().heal();
        cluster.replicas().forEach(PostgresNode::start);
        cluster.replicas().forEach(PostgresNode::reconnect);
        cluster.replicas().forEach(PostgresNode::resumeReplay);
        berlin.replayDelay(Duration.ZERO);
    }

    private FacadeRepository open(HibernateFacade facade) {
        FacadeRepository repo = facade.listener(events::add).build();
        opened.add(repo);
        return repo;
    }

    private FacadeRepository open() {
        return open(Blog.onPostgresWithReplicas());
    }

    private Role lastRole() {
        return Objects.requireNonNull(events.get(events.size() - 1).route()).role();
    }

    private void pauseAll() {
        cluster.replicas().forEach(PostgresNode::pauseReplay);
    }

    private static void byAnother(FacadeRepository repo, Runnable work) {
        repo.inSession(CausalSession.begin(), () -> {
            work.run();
            return true;
        });
    }

    /** In this thread, whose session it is. */
    private static void eventually(ThrowingRunnable assertion) {
        await().pollInSameThread()
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .untilAsserted(assertion);
    }

    /** Again and again. */
    private static void during(Duration time, Runnable assertion) {
        long begun = System.nanoTime();
        do {
            assertion.run();
        } while (System.nanoTime() - begun < time.toNanos());
    }

    private void eventuallyOnReplica(FacadeRepository repo, long posts, Consistency level) {
        eventually(() -> {
            assertThat(repo.count(Post.class, level)).isEqualTo(posts);
            assertThat(lastRole()).isEqualTo(Role.REPLICA);
        });
    }

    private static String answer(PostgresNode node, String sql) {
        try (Connection connection = node.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "none";
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static long position(PostgresNode master) {
        return Long.parseLong(answer(master, "select pg_current_wal_insert_lsn() - '0/0'"));
    }

    private static void nextSegment(PostgresNode master) {
        answer(master, "select pg_logical_emit_message(false, 'facade', '')");
        answer(master, "select pg_switch_wal()");
    }

    @Test
    void t20AReplicaThatHasReplayedAllThatItReceivedIsNotFreshIfNothingArrives() {
        Consistency bounded = Consistency.boundedStaleness(Duration.ofMillis(300));
        FacadeRepository repo = open();
        eventuallyOnReplica(repo, 0, bounded);
        cluster.replicas().forEach(PostgresNode::cutOff);
        byAnother(repo, () -> repo.insert(new Post("news")));
        await().until(() -> answer(berlin, "select pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()")
                .equals("t"));
        eventually(() -> assertThat(repo.count(Post.class, bounded)).isEqualTo(1));
        during(Duration.ofSeconds(1), () -> {
            assertThat(repo.count(Post.class, bounded)).isEqualTo(1);
            assertThat(lastRole()).isEqualTo(Role.MASTER);
        });
        cluster.replicas().forEach(PostgresNode::reconnect);
        eventuallyOnReplica(repo, 1, bounded);
    }

    @Test
    void t21AMasterThatIsIdleMakesNoReplicaOlder() {
        Consistency bounded = Consistency.boundedStaleness(Duration.ofMillis(300));
        FacadeRepository repo = open();
        int busy = 0;
        String before;
        do { // the server itself writes something now and then
            assertThat(busy++).as("the master was idle").isLessThan(4);
            before = answer(cluster.master(), "select pg_current_wal_insert_lsn()");
            during(Duration.ofSeconds(3), () -> repo.count(Post.class, bounded));
            for (int i = 0; i < 20; i++) {
                eventuallyOnReplica(repo, 0, bounded);
            }
        } while (!answer(cluster.master(), "select pg_current_wal_insert_lsn()").equals(before));
        repo.count(Post.class, Consistency.eventual());
        assertThat(lastRole()).isEqualTo(Role.REPLICA);
        repo.count(Post.class, Consistency.strong());
        assertThat(lastRole()).isEqualTo(Role.MASTER);
    }

    @Test
    void t22WhatIsNotKnownIsNotFresh() {
        Consistency bounded = Consistency.boundedStaleness(Duration.ofHours(1)).orFail();
        cluster.master().link().refuse(); // so nobody tells how far it is
        FacadeRepository repo = open();
        during(Duration.ofSeconds(1), () -> {
            assertThatExceptionOfType(NoReplicaAvailableException.class)
                    .isThrownBy(() -> repo.count(Post.class, bounded))
                    .withMessageContaining("behind");
            assertThat(repo.count(Post.class, Consistency.eventual())).isZero();
        });
        cluster.master().link().heal();
        eventuallyOnReplica(repo, 0, bounded);
    }

    @Test
    void t23TheConnectionThatIsAskedIsTheOneThatIsRead() throws Exception {
        Statements statements = new Statements();
        FacadeRepository repo = open(Blog.on(cluster.master(), List.of(berlin))
                .replicaPool(PoolSettings.forReplica().withMaxSize(3))
                .dataSource(statements::on));
        CausalSession session = CausalSession.begin();
        repo.inSession(session, () -> repo.insert(new Post("mine")));
        repo.inSession(session, () -> {
            eventuallyOnReplica(repo, 1, Consistency.session());
            return true;
        });
        ExecutorService threads = Executors.newFixedThreadPool(3);
        CyclicBarrier together = new CyclicBarrier(3);
        try {
            List<Future<Object>> reads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                reads.add(threads.submit(() -> repo.inSession(
                        session,
                        () -> repo.withConsistency(
                                Consistency.session(),
                                () -> repo.withEntityManager(Target.replica("berlin"), em -> {
                                    meet(together);
                                    return em.createNativeQuery("select count(*) from post", Long.class)
                                            .getSingleResult();
                                })))));
            }
            for (Future<Object> read : reads) {
                assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo(1L);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(statements.byConnection("berlin"))
                .hasSize(3)
                .allSatisfy(sent -> assertThat(sent.get(0)).contains("pg_last_wal_replay_lsn"))
                .allSatisfy(sent -> assertThat(sent).anyMatch(sql -> sql.contains("from post")));
    }

    private static void meet(CyclicBarrier together) {
        try {
            together.await(60, TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void t27WhatWasReadOnAReplicaOrOnTheMasterIsNotReadOlder() {
        FacadeRepository repo = open();
        cluster.replicas().stream().filter(replica -> replica != berlin).forEach(PostgresNode::pauseReplay);
        byAnother(repo, () -> repo.insert(new Post("first")));
        eventually(() -> assertThat(repo.count(Post.class, Target.replica("berlin"), Consistency.session()))
                .isEqualTo(1));
        berlin.kill();
        during(Duration.ofMillis(500), () -> assertThat(repo.count(Post.class)).isEqualTo(1));
        assertThat(lastRole()).isEqualTo(Role.MASTER);
        berlin.start();
        pauseAll();
        byAnother(repo, () -> repo.insert(new Post("second")));
        assertThat(repo.count(Post.class, Consistency.strong())).isEqualTo(2);
        during(Duration.ofMillis(500), () -> assertThat(repo.count(Post.class)).isEqualTo(2));
        cluster.replicas().forEach(PostgresNode::resumeReplay);
        eventuallyOnReplica(repo, 2, Consistency.session());
    }

    @Test
    void t28TheFirstErrorOfATransactionIsWhatItsCallerSees() {
        Statements statements = new Statements();
        FacadeRepository repo = open(Blog.onPostgresWithReplicas().dataSource(statements::on));
        byAnother(repo, () -> repo.insert(new Post("taken")));
        cluster.awaitCaughtUp();
        List<ThrowingCallable> failing = List.of(
                () -> repo.insert(new Post("taken")),
                () -> repo.transaction(() -> {
                    repo.insert(new Post("free"));
                    return repo.insert(new Post("taken"));
                }),
                () -> repo.transaction(() -> {
                    repo.insert(new Post("free"));
                    return repo.sql().query("select 1 / 0");
                }));
        for (ThrowingCallable each : failing) {
            assertThatThrownBy(each)
                    .satisfies(failure -> assertThat(states(failure))
                            .isSubsetOf("23505", "22012")
                            .hasSize(1));
        }
        assertThat(repo.count(Post.class)).isEqualTo(1);
        assertThat(lastRole()).as("what refused it must be there").isEqualTo(Role.MASTER);
        byAnother(repo, () -> repo.count(Post.class));
        assertThat(lastRole()).as("nothing was committed").isEqualTo(Role.REPLICA);
        assertThat(statements.of("master")).isNotEmpty().noneMatch(sql -> sql.contains("wal"));
    }

    /** Every SQLSTATE of a failure and of what it hides. */
    private static List<String> states(Throwable failure) {
        List<Throwable> open = new ArrayList<>(List.of(failure));
        List<String> states = new ArrayList<>();
        for (int i = 0; i < open.size(); i++) {
            Throwable current = open.get(i);
            if (current instanceof SQLException sql && !states.contains(sql.getSQLState())) {
                states.add(sql.getSQLState());
            }
            Collections.addAll(open, current.getSuppressed());
            if (current.getCause() != null) {
                open.add(current.getCause());
            }
        }
        return states;
    }

    /** What SQL of a mapping reads nobody can name, so whatever the session has written counts. */
    @Test
    void t69SqlOfAMappingReadsNothingOlderThanTheSessionHasWritten() {
        FacadeRepository repo =
                open(Blog.onPostgresWithReplicas().entities(Blog.and(Shout.class, Topic.class, Debate.class)));
        Post quiet = repo.insert(new Post("quiet"));
        cluster.awaitCaughtUp();
        eventually(() -> {
            assertThat(repo.all(Topic.class)).hasOnlyElementsOfType(Topic.class).hasSize(1);
            assertThat(lastRole()).isEqualTo(Role.REPLICA);
        });
        pauseAll();
        repo.inSession(CausalSession.begin(), () -> {
            repo.insert(new Comment(quiet, "no longer"));
            assertThat(repo.all(Topic.class))
                    .as("a discriminator over another table")
                    .hasOnlyElementsOfType(Debate.class);
            assertThat(repo.get(Topic.class, quiet.id)).containsInstanceOf(Debate.class);
            return true;
        });
        repo.inSession(CausalSession.begin(), () -> {
            repo.insert(new Post("loud"));
            assertThat(repo.all(Shout.class)).extracting(shout -> shout.title).contains("LOUD");
            return true;
        });
    }

    @Entity
    @Subselect("select id, upper(title) as title from post")
    static class Shout {
        @Id
        Long id;

        String title;
    }

    @Entity
    @Table(name = "post")
    @DiscriminatorFormula(
            "(select case when count(*) > 0 then 'debate' else 'topic' end from comment c where c.post_id = id)")
    @DiscriminatorValue("topic")
    static class Topic {
        @Id
        Long id;
    }

    @Entity
    @DiscriminatorValue("debate")
    static class Debate extends Topic {}

    @Test
    void t29APositionOfMoreDigitsIsTheLaterOne() {
        long boundary = 0x10000000L;
        try (PostgresCluster own = Blog.postgres("rome")) {
            PostgresNode rome = own.replica("rome");
            while (position(own.master()) < boundary - 0x1000000L) {
                nextSegment(own.master());
            }
            FacadeRepository repo = open(Blog.on(own.master(), own.replicas()));
            repo.insert(new Post("before"));
            own.awaitCaughtUp();
            rome.pauseReplay();
            assertThat(answer(rome, "select pg_last_wal_replay_lsn()")).startsWith("0/F");
            nextSegment(own.master());
            repo.insert(new Post("after"));
            assertThat(answer(own.master(), "select pg_current_wal_insert_lsn()"))
                    .matches("0/10......");
            during(
                    Duration.ofSeconds(1),
                    () -> assertThat(repo.count(Post.class)).isEqualTo(2));
            assertThat(lastRole()).isEqualTo(Role.MASTER);
            rome.resumeReplay();
            eventuallyOnReplica(repo, 2, Consistency.session());
            repo.close();
        }
    }

    @Test
    void t30EveryWaitEndsAndLeavesNobodyBehind() throws Exception {
        int many = 40;
        FacadeRepository repo = open();
        pauseAll();
        repo.insert(new Post("mine"));
        ExecutorService threads = Executors.newFixedThreadPool(many);
        try {
            Consistency second = Consistency.session().waitingUpTo(Duration.ofSeconds(1));
            long begun = System.nanoTime();
            for (Future<Long> read : readBy(many, threads, repo, second)) {
                assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo(1);
            }
            assertThat(System.nanoTime() - begun)
                    .isGreaterThan(Duration.ofSeconds(1).toNanos());
            assertThat(lastRole()).isEqualTo(Role.MASTER);
            Consistency hour = Consistency.session().waitingUpTo(Duration.ofHours(1));
            List<Future<Long>> reads = readBy(many, threads, repo, hour);
            await().until(() -> waiting() == many);
            berlin.resumeReplay();
            for (Future<Long> read : reads) {
                assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo(1);
            }
            assertThat(lastRole()).isEqualTo(Role.REPLICA);
            pauseAll();
            repo.insert(new Post("mine, too"));
            readBy(many, threads, repo, hour);
            await().until(() -> waiting() == many);
        } finally {
            threads.shutdownNow();
        }
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS))
                .as("who is interrupted waits no longer")
                .isTrue();
        assertThat(waiting()).isZero();
    }

    private static List<Future<Long>> readBy(
            int many, ExecutorService threads, FacadeRepository repo, Consistency level) {
        List<Future<Long>> reads = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            reads.add(threads.submit(repo.carry(() -> repo.count(Post.class, level))));
        }
        return reads;
    }

    private static long waiting() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack -> List.of(stack).stream()
                        .anyMatch(frame -> frame.getMethodName().equals("waited")))
                .count();
    }

    @Test
    void t31ACommitThatNoReplicaConfirmsIsNotReportedAsFailed() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (PostgresCluster own = Blog.postgres("rome")) {
            FacadeRepository repo = open(Blog.on(own.master(), own.replicas()));
            repo.insert(new Post("earlier"));
            own.awaitCaughtUp();
            alter(own.master(), "synchronous_commit", "remote_apply");
            alter(own.master(), "synchronous_standby_names", "rome");
            await().until(() -> answer(own.master(), "select sync_state from pg_stat_replication")
                    .equals("sync"));
            own.replica("rome").pauseReplay();

            Future<Post> cancelled = thread.submit(repo.carry(() -> repo.insert(new Post("cancelled"))));
            signalled(own.master(), "pg_cancel_backend");
            assertThat(cancelled.get(60, TimeUnit.SECONDS).id).isNotNull();
            assertThat(repo.count(Post.class)).isEqualTo(2);

            Future<Post> ended = thread.submit(repo.carry(() -> repo.insert(new Post("ended"))));
            signalled(own.master(), "pg_terminate_backend");
            assertThatThrownBy(() -> ended.get(60, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(CommitOutcomeUnknownException.class);
            eventually(() -> assertThat(repo.count(Post.class))
                    .as("it was committed, once")
                    .isEqualTo(3));
            assertThat(lastRole()).isEqualTo(Role.MASTER);
            repo.close();
        } finally {
            thread.shutdownNow();
        }
    }

    private static void alter(PostgresNode node, String setting, String value) {
        try (Connection connection = node.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("alter system set " + setting + " = '" + value + "'");
            statement.execute("select pg_reload_conf()");
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Does something to the backend that waits for a replica to confirm its commit. */
    private static void signalled(PostgresNode master, String function) {
        await().until(() -> answer(
                        master, "select " + function + "(pid) from pg_stat_activity where wait_event = 'SyncRep'")
                .equals("t"));
    }

    @Test
    void t32PositionsOfTwoTimelinesAreNotCompared() {
        try (PostgresCluster own = Blog.postgres("rome", "oslo")) {
            PostgresNode rome = own.replica("rome");
            FacadeRepository old = open(Blog.on(own.master(), own.replicas()));
            old.insert(new Post("on both"));
            own.awaitCaughtUp();
            FacadeRepository alone = open(Blog.on(own.master())); // it knows of no other master
            rome.promote();
            alone.insert(new Post("lost"));
            assertThat(old.count(Post.class, Consistency.strong())).isEqualTo(2);
            CausalToken token = old.token().orElseThrow();
            for (int i = 0; i < 3; i++) {
                nextSegment(rome); // far ahead of the old master, by number
            }
            await().pollInSameThread()
                    .until(() -> old.count(Post.class, Target.replica("rome"), Consistency.eventual()) == 1);
            during(Duration.ofSeconds(1), () -> {
                assertThat(old.count(Post.class)).isEqualTo(2);
                assertThat(old.count(Post.class, Consistency.strong())).isEqualTo(2);
                old.inSession(CausalSession.begin(), () -> {
                    old.count(Post.class, Consistency.boundedStaleness(Duration.ofHours(1)));
                    assertThat(Objects.requireNonNull(
                                            events.get(events.size() - 1).route())
                                    .node())
                            .isNotEqualTo("rome");
                    return true;
                });
            });

            for (int i = 0; i < 6; i++) {
                nextSegment(own.master()); // and now the old master's replica is ahead of the new one
            }
            FacadeRepository next = open(Blog.on(rome, List.of(own.replica("oslo"))));
            next.insert(new Post("after"));
            next.insert(new Post("after that"));
            during(
                    Duration.ofSeconds(1),
                    () -> assertThat(next.count(Post.class)).isEqualTo(3));
            next.inSession(next.sessionAfter(token), () -> {
                eventually(() -> assertThat(next.count(Post.class))
                        .as("what its replica has of the lost commit, it has; then what the new master has")
                        .isEqualTo(3));
                during(
                        Duration.ofSeconds(1),
                        () -> assertThat(next.count(Post.class)).isEqualTo(3));
                return true;
            });
            old.close();
            alone.close();
            next.close();
        }
    }

    @Test
    void t36AWriteWaitsForNoReplica() {
        FacadeRepository repo = open(Blog.onPostgresWithReplicas()
                .masterPool(PoolSettings.forMaster().withMaxSize(1)));
        pauseAll();
        repo.insert(new Post("warm"));
        cluster.master().link().resetCounters();
        for (int i = 0; i < 100; i++) {
            repo.insert(new Post("p" + i));
        }
        assertThat(cluster.master().link().roundTrips())
                .as(
                        "BEGIN with INSERT, COMMIT; a block of ids and a sample now and then; one more for each would be 300")
                .isBetween(200L, 280L);
        assertThat(repo.count(Post.class)).isEqualTo(101);
        assertThat(lastRole()).isEqualTo(Role.MASTER);
    }

    @Test
    void t37AReplicaThatComesBackBehindItsOwnPastIsNotBelieved() {
        FacadeRepository repo = open(Blog.on(cluster.master(), List.of(berlin)));
        Consistency bounded = Consistency.boundedStaleness(Duration.ofSeconds(1));
        long opened = System.nanoTime();
        await().until(() -> since(opened).toSeconds() >= 6); // the tables are older than what will be missing
        repo.insert(new Post("news"));
        long written = System.nanoTime();
        cluster.awaitCaughtUp();
        for (int i = 0; i < 3; i++) {
            long begun = System.nanoTime();
            eventually(
                    () -> { // long enough for the monitor to ask only now and then
                        assertThat(repo.count(Post.class)).isEqualTo(1);
                        assertThat(lastRole()).isEqualTo(Role.REPLICA);
                        assertThat(since(begun)).isGreaterThan(Duration.ofSeconds(2));
                    });
            long read = System.nanoTime();
            berlin.comeBackBehind(since(written).plusSeconds(5));
            await().pollInterval(Duration.ofMillis(10))
                    .until(() -> since(read).toMillis() > 550); // so the pool tests its connections
            during(Duration.ofMillis(500), () -> {
                assertThat(repo.count(Post.class)).isEqualTo(1);
                assertThat(lastRole()).isEqualTo(Role.MASTER);
                assertThat(repo.count(Post.class, bounded)).isEqualTo(1);
                assertThat(lastRole()).isEqualTo(Role.MASTER);
                assertThat(repo.count(Post.class, Consistency.strong())).isEqualTo(1);
            });
            eventually(() -> assertThat(repo.count(Post.class, Consistency.eventual())) // it may be out for a moment
                    .isZero());
            assertThat(answer(berlin, "select count(*) from post"))
                    .as("it is behind")
                    .isEqualTo("0");
            berlin.replayDelay(Duration.ZERO);
            eventuallyOnReplica(repo, 1, Consistency.session());
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    @Test
    void t38AnIdleClusterIsNotBehindForEver() {
        FacadeRepository repo = open();
        repo.insert(new Post("mine"));
        cluster.awaitCaughtUp();
        await().pollInSameThread().untilAsserted(() -> {
            nextSegment(cluster.master());
            repo.count(Post.class, Consistency.strong()); // so the session needs what the master has now
            during(Duration.ofSeconds(2), () -> repo.count(Post.class));
            assertThat(position(cluster.master()) % 0x1000000)
                    .as("right behind a header, still")
                    .isEqualTo(40);
        });
        assertThat(lastRole()).isEqualTo(Role.REPLICA);
        assertThat(position(cluster.master()) % 0x1000000).isEqualTo(40);
    }

    @Test
    void t39ASampleTakenBeforeTheCommitDoesNotTellItsPosition() throws Exception {
        FacadeRepository repo = open();
        Consistency recent = Consistency.boundedStaleness(Duration.ofMillis(200));
        repo.transaction(() -> {
            repo.insert(new Post("mine"));
            long written = System.nanoTime();
            CompletableFuture.runAsync(() -> await().pollInterval(Duration.ofMillis(20))
                            .untilAsserted(() -> {
                                answer(cluster.master(), "select pg_logical_emit_message(true, 'facade', '')");
                                repo.count(Post.class, recent);
                                assertThat(lastRole()).isEqualTo(Role.REPLICA);
                                assertThat(System.nanoTime() - written)
                                        .isGreaterThan(Duration.ofMillis(500).toNanos());
                            }))
                    .get(60, TimeUnit.SECONDS);
            cluster.awaitCaughtUp();
            pauseAll();
            return true;
        });
        during(Duration.ofSeconds(1), () -> assertThat(repo.count(Post.class)).isEqualTo(1));
        assertThat(lastRole()).isEqualTo(Role.MASTER);
    }
}
