package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.facade.FacadeRepository;
import dev.facade.consistency.Consistency;
import dev.facade.error.DeadlineExceededException;
import dev.facade.event.FailureClass;
import dev.facade.event.OperationEvent;
import dev.facade.event.OperationEvent.Attempt;
import dev.facade.event.Reason;
import dev.facade.option.ReadOption.FetchSize;
import dev.facade.option.Target;
import dev.facade.option.Timeout;
import dev.facade.query.Queryable;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.TypedQuery;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads that take too long on a real master with streaming replicas: left, ended, and nothing is left of them. */
class LimitsIT {

    private static final PostgresCluster CLUSTER = Blog.postgres();
    private static final PostgresNode BERLIN = CLUSTER.replica("berlin");
    private static final long POSTS = 20;

    private static final List<OperationEvent> EVENTS = new CopyOnWriteArrayList<>();
    private static final Map<String, HikariDataSource> PATIENTS_POOLS = new ConcurrentHashMap<>();
    private static @Nullable FacadeRepository patient;

    private final Map<String, HikariDataSource> pools = new ConcurrentHashMap<>();
    private final List<FacadeRepository> opened = new ArrayList<>();

    /** Reads berlin first, and has read everywhere. */
    private FacadeRepository open(HibernateFacade facade) {
        PoolSettings impatient =
                new PoolSettings(3, 1, Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMinutes(30));
        FacadeRepository repo = facade.consistency(Consistency.eventual())
                .algorithm(candidates -> candidates.get(0))
                .masterPool(impatient)
                .replicaPool(impatient)
                .dataSource((node, pool) -> {
                    pools.put(node, (HikariDataSource) pool);
                    return pool;
                })
                .listener(EVENTS::add)
                .build();
        opened.add(repo);
        warm(repo);
        return repo;
    }

    private FacadeRepository open(Duration deadline) {
        return open(Blog.onPostgresWithReplicas().readDeadline(deadline));
    }

    /** One for all tests that need no deadline of their own. */
    private FacadeRepository patient() {
        if (patient == null) {
            patient = open(Blog.onPostgresWithReplicas());
            opened.remove(patient);
            PATIENTS_POOLS.putAll(pools);
        }
        pools.putAll(PATIENTS_POOLS);
        warm(patient);
        return patient;
    }

    @AfterAll
    static void close() {
        if (patient != null) {
            patient.close();
        }
    }

    /** A connection that has just been used is not tested by its pool. */
    private static void touch(FacadeRepository repo) {
        assertThat(repo.count(Post.class, Target.master())).isEqualTo(POSTS);
        for (String replica : repo.replicas()) {
            assertThat(repo.count(Post.class, Target.replica(replica))).isEqualTo(POSTS);
        }
    }

    private void warm(FacadeRepository repo) {
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(() -> touch(repo));
        await("berlin has its whole share again").untilAsserted(() -> {
            EVENTS.clear();
            IntStream.range(0, 40).forEach(each -> repo.count(Post.class));
            assertThat(EVENTS).extracting(event -> event.route().node()).containsOnly("berlin");
        });
        EVENTS.clear();
    }

    @BeforeEach
    void fill() {
        try (FacadeRepository repo = Blog.onPostgres().build()) {
            repo.deleteAll(Comment.class);
            repo.deleteAll(Post.class);
            repo.insertAll(IntStream.range(0, (int) POSTS)
                    .mapToObj(i -> new Post("p" + i, i))
                    .toList());
        }
        CLUSTER.awaitCaughtUp();
    }

    @AfterEach
    void heal() {
        opened.forEach(FacadeRepository::close);
        CLUSTER.master().link().heal();
        CLUSTER.replicas().forEach(replica -> {
            replica.link().heal();
            replica.thaw();
        });
    }

    private OperationEvent last() {
        return EVENTS.get(EVENTS.size() - 1);
    }

    private static Duration since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private void assertLeftFor(String node) {
        assertThat(last().attempts())
                .extracting(Attempt::node, Attempt::failure)
                .containsExactly(tuple("berlin", FailureClass.SLOW));
        assertThat(Objects.requireNonNull(last().route()).node()).isEqualTo(node);
    }

