package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.cluster.Position;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.Consistency;
import dev.facade.error.NoReplicaAvailableException;
import dev.facade.error.StaleReplicaException;
import dev.facade.event.OperationEvent;
import dev.facade.event.Reason;
import dev.facade.event.Role;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.spi.ReplicationProbe;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import dev.facade.test.Relay;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One address with three servers behind it, of which some are behind; each read may get any of them. */
class EndpointIT {

    private static final Target READER = Target.replica("reader");
    private static final Consistency PATIENT = Consistency.session().waitingUpTo(Duration.ofMillis(200));
    private static final int ROUNDS = 300;

    private final PostgresCluster cluster = Blog.postgres();
    private final Relay balancer =
            Relay.to("127.0.0.1", cluster.replicas().get(0).link().port());
    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();
    private final List<FacadeRepository> opened = new ArrayList<>();
    private final Random random = new Random(20_251);

    @BeforeEach
    void clear() {
        FacadeRepository repo = opened(Blog.onPostgres());
        repo.deleteAll(Comment.class);
        repo.deleteAll(Post.class);
        cluster.awaitCaughtUp();
        balancer.retarget(cluster.replicas().stream()
                .mapToInt(replica -> replica.link().port())
                .toArray());
    }

    @AfterEach
    void close() {
        cluster.replicas().forEach(PostgresNode::resumeReplay);
        opened.forEach(FacadeRepository::close);
        balancer.close();
    }

    private FacadeRepository opened(HibernateFacade facade) {
        FacadeRepository repo = facade.build();
        opened.add(repo);
        return repo;
    }

    private String url() {
        String direct = cluster.master().url();
        return direct.replace(":" + cluster.master().link().port() + "/", ":" + balancer.port() + "/");
    }

    private HibernateFacade onEndpoint() {
        return Blog.onPostgres().endpoint("reader", url()).listener(events::add);
    }

    /** Each read takes one of six connections, which are two to each server. */
    private static HibernateFacade shuffled(HibernateFacade facade, Random random) {
        return facade.replicaPool(PoolSettings.forReplica()
                        .withMaxSize(6)
                        .withMinIdle(6)
                        .withConnectionTimeout(Duration.ofSeconds(5)))
                .dataSource((node, pool) -> node.equals("reader") ? new Shuffled(pool, random) : pool);
    }

    private FacadeRepository single() {
        FacadeRepository repo =
                opened(onEndpoint().replicaPool(PoolSettings.forReplica().withMaxSize(1)));
        await().ignoreExceptions().until(() -> repo.count(Post.class, READER) == 0);
        return repo;
    }

    private OperationEvent last() {
        return events.get(events.size() - 1);
    }

    private String node() {
        return Objects.requireNonNull(last().route()).node();
    }

    private static long fresh(FacadeRepository repo) {
        return repo.inSession(CausalSession.begin(), () -> repo.count(Post.class));
    }

    /** Violations of a history: what a session read that was older than its write, or than its read before. */
    private int violations(FacadeRepository repo) {
        Post post = repo.insert(new Post("register"));
        cluster.awaitCaughtUp();
        List<PostgresNode> replicas = cluster.replicas();
        int violations = 0;
        int served = 0;
        int written = 0;
        CausalSession writer = CausalSession.begin();
        CausalSession session = CausalSession.begin();
        int seen = 0;
        for (int i = 0; i < ROUNDS; i++) {
            if (i % 10 == 0) {
                PostgresNode some = replicas.get(random.nextInt(replicas.size()));
                if (random.nextBoolean()) {
                    some.pauseReplay();
                } else {
                    some.resumeReplay();
                }
                written++;
                int value = written;
                boolean own = random.nextBoolean();
                repo.inSession(
                        own ? session : writer,
                        () -> repo.updateAll(Query.from(Post.class), Change.set("likes", value)));
                seen = own ? value : seen;
            }
            if (i % 100 == 50) { // somebody else, who has seen nothing
                session = CausalSession.begin();
                seen = 0;
            }
            int likes = repo.inSession(session, () -> repo.getOrThrow(Post.class, post.id, PATIENT).likes);
            violations += likes < seen ? 1 : 0;
            seen = Math.max(seen, likes);
            served += node().equals("reader") ? 1 : 0;
        }
        assertThat(served).as("reads at the endpoint").isGreaterThan(ROUNDS / 10);
        return violations;
    }

    @Test
    void noReadAtAnEndpointIsOlderThanItsSessionMayNotice() {
        assertThat(violations(opened(shuffled(onEndpoint(), random)))).isZero();
    }

    @Test
    void theSameEndpointDeclaredAsOneServerShowsThePast() {
        HibernateFacade careless = Blog.onPostgres().replica("reader", url()).listener(events::add);
        assertThat(violations(opened(shuffled(careless, random)))).isPositive();
    }

