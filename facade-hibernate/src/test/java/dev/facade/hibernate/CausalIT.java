package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.CausalToken;
import dev.facade.consistency.Consistency;
import dev.facade.error.NoReplicaAvailableException;
import dev.facade.error.StaleReplicaException;
import dev.facade.event.OperationEvent;
import dev.facade.event.Reason;
import dev.facade.event.Role;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.Jpql;
import dev.facade.query.Query;
import dev.facade.spi.TransactionHost;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a session sees of its own and of others, on replicas whose replay is held up. */
class CausalIT {

    private static final byte[] SECRET = "sixteen bytes at least".getBytes(StandardCharsets.UTF_8);

    private final PostgresCluster cluster = Blog.postgres();
    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();
    private FacadeRepository repo;

    @BeforeEach
    void open() {
        repo = Blog.onPostgresWithReplicas()
                .consistency(Consistency.session())
                .listener(events::add)
                .build();
        repo.inSession(CausalSession.begin(), () -> {
            repo.deleteAll(Comment.class);
            return repo.deleteAll(Post.class);
        });
        cluster.awaitCaughtUp();
        events.clear();
    }

    @AfterEach
    void close() {
        cluster.replicas().forEach(PostgresNode::resumeReplay);
        repo.close();
    }

    private OperationEvent last() {
        return events.get(events.size() - 1);
    }

    private Role lastRole() {
        return Objects.requireNonNull(last().route()).role();
    }

    private void pauseAll() {
        cluster.replicas().forEach(PostgresNode::pauseReplay);
    }