    private void assertNothingHeld() {
        await().untilAsserted(() -> assertThat(pools.values())
                .allSatisfy(pool -> assertThat(pool.getHikariPoolMXBean().getActiveConnections())
                        .isZero()));
    }

    @Test
    void aReadIsNotKeptWaitingByAReplicaThatHangs() {
        FacadeRepository repo = patient();
        Connection held = physical("berlin");
        BERLIN.link().blackHole();
        long begun = System.nanoTime();
        assertThat(repo.count(Post.class)).isEqualTo(POSTS);
        assertThat(since(begun)).as("of a deadline of 30 s").isLessThan(Duration.ofSeconds(20));
        assertLeftFor("paris");
        assertNothingHeld();
        assertThat(isClosed(held))
                .as("the connection that was left is not used again")
                .isTrue();
        BERLIN.link().heal();
        await().untilAsserted(() ->
                assertThat(repo.count(Post.class, Target.replica("berlin"))).isEqualTo(POSTS));
    }

    @Test
    void t40AReadIsNotKeptWaitingByAReplicaThatCrawls() {
        FacadeRepository repo = patient();
        for (int i = 0; i < 30; i++) { // what is usual
            repo.count(Post.class, Target.replica("paris"));
            repo.count(Post.class, Target.replica("rome"));
            repo.count(Post.class, Target.replica("berlin"));
        }
        BERLIN.link().delay(Duration.ofSeconds(3));
        long begun = System.nanoTime();
        assertThat(repo.count(Post.class)).isEqualTo(POSTS);
        assertThat(since(begun)).isLessThan(Duration.ofSeconds(3));
        assertLeftFor("paris");
        assertNothingHeld();
    }

    @Test
    void whatWasLeftDoesNotGoOnRunningOnTheServer() {
        FacadeRepository repo = patient();
        assertThat(repo.one(slowOn(BERLIN, 20))).isPresent();
        assertLeftFor("paris");
        await().untilAsserted(() -> assertThat(sleeping(BERLIN)).isZero());
    }

    @Test
    void t54AQueryThatIsSlowEverywhereIsAbandonedOnceAndThenAnswered() {
        FacadeRepository repo = patient();
        assertThat(repo.one(slow(2))).isPresent();
        assertLeftFor("paris");
    }

    @Test
    void aStatementsTimeoutStaysItsCallersFailure() {
        FacadeRepository repo = patient();
        assertThatThrownBy(() -> repo.one(slow(20), Timeout.of(Duration.ofSeconds(1))))
                .isInstanceOf(PersistenceException.class)
                .hasStackTraceContaining("canceling statement due to user request");
        assertThat(last().attempts()).extracting(Attempt::failure).endsWith(FailureClass.QUERY);
    }