    @Test
    void aReadAtAnEndpointMayAskForDataThatIsNotTooOld() {
        FacadeRepository repo = opened(shuffled(onEndpoint(), random));
        Consistency bounded = Consistency.boundedStaleness(Duration.ofMillis(1_500));
        await().untilAsserted(() -> {
            repo.count(Post.class, bounded);
            assertThat(node()).isEqualTo("reader");
        });
        cluster.replicas().stream().skip(1).forEach(PostgresNode::pauseReplay);
        repo.insert(new Post("news"));
        await().untilAsserted(() -> {
            for (int i = 0; i < 20; i++) {
                assertThat(repo.count(Post.class, bounded)).isEqualTo(1);
            }
        });
        events.clear();
        for (int i = 0; i < 50; i++) {
            assertThat(repo.count(Post.class, bounded)).isEqualTo(1);
        }
        assertThat(events).extracting(event -> event.route().node()).contains("reader", "master");
    }

    @Test
    void whatAnEndpointCannotProveIsReadOnTheMasterOrIsAnError() {
        FacadeRepository repo = single();
        cluster.replicas().forEach(PostgresNode::pauseReplay);
        Post post = repo.insert(new Post("mine"));
        await().untilAsserted(() -> {
            assertThat(repo.get(Post.class, post.id)).isPresent();
            assertThat(last().attempts()).isEmpty();
            assertThat(Objects.requireNonNull(last().route()).reason()).isEqualTo(Reason.CONSISTENCY);
        });
        assertThatExceptionOfType(NoReplicaAvailableException.class)
                .isThrownBy(() ->
                        repo.get(Post.class, post.id, Consistency.session().orFail()))
                .withMessageContaining("behind");
        assertThatExceptionOfType(StaleReplicaException.class)
                .isThrownBy(() -> repo.get(Post.class, post.id, READER, Consistency.session()));
        assertThat(repo.get(Post.class, post.id, READER)).isEmpty();
        cluster.replicas().forEach(PostgresNode::resumeReplay);
        await().untilAsserted(() -> {
            assertThat(repo.get(Post.class, post.id)).isPresent();
            assertThat(node()).isEqualTo("reader");
        });
    }

    @Test
    void aSessionThatReadsAtAnEndpointStaysThere() {
        FacadeRepository repo = opened(shuffled(onEndpoint(), random));
        repo.inSession(CausalSession.begin(), () -> repo.count(Post.class));
        events.clear();
        CausalSession session = CausalSession.begin();
        for (int i = 0; i < 100; i++) {
            repo.inSession(session, () -> repo.count(Post.class));
        }
        assertThat(events).extracting(event -> event.route().node()).containsOnly("reader");
    }

    @Test
    void theMasterBehindAnEndpointIsFreshAndCannotBeWritten() {
        FacadeRepository repo = single();
        cluster.replicas().forEach(PostgresNode::pauseReplay);
        Post post = repo.insert(new Post("mine"));
        balancer.retarget(cluster.master().link().port());
        balancer.cut();
        await().pollInSameThread().ignoreExceptions().untilAsserted(() -> {
            assertThat(repo.get(Post.class, post.id, READER, Consistency.session()))
                    .isPresent();
            assertThat(node()).isEqualTo("reader");
        });
        assertThatThrownBy(() -> repo.readOnlyTransaction(
                        () -> repo.withEntityManager(
                                READER,
                                em -> em.createQuery("update Post p set p.likes = 1")
                                        .executeUpdate()),
                        READER,
                        Consistency.session()))
                .hasStackTraceContaining("read-only transaction");
        assertThat(fresh(repo)).isEqualTo(1);
    }

    @Test
    void aProvedReadLeavesNoSnapshotBehind() {
        FacadeRepository repo = single();
        await().until(() -> repo.count(Post.class, READER, Consistency.session()) == 0);
        opened(Blog.onPostgres()).insert(new Post("news"));
        cluster.awaitCaughtUp();
        assertThat(repo.count(Post.class, READER, Consistency.eventual()))
                .as("on the same connection")
                .isEqualTo(1);
    }

