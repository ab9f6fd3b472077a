package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.facade.FacadeRepository;
import dev.facade.consistency.Consistency;
import dev.facade.error.DeadlineExceededException;
import dev.facade.event.FacadeListener;
import dev.facade.event.NodeEvent;
import dev.facade.event.OperationEvent;
import dev.facade.option.Target;
import dev.facade.query.Jpql;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.spi.ReplicationProbe;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Healthy replicas that must stay in, and connections that must come back. */
class FalseAlarmsIT {

    private static final Jpql<Long> A_SECOND = Jpql.of(
            "select count(p) + 0 from Post p where p.id = (select min(q.id) from Post q)"
                    + " and function('pg_sleep', 1) is not null",
            Long.class);

    private final PostgresCluster cluster = Blog.postgres();
    private final PostgresNode berlin = cluster.replica("berlin");
    private final PostgresNode paris = cluster.replica("paris");
    private final List<NodeEvent> told = new CopyOnWriteArrayList<>();
    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();
    private final Map<String, HikariDataSource> pools = new ConcurrentHashMap<>();
    private final ReadAlgorithm turns = ReadAlgorithm.roundRobin();
    private ReplicationProbe probe = ReplicationProbe.postgres();
    private volatile String pinned = "";
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        berlin.link().heal();
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
        threads.shutdownNow();
    }

    /** Berlin and paris in turn, each with two connections. */
    private FacadeRepository open() {
        return open(Duration.ofSeconds(30));
    }

    private FacadeRepository open(Duration deadline) {
        FacadeRepository repo = Blog.on(cluster.master(), List.of(berlin, paris))
                .consistency(Consistency.eventual())
                .replicationProbe(probe)
                .readDeadline(deadline)
                .algorithm(candidates -> candidates.stream()
                        .filter(candidate -> candidate.name().equals(pinned))
                        .findFirst()
                        .orElseGet(() -> turns.pick(candidates)))
                .replicaPool(PoolSettings.forReplica().withMaxSize(2).withMinIdle(2))
                .dataSource((node, pool) -> {
                    pools.put(node, (HikariDataSource) pool);
                    return pool;
                })
                .listener(new FacadeListener() {
                    @Override
                    public void onOperation(OperationEvent event) {
                        events.add(event);
                    }

                    @Override
                    public void onNode(NodeEvent event) {
                        told.add(event);
                    }
                })
                .build();
        opened.add(repo);
        if (repo.count(Post.class, Target.master()) == 0) {
            repo.insert(new Post("one"));
            cluster.awaitCaughtUp();
        }
        await().pollInSameThread()
                .ignoreExceptions()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> {
                    for (PostgresNode node : List.of(berlin, paris)) {
                        repo.count(Post.class, Target.replica(node.name()));
                        assertThat(pools.get(node.name()).getHikariPoolMXBean().getIdleConnections())
                                .isEqualTo(2);
                    }
                });
        for (int i = 0; i < 100; i++) {
            repo.count(Post.class);
        }
        told.clear();
        return repo;
    }

    /** Others that read paris, so that it is heard of all the time. */
    private void parisIsRead(FacadeRepository repo) {
        AtomicBoolean over = new AtomicBoolean();
        opened.add(() -> over.set(true));
        threads.execute(() -> {
            while (!over.get()) {
                repo.count(Post.class, Target.replica("paris")); // by name these are signs of life, too
            }
        });
    }

    private void onBerlin(Runnable read) {
        pinned = "berlin";
        read.run();
        pinned = "";
    }

    @Test
    void oneLongReadBesideAnOpenStreamPutsNobodyOut() {
        FacadeRepository repo = open();
        Stream<Post> stream = repo.stream(Post.class, Target.replica("berlin"));
        opened.add(stream::close);
        assertThat(stream.iterator().hasNext()).isTrue();
        parisIsRead(repo);
        for (int i = 0; i < 6 && told.isEmpty(); i++) { // a sample may come in between
            onBerlin(() -> repo.all(A_SECOND));
        }
        assertThat(told).isEmpty();
    }

    @Test
    void oneLongReadBesideABusyReadOnlyTransactionPutsNobodyOut() throws Exception {
        FacadeRepository repo = open();
        AtomicBoolean over = new AtomicBoolean();
        opened.add(() -> over.set(true));
        Future<Integer> answers = threads.submit(() -> repo.readOnlyTransaction(
                () -> {
                    int count = 0;
                    while (!over.get()) {
                        repo.count(Post.class);
                        count++;
                    }
                    return count;
                },
                Target.replica("berlin")));
        await().until(() -> repo.cluster().node("berlin").inFlight() == 1);
        parisIsRead(repo);
        onBerlin(() -> repo.all(A_SECOND));
        over.set(true);
        assertThat(answers.get()).as("answers of berlin meanwhile").isGreaterThan(20);
        assertThat(told).isEmpty();
    }

    @Test
    void aPoolFullOfStreamsPutsNobodyOutThoughTheDeadlineEndsTheWait() {
        FacadeRepository repo = open(Duration.ofMillis(200));
        for (int i = 0; i < 2; i++) {
            Stream<Post> stream = repo.stream(Post.class, Target.replica("berlin"));
            opened.add(stream::close);
            assertThat(stream.iterator().hasNext()).isTrue();
        }
        parisIsRead(repo);
        onBerlin(() ->
                assertThatExceptionOfType(DeadlineExceededException.class).isThrownBy(() -> repo.count(Post.class)));
        assertThat(told).isEmpty();
    }

    @Test
    void whatItsBorrowerHasClosedGivesItsConnectionBack() {
        FacadeRepository repo = open();
        for (int i = 0; i < 5; i++) {
            repo.withEntityManager(Target.replica("berlin"), em -> {
                Object found = em.createQuery("select count(p) from Post p").getSingleResult();
                em.close();
                return found;
            });
        }
        assertThat(pools.get("berlin").getHikariPoolMXBean().getActiveConnections())
                .isZero();
    }

    /** The process is stopped as by a long collection of garbage, a suspended container or a moved machine. */
    @Test
    void aProcessThatStoodStillPutsNobodyOut() throws Exception {
        FacadeRepository repo = open(Duration.ofSeconds(1));
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong reads = new AtomicLong();
        opened.add(() -> over.set(true));
        for (int i = 0; i < 4; i++) {
            threads.execute(() -> {
                while (!over.get()) {
                    try {
                        repo.count(Post.class);
                        reads.incrementAndGet();
                    } catch (DeadlineExceededException late) {
                        // as it should
                    }
                }
            });
        }
        for (int round = 0; round < 3; round++) {
            long pid = ProcessHandle.current().pid();
            Process stop =
                    new ProcessBuilder("sh", "-c", "kill -STOP " + pid + "; sleep 1.5; kill -CONT " + pid).start();
            assertThat(stop.waitFor()).isZero();
            long before = reads.get();
            await().until(() -> reads.get() > before + 500);
        }
        // what a busy machine makes slow is far from the pause
        assertThat(told)
                .allMatch(event -> event.change() == NodeEvent.Change.RETURNED
                        || event.why().matches("slow answers, the last of \\d{1,3} ms .*"));
    }

    @Test
    void aReplicaThatWasCutOffIsBackSoonAfterItsReturn() {
        FacadeRepository repo = open();
        berlin.link().blackHole();
        await().pollInSameThread().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            repo.count(Post.class);
            assertThat(repo.cluster().node("berlin").reason()).matches(".*tried again in 2\\d{4} ms.*");
        });
        berlin.link().heal();
        long healed = System.nanoTime();
        await().pollInSameThread().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            repo.count(Post.class);
            assertThat(repo.cluster().node("berlin").reason()).isEmpty();
        });
        assertThat(Duration.ofNanos(System.nanoTime() - healed))
                .as("not the rest of its stay")
                .isLessThan(Duration.ofSeconds(15));
    }

    /** As when the right of its user was revoked, or the server has no connection left for it: it has answered. */
    @Test
    void aReplicaThatTheMonitorMayNoLongerAskIsBackSoonAfterItsReturn() {
        AtomicBoolean refused = new AtomicBoolean();
        ReplicationProbe postgres = ReplicationProbe.postgres();
        probe = (connection, ticker) -> {
            if (refused.get()) {
                throw new SQLException("permission denied for function pg_control_system", "42501");
            }
            return postgres.sample(connection, ticker);
        };
        FacadeRepository repo = open();
        refused.set(true);
        berlin.link().blackHole();
        await().pollInSameThread().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            repo.count(Post.class);
            assertThat(repo.cluster().node("berlin").reason()).isNotEmpty();
        });
        berlin.link().heal();
        long healed = System.nanoTime();
        await().pollInSameThread().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            repo.count(Post.class);
            assertThat(repo.cluster().node("berlin").reason()).isEmpty();
        });
        assertThat(Duration.ofNanos(System.nanoTime() - healed))
                .as("not the rest of its stay")
                .isLessThan(Duration.ofSeconds(15));
    }

    private static void waitsForAConnection(HibernateFacade facade, Target target) {
        try (FacadeRepository repo = facade.consistency(Consistency.eventual())
                        .readDeadline(Duration.ofMillis(300))
                        .build();
                Stream<Post> stream = repo.stream(Post.class, target)) {
            assertThat(stream.iterator().hasNext()).isTrue();
            long begun = System.nanoTime();
            assertThatExceptionOfType(DeadlineExceededException.class).isThrownBy(() -> repo.count(Post.class, target));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void theWaitForAConnectionOfTheMasterEndsByTheDeadlineInMasterOnlyMode() {
        open(); // so that there is a row
        waitsForAConnection(
                Blog.onPostgres()
                        .masterOnly()
                        .replicaPool(PoolSettings.forReplica().withMaxSize(1)),
                Target.master());
    }

    @Test
    void theWaitForAConnectionOfAReplicaEndsByTheDeadlineWhateverItsPoolWouldWait() {
        open();
        PoolSettings patient = PoolSettings.forReplica().withMaxSize(1).withConnectionTimeout(Duration.ofSeconds(30));
        waitsForAConnection(Blog.on(cluster.master(), List.of(berlin)).replicaPool(patient), Target.replica("berlin"));
    }
}