    @Test
    void noReadHangsWhenEverythingDoes() {
        for (Target target : List.of(Target.replica(), Target.master())) {
            FacadeRepository repo = open(Duration.ofSeconds(1));
            touch(repo);
            CLUSTER.replicas().forEach(replica -> replica.link().blackHole());
            CLUSTER.master().link().blackHole();
            long begun = System.nanoTime();
            assertThatExceptionOfType(DeadlineExceededException.class)
                    .as(target.toString())
                    .isThrownBy(() -> repo.count(Post.class, target))
                    .withMessageContaining("no answer within 1000 ms");
            assertThat(since(begun)).isBetween(Duration.ofMillis(900), Duration.ofSeconds(4));
            assertThat(last().attempts()).extracting(Attempt::failure).containsOnly(FailureClass.SLOW);
            assertNothingHeld();
            CLUSTER.replicas().forEach(replica -> replica.link().heal());
            CLUSTER.master().link().heal();
        }
        opened.forEach(FacadeRepository::close);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .doesNotContain("facade-abortion"));
    }

    @Test
    void theWaitForAConnectionOfTheMasterEndsByTheDeadline() {
        PoolSettings one = PoolSettings.forMaster().withMaxSize(1);
        try (FacadeRepository repo = Blog.onPostgresWithReplicas()
                        .masterPool(one)
                        .readDeadline(Duration.ofSeconds(1))
                        .listener(EVENTS::add)
                        .build();
                Stream<Post> open = repo.stream(Post.class, Target.master())) {
            assertThat(open.iterator().hasNext()).isTrue();
            long begun = System.nanoTime();
            assertThatExceptionOfType(DeadlineExceededException.class)
                    .isThrownBy(() -> repo.count(Post.class, Target.master()))
                    .withMessageContaining("no answer within 1000 ms");
            assertThat(since(begun)).isLessThan(one.connectionTimeout().dividedBy(2));
            assertThat(last().attempts()).extracting(Attempt::failure).containsExactly(FailureClass.SLOW);
        }
    }

    @Test
    void aHedgeAnswersForAReplicaThatIsSlow() {
        FacadeRepository repo = open(Blog.onPostgresWithReplicas().hedging(0.1));
        for (int i = 0; i < 30; i++) { // what is usual
            repo.count(Post.class, Target.replica("paris"));
            repo.count(Post.class, Target.replica("rome"));
        }
        repo.count(Post.class, Target.replica("berlin"));
        BERLIN.link().delay(Duration.ofSeconds(3));
        EVENTS.clear();
        long begun = System.nanoTime();
        assertThat(repo.count(Post.class)).isEqualTo(POSTS);
        assertThat(since(begun)).isLessThan(Duration.ofSeconds(3));
        assertLeftFor("paris");
        assertThat(Objects.requireNonNull(last().route()).reason()).isEqualTo(Reason.HEDGE);
        assertNothingHeld();
    }

    @Test
    void t04ADeadlineEndsTheOpeningOfAStreamAndNotTheStream() {
        FacadeRepository repo = open(Duration.ofMillis(400));
        try (Stream<Post> posts = repo.stream(Post.class, FetchSize.of(5), Target.replica("berlin"))) {
            Iterator<Post> rows = posts.iterator();
            rows.next();
            long begun = System.nanoTime();
            await().pollInSameThread().until(() -> since(begun).toMillis() > 600);
            int left = 0;
            while (rows.hasNext()) {
                rows.next();
                left++;
            }
            assertThat(left).isEqualTo(POSTS - 1);
        }
        repo.readOnlyTransaction(() -> {
            long begun = System.nanoTime();
            await().pollInSameThread().until(() -> since(begun).toMillis() > 600);
            return repo.count(Post.class);
        });
        repo.withEntityManager(Target.replica("berlin"), em -> {
            long begun = System.nanoTime();
            await().pollInSameThread().until(() -> since(begun).toMillis() > 600);
            return em.createQuery("select count(*) from Post", Long.class).getSingleResult();
        });
        BERLIN.link().delay(Duration.ofSeconds(2));
        assertThatExceptionOfType(DeadlineExceededException.class)
                .isThrownBy(
                        () -> repo.stream(Post.class, Target.replica("berlin")).close());
        assertNothingHeld();
    }

    /** A row that takes its time on one server, or on all. */
    private static Slow slowOn(PostgresNode node, int seconds) {
        int port = Integer.parseInt(node.directUrl().replaceAll(".*:(\\d+)/.*", "$1"));
        return new Slow("case inet_server_port() when " + port + " then " + seconds + " else 0 end");
    }

    private static Slow slow(int seconds) {
        return new Slow(Integer.toString(seconds));
    }

    private record Slow(String seconds) implements Queryable<Long> {

        @Override
        @SuppressWarnings("unchecked")
        public TypedQuery<Long> compile(EntityManager em) {
            return (TypedQuery<Long>) em.createNativeQuery(
                    "select count(*) from post, (select pg_sleep(" + seconds + ")) nap", Long.class);
        }

        @Override
        public String subject() {
            return "slow";
        }
    }

    private static int sleeping(PostgresNode node) throws SQLException {
        try (Connection connection = node.connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** The connection that comes out of a pool of which one is idle. */
    private Connection physical(String node) {
        try (Connection connection = pools.get(node).getConnection()) {
            return connection.unwrap(Connection.class);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