    @Test
    void aSessionSeesWhatItHasWrittenAndOthersStayOnTheReplicas() {
        pauseAll();
        Post post = repo.insert(new Post("mine"));
        assertThat(repo.get(Post.class, post.id)).isPresent();
        assertThat(Objects.requireNonNull(last().route()).reason()).isEqualTo(Reason.CONSISTENCY);
        assertThat(repo.count(Post.class)).isEqualTo(1);
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
        await().pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
            assertThat(repo.get(Post.class, post.id)).isPresent();
            assertThat(lastRole()).isEqualTo(Role.REPLICA);
        });
    }

    @Test
    void t24AReplicaThatHasCaughtUpDoesNotSpeakForTheOthers() {
        List<PostgresNode> replicas = cluster.replicas();
        replicas.subList(1, replicas.size()).forEach(PostgresNode::pauseReplay);
        Post post = repo.insert(new Post("mine"));
        await().pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
            assertThat(repo.get(Post.class, post.id)).isPresent();
            assertThat(lastRole()).isEqualTo(Role.REPLICA);
        });
        for (int i = 0; i < 50; i++) {
            assertThat(repo.get(Post.class, post.id)).isPresent();
            assertThat(Objects.requireNonNull(last().route()).node())
                    .isIn(replicas.get(0).name(), "master");
        }
    }

    @Test
    void t26BulkAndNativeStatementsMoveTheSessionToo() {
        repo.insert(new Post("a"));
        cluster.awaitCaughtUp();
        pauseAll();
        repo.updateAll(Post.class, Change.set("likes", 5));
        assertThat(repo.all(Post.class)).extracting(read -> read.likes).containsExactly(5);
        repo.updateAll(Jpql.statement("update Post p set p.likes = 6"));
        assertThat(repo.all(Post.class)).extracting(read -> read.likes).containsExactly(6);
        repo.sql().query("update post set likes = 7");
        assertThat(repo.all(Post.class)).extracting(read -> read.likes).containsExactly(7);
        repo.deleteAll(Query.from(Post.class));
        assertThat(repo.all(Post.class)).isEmpty();
    }

    @Test
    void aRolledBackWriteMovesNothing() {
        CausalSession session = CausalSession.begin();
        repo.inSession(
                session,
                () -> repo.transact(() -> {
                    repo.insert(new Post("no"));
                    throw repo.rollback("no");
                }));
        repo.inSession(session, () -> repo.count(Post.class));
        assertThat(lastRole()).isEqualTo(Role.REPLICA);
    }

    @Test
    void noReadIsOlderThanOneBefore() {
        PostgresNode ahead = cluster.replicas().get(0);
        cluster.replicas().stream().skip(1).forEach(PostgresNode::pauseReplay);
        CausalSession writer = CausalSession.begin();
        repo.inSession(writer, () -> repo.insert(new Post("news")));
        CausalSession reader = CausalSession.begin();
        await().ignoreExceptions() // its first connection may take a while
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
    void t35ASessionGoesAlongToOtherThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            pauseAll();
            repo.insert(new Post("mine"));
            assertThat(threads.submit(repo.carry(() -> repo.count(Post.class))).get())
                    .isEqualTo(1);
            assertThat(CompletableFuture.supplyAsync(() -> repo.count(Post.class), repo.carry(threads))
                            .get())
                    .isEqualTo(1);
            assertThat(threads.submit(() -> repo.count(Post.class)).get()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aTokenIsGoodInAnotherProcess() {
        CausalToken.Keys keys = CausalToken.Keys.of("k1", SECRET);
        pauseAll();
        repo.insert(new Post("mine"));
        String text = keys.write(repo.token().orElseThrow());
        try (FacadeRepository other =
                Blog.onPostgresWithReplicas().consistency(Consistency.session()).build()) {
            CausalToken token = keys.read(text).orElseThrow();
            long there = other.inSession(other.sessionAfter(token), () -> other.count(Post.class));
            assertThat(there).isEqualTo(1);
            long without = other.inSession(CausalSession.begin(), () -> other.count(Post.class));
            assertThat(without).isZero();
        }
        assertThat(keys.read(text + "x")).isEmpty();
    }

    @Test
    void t33ATokenOfTheFutureOrOfAnotherClusterHarmsNobody() {
        Post post = repo.insert(new Post("mine"));
        CausalToken own = repo.token().orElseThrow();
        String[] parts = own.position().text().split("/");
        List<String> texts =
                List.of("pg/" + parts[1] + "/" + parts[2] + "/ffffffffffff", "pg/1/" + parts[2] + "/" + parts[3]);
        cluster.awaitCaughtUp();
        for (String text : texts) {
            CausalToken token = CausalToken.of(Objects.requireNonNull(dev.facade.cluster.Position.parse(text)));
            CausalSession session = repo.sessionAfter(token);
            await().pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
                repo.inSession(session, () -> repo.getOrThrow(Post.class, post.id));
                assertThat(lastRole()).isEqualTo(Role.REPLICA);
            });
        }
    }

    @Test
    void aReaderMayWaitOrFailInsteadOfGoingToTheMaster() {
        PostgresNode slow = cluster.replicas().get(0);
        pauseAll();
        Post post = repo.insert(new Post("mine"));
        assertThatExceptionOfType(NoReplicaAvailableException.class)
                .isThrownBy(() ->
                        repo.get(Post.class, post.id, Consistency.session().orFail()))
                .withMessageContaining("behind")
                .withMessageContaining("orFail()");
        assertThatExceptionOfType(StaleReplicaException.class)
                .isThrownBy(() -> repo.get(Post.class, post.id, Target.replica(slow.name()), Consistency.session()));
        assertThat(repo.get(Post.class, post.id, Target.replica(slow.name()))).isEmpty();
        CompletableFuture<Void> resumed = CompletableFuture.runAsync(
                slow::resumeReplay, CompletableFuture.delayedExecutor(300, java.util.concurrent.TimeUnit.MILLISECONDS));
        assertThat(repo.get(Post.class, post.id, Consistency.session().waitingUpTo(Duration.ofSeconds(10))))
                .isPresent();
        resumed.join();
        assertThat(Objects.requireNonNull(last().route()).node()).isEqualTo(slow.name());
    }

    @Test
    void t20AReplicaThatIsCutOffIsNotFresh() {
        pauseAll();
        Consistency bounded = Consistency.boundedStaleness(Duration.ofMillis(1500));
        repo.inSession(CausalSession.begin(), () -> repo.insert(new Post("news")));
        await().untilAsserted(() -> {
            assertThat(repo.count(Post.class, bounded)).isEqualTo(1);
            assertThat(lastRole()).isEqualTo(Role.MASTER);
        });
        cluster.replicas().forEach(PostgresNode::resumeReplay);
        await().untilAsserted(() -> {
            repo.count(Post.class, bounded);
            assertThat(lastRole()).isEqualTo(Role.REPLICA);
        });
    }

    @Test
    void strongReadsTheMaster() {
        pauseAll();
        repo.inSession(CausalSession.begin(), () -> repo.insert(new Post("news")));
        assertThat(repo.count(Post.class, Consistency.strong())).isEqualTo(1);
        List<Reason> reasons = new ArrayList<>();
        events.forEach(
                event -> reasons.add(Objects.requireNonNull(event.route()).reason()));
        assertThat(reasons).endsWith(Reason.CONSISTENCY);
    }

    /** The monitor asks on the same links, and pools fill, but not always. */
    @Test
    void aReadIsOneRoundTripWhetherItsSessionHasWrittenOrNot() {
        int reads = 300;
        Post post = repo.insert(new Post("mine"));
        for (boolean wrote : new boolean[] {false, true}) {
            repo.inSession(CausalSession.begin(), () -> {
                if (wrote) {
                    repo.updateAll(Post.class, Change.set("likes", 1));
                }
                await().pollInSameThread().pollInterval(Duration.ofMillis(200)).until(() -> {
                    repo.get(Post.class, post.id);
                    return lastRole() == Role.REPLICA;
                });
                await().pollInSameThread().untilAsserted(() -> {
                    cluster.replicas().forEach(replica -> replica.link().resetCounters());
                    for (int i = 0; i < reads; i++) {
                        repo.get(Post.class, post.id);
                    }
                    long trips = cluster.replicas().stream()
                            .mapToLong(replica -> replica.link().roundTrips())
                            .sum();
                    assertThat(trips).as("wrote: %s", wrote).isBetween((long) reads, reads + reads / 4L);
                });
                return reads;
            });
        }
    }

    @Test
    void aTokenOfAReaderAsksForNoMoreThanWhatWasRead() {
        pauseAll();
        repo.inSession(CausalSession.begin(), () -> repo.insert(new Post("news")));
        await().pollInSameThread()
                .untilAsserted(
                        () -> { // where no sample comes in time the master is asked for one
                            CausalToken token = repo.inSession(CausalSession.begin(), () -> {
                                assertThat(repo.count(Post.class)).isZero();
                                return repo.token().orElseThrow();
                            });
                            long next = repo.inSession(repo.sessionAfter(token), () -> repo.count(Post.class));
                            assertThat(next).isZero();
                            assertThat(lastRole()).isEqualTo(Role.REPLICA);
                        });
    }

    @Test
    void noReplicaIsStrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.count(Post.class, Target.replica("berlin"), Consistency.strong()))
                .withMessageContaining("berlin")
                .withMessageContaining("strong()");
    }

    @Test
    void inMasterOnlyModeThereIsNoTokenToCarry() {
        try (FacadeRepository only = Blog.onPostgres().masterOnly().build()) {
            only.insert(new Post("mine"));
            assertThat(only.token()).isEmpty();
        }
    }

    @Test
    void aSessionWithoutOpenNeedsMakesNoGarbage() {
        Post post = repo.insert(new Post("mine"));
        cluster.awaitCaughtUp();
        try (FacadeRepository quiet = Blog.onPostgresWithReplicas().build()) {
            long eventual = leastGarbage(() -> quiet.get(Post.class, post.id, Consistency.eventual()));
            long session = leastGarbage(() -> quiet.get(Post.class, post.id, Consistency.session()));
            assertThat(session - eventual).as("bytes of a read").isLessThan(64);
        }
    }

    /** Bytes that a read allocates on its thread, in the best of some rounds. */
    private static long leastGarbage(Runnable read) {
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        int reads = 500;
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 8; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < reads; i++) {
                read.run();
            }
            least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / reads);
        }
        return least;
    }

    @Test
    void aReaderWithoutPausesUsesAllReplicas() {
        Set<String> nodes = new HashSet<>();
        repo.inSession(CausalSession.begin(), () -> {
            await().pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        repo.count(Post.class);
                        nodes.add(Objects.requireNonNull(last().route()).node());
                        return nodes.size() == 3;
                    });
            return nodes;
        });
        assertThat(nodes).containsExactlyInAnyOrderElementsOf(repo.replicas());
    }

    @Test
    void aLevelIsOfTheCallOrOfTheScopeOrOfTheFacade() {
        pauseAll();
        Post post = repo.insert(new Post("mine"));
        boolean there = repo.withConsistency(Consistency.eventual(), () -> {
            assertThat(repo.get(Post.class, post.id)).isEmpty();
            assertThat(repo.get(Post.class, post.id, Consistency.session())).isPresent();
            repo.withConsistency(
                    Consistency.strong(),
                    () -> assertThat(repo.get(Post.class, post.id)).isPresent());
            return repo.get(Post.class, post.id).isPresent();
        });
        assertThat(there).isFalse();
        assertThat(repo.get(Post.class, post.id)).isPresent();
        assertThatIllegalStateException()
                .isThrownBy(() -> repo.withConsistency(Consistency.eventual(), () -> {
                    throw new IllegalStateException("out");
                }));
        assertThat(repo.get(Post.class, post.id)).as("the scope has ended").isPresent();
    }

    @Test
    void whatASessionWritesInAHostsTransactionIsItsOwn() {
        ThreadLocal<EntityManager> bound = new ThreadLocal<>();
        CausalSession writer = CausalSession.begin();
        try (FacadeRepository hosted = Blog.onPostgresWithReplicas()
                .consistency(Consistency.session())
                .transactionHost(master -> bound.get() == null ? null : new Host(bound.get()))
                .build()) {
            pauseAll();
            EntityManagerFactory factory =
                    hosted.withEntityManager(Target.master(), EntityManager::getEntityManagerFactory);
            try (EntityManager em = factory.createEntityManager()) {
                em.getTransaction().begin();
                bound.set(em);
                hosted.inSession(writer, () -> hosted.insert(new Post("mine")));
                assertThatIllegalStateException().isThrownBy(hosted::token).withMessageContaining("transaction");
                bound.remove();
                em.getTransaction().commit();
            }
            long others = hosted.inSession(CausalSession.begin(), () -> hosted.count(Post.class));
            long own = hosted.inSession(writer, () -> hosted.count(Post.class));
            assertThat(others).isZero();
            assertThat(own).isEqualTo(1);
        }
    }

    /** A host's transaction that can be joined. */
    private record Host(EntityManager entityManager) implements TransactionHost.HostedTransaction {

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public void setRollbackOnly() {
            entityManager.getTransaction().setRollbackOnly();
        }
    }
}