    @Test
    void whatAReadAtAnEndpointCosts() {
        FacadeRepository repo = single();
        Post post = repo.insert(new Post("counted").with("comment"));
        cluster.awaitCaughtUp();
        Consistency session = Consistency.session();
        await().pollInSameThread()
                .ignoreExceptions()
                .until(() -> repo.get(Post.class, post.id, READER, session).isPresent());
        assertThat(roundTrips(() -> repo.get(Post.class, post.id, READER, Consistency.eventual())))
                .isEqualTo(1);
        int proved = 1;
        int ended = 1;
        int driver = 2; // readOnlyMode=always: one before a transaction of the driver's, one after
        assertThat(roundTrips(() -> repo.get(Post.class, post.id, READER, session)))
                .as("with a need")
                .isEqualTo(proved + 1 + ended);
        assertThat(roundTrips(() ->
                        repo.inSession(CausalSession.begin(), () -> repo.get(Post.class, post.id, READER, session))))
                .as("without a need")
                .isEqualTo(proved + 1 + ended);
        for (Consistency level : List.of(Consistency.eventual(), session)) {
            assertThat(roundTrips(() -> repo.all(Post.class, Preload.of("comments"), READER, level)))
                    .as("a snapshot at " + level)
                    .isEqualTo(proved + 2 + ended + driver);
        }
    }

    @Test
    void whatASnapshotShowsIsBetweenItsPositions() throws SQLException {
        FacadeRepository repo = opened(Blog.onPostgres());
        PostgresNode replica = cluster.replicas().get(0);
        replica.pauseReplay();
        repo.insert(new Post("news"));
        ReplicationProbe probe = ReplicationProbe.postgres();
        try (Connection master = cluster.master().connect();
                Connection connection = replica.connect()) {
            Position written = probe.sample(master, System::nanoTime).position();
            for (boolean autoCommit : new boolean[] {true, false}) {
                connection.setAutoCommit(autoCommit);
                await().untilAsserted(() -> {
                    ReplicationProbe.View view = Objects.requireNonNull(probe.view(connection, System::nanoTime));
                    assertThat(told(connection, "select count(*) from post")).isEqualTo("0");
                    assertThat(told(connection, "show transaction_isolation")).isEqualTo("repeatable read");
                    assertThat(told(connection, "show transaction_read_only")).isEqualTo("on");
                    told(connection, "rollback");
                    assertThat(view.atLeast().role()).isEqualTo(Role.REPLICA);
                    assertThat(view.atLeast().position().covers(written)).isFalse();
                    assertThat(Objects.requireNonNull(view.atMost()).covers(written))
                            .as("it has come, and might be shown")
                            .isTrue();
                });
            }
            ReplicationProbe.View view = Objects.requireNonNull(probe.view(master, System::nanoTime));
            assertThat(view.atLeast().role()).isEqualTo(Role.MASTER);
            assertThat(Objects.requireNonNull(view.atMost()).covers(written)).isTrue();
        }
    }

    private static String told(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private long roundTrips(Runnable read) {
        read.run();
        balancer.resetCounters();
        read.run();
        return balancer.roundTrips();
    }

    @Test
    void anEndpointIsDeclaredByItsSetting() {
        Properties settings = new Properties();
        settings.setProperty("facade.master.url", cluster.master().url());
        settings.setProperty("facade.user", cluster.master().user());
        settings.setProperty("facade.password", cluster.master().password());
        settings.setProperty("facade.replicas.reader.url", url());
        settings.setProperty("facade.replicas.reader.endpoint", "true");
        FacadeRepository repo = opened(HibernateFacade.from(settings)
                .entities(Blog.ENTITIES)
                .replicaPool(PoolSettings.forReplica()
                        .withMaxSize(1)
                        .withMinIdle(1)
                        .withConnectionTimeout(Duration.ofSeconds(5))));
        repo.inSession(CausalSession.begin(), () -> repo.count(Post.class, READER, Consistency.session()));
        assertThat(balancer.connections()).as("without one of the monitor's").isEqualTo(1);
        settings.setProperty("facade.replicas.reader.endpoint", "yes");
        assertThatThrownBy(() -> HibernateFacade.from(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("facade.replicas.reader.endpoint: 'yes' (expected: true or false)");
    }

    /** Any of a pool's connections, as a pooler gives any server. */
    private record Shuffled(DataSource pool, Random random) implements DataSource {

        @Override
        public Connection getConnection() throws SQLException {
            List<Connection> taken = new ArrayList<>();
            try {
                for (int i = random.nextInt(6); i > 0; i--) {
                    taken.add(pool.getConnection());
                }
                return pool.getConnection();
            } finally {
                for (Connection other : taken) {
                    other.close();
                }
            }
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return getConnection();
        }

        @Override
        public PrintWriter getLogWriter() throws SQLException {
            return pool.getLogWriter();
        }

        @Override
        public void setLogWriter(PrintWriter out) throws SQLException {
            pool.setLogWriter(out);
        }

        @Override
        public void setLoginTimeout(int seconds) throws SQLException {
            pool.setLoginTimeout(seconds);
        }

        @Override
        public int getLoginTimeout() throws SQLException {
            return pool.getLoginTimeout();
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getGlobal();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            return pool.unwrap(type);
        }

        @Override
        public boolean isWrapperFor(Class<?> type) throws SQLException {
            return pool.isWrapperFor(type);
        }
    }
}
