package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.cluster.Sample;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.CausalToken;
import dev.facade.consistency.Consistency;
import dev.facade.error.CommitOutcomeUnknownException;
import dev.facade.error.NoReplicaAvailableException;
import dev.facade.event.OperationEvent;
import dev.facade.event.Role;
import dev.facade.option.Target;
import dev.facade.spi.ReplicationProbe;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import jakarta.persistence.PersistenceException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each level promises while something fails: a test for each line of the table of failures. */
class FailuresIT {

    private static final Consistency EVENTUAL = Consistency.eventual();
    private static final Consistency BOUNDED = Consistency.boundedStaleness(Duration.ofMillis(500));
    private static final Consistency SESSION = Consistency.session();
    private static final Consistency STRONG = Consistency.strong();
    private static final List<Consistency> ON_REPLICAS = List.of(EVENTUAL, BOUNDED, SESSION);
    private static final List<Consistency> ALL = List.of(EVENTUAL, BOUNDED, SESSION, STRONG);

    private static final Duration A_WHILE = Duration.ofMillis(700);

    private final PostgresCluster cluster = Blog.postgres();
    private final PostgresNode master = cluster.master();
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
        master.start();
        cluster.replicas().forEach(PostgresNode::start);
        cluster.replicas().forEach(PostgresNode::reconnect);
        cluster.replicas().forEach(PostgresNode::resumeReplay);
    }

    private FacadeRepository open(HibernateFacade facade) {
        PoolSettings impatient =
                new PoolSettings(10, 1, Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMinutes(30));
        FacadeRepository repo =
                facade.masterPool(impatient).listener(events::add).build();
        opened.add(repo);
        connect(repo);
        return repo;
    }

    /** The first connection may take longer on a busy machine than the pool waits; a master that is gone gives none. */
    private static void connect(FacadeRepository repo) {
        for (int turn = 0; turn < 4; turn++) {
            try {
                repo.count(Post.class, Target.master(), Consistency.eventual());
                return;
            } catch (PersistenceException none) {
                // once more
            }
        }
    }

    private FacadeRepository open() {
        return open(Blog.onPostgresWithReplicas());
    }

    private static CausalSession writer(FacadeRepository repo, String title) {
        CausalSession session = CausalSession.begin();
        repo.inSession(session, () -> repo.insert(new Post(title)));
        return session;
    }

    private Role lastRole() {
        return Objects.requireNonNull(events.get(events.size() - 1).route()).role();
    }

    private void assertReads(FacadeRepository repo, Consistency level, long posts, Role role) {
        assertThat(repo.count(Post.class, level)).as(level.toString()).isEqualTo(posts);
        assertThat(lastRole()).as(level.toString()).isEqualTo(role);
    }

    private void assertNewcomerReads(FacadeRepository repo, Consistency level, long posts, Role role) {
        repo.inSession(CausalSession.begin(), () -> {
            assertReads(repo, level, posts, role);
            return true;
        });
    }

    private static void assertFails(
            FacadeRepository repo, Consistency level, Class<? extends RuntimeException> failure) {
        assertThatThrownBy(() -> repo.count(Post.class, level))
                .as(level.toString())
                .isInstanceOf(failure);
    }

    /** In this thread, whose session it is. */
    private static void eventually(ThrowingRunnable assertion) {
        await().pollInSameThread()
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .untilAsserted(assertion);
    }

    private static void forAWhile(Runnable assertion) {
        long begun = System.nanoTime();
        do {
            assertion.run();
        } while (System.nanoTime() - begun < A_WHILE.toNanos());
    }

    private void eventuallyOnReplicas(FacadeRepository repo, long posts) {
        for (Consistency level : ON_REPLICAS) {
            eventually(() -> assertReads(repo, level, posts, Role.REPLICA));
        }
    }

    @Test
    void replicasLag() {
        replicasAreBehind(PostgresNode::pauseReplay, PostgresNode::resumeReplay);
    }

    @Test
    void replicasAreCutOff() {
        replicasAreBehind(PostgresNode::cutOff, PostgresNode::reconnect);
    }

    private void replicasAreBehind(Consumer<PostgresNode> fault, Consumer<PostgresNode> remedy) {
        FacadeRepository repo = open();
        writer(repo, "earlier");
        cluster.awaitCaughtUp();
        eventuallyOnReplicas(repo, 1);
        cluster.replicas().forEach(fault);
        repo.insert(new Post("mine"));
        assertReads(repo, EVENTUAL, 1, Role.REPLICA);
        assertReads(repo, SESSION, 2, Role.MASTER);
        assertReads(repo, STRONG, 2, Role.MASTER);
        assertFails(repo, SESSION.orFail(), NoReplicaAvailableException.class);
        assertNewcomerReads(repo, SESSION, 1, Role.REPLICA);
        eventually(() -> assertReads(repo, BOUNDED, 2, Role.MASTER));
        forAWhile(() -> assertReads(repo, BOUNDED, 2, Role.MASTER));
        assertFails(repo, BOUNDED.orFail(), NoReplicaAvailableException.class);
        cluster.replicas().forEach(remedy);
        eventuallyOnReplicas(repo, 2);
    }

    @Test
    void aReplicaIsKilled() {
        aReplicaIsAway(PostgresNode::kill);
    }

    @Test
    void aReplicaIsRestarted() {
        aReplicaIsAway(PostgresNode::stop);
    }

    private void aReplicaIsAway(Consumer<PostgresNode> fault) {
        PostgresNode berlin = cluster.replica("berlin");
        FacadeRepository repo = open();
        repo.insert(new Post("mine"));
        cluster.awaitCaughtUp();
        eventuallyOnReplicas(repo, 1);
        fault.accept(berlin);
        forAWhile(() ->
                ALL.forEach(level -> assertThat(repo.count(Post.class, level)).isEqualTo(1)));
        berlin.start();
        for (Consistency level : ON_REPLICAS) {
            eventually(() -> {
                long posts = repo.inSession(CausalSession.begin(), () -> repo.count(Post.class, level));
                assertThat(posts).isEqualTo(1);
                assertThat(Objects.requireNonNull(events.get(events.size() - 1).route())
                                .node())
                        .isEqualTo("berlin");
            });
        }
    }

    @Test
    void allReplicasAreGone() {
        FacadeRepository repo = open();
        FacadeRepository strict = open(Blog.onPostgresWithReplicas().fallbackToMaster(false));
        repo.insert(new Post("mine"));
        cluster.awaitCaughtUp();
        eventuallyOnReplicas(repo, 1);
        cluster.replicas().forEach(PostgresNode::kill);
        for (Consistency level : ALL) {
            eventually(() -> assertReads(repo, level, 1, Role.MASTER));
        }
        repo.insert(new Post("mine, too"));
        forAWhile(() -> ALL.forEach(level -> assertReads(repo, level, 2, Role.MASTER)));
        for (Consistency level : ON_REPLICAS) {
            assertFails(strict, level, NoReplicaAvailableException.class);
        }
        assertReads(strict, STRONG, 2, Role.MASTER);
        cluster.replicas().forEach(PostgresNode::start);
        eventuallyOnReplicas(repo, 2);
    }

    @Test
    void theMasterIsGone() {
        FacadeRepository repo = open();
        repo.insert(new Post("mine"));
        cluster.awaitCaughtUp();
        eventuallyOnReplicas(repo, 1);
        master.kill();
        forAWhile(() -> {
            assertReads(repo, EVENTUAL, 1, Role.REPLICA);
            assertReads(repo, SESSION, 1, Role.REPLICA);
            assertReads(repo, Consistency.boundedStaleness(Duration.ofHours(1)), 1, Role.REPLICA);
            assertNewcomerReads(repo, SESSION, 1, Role.REPLICA);
        });
        assertFails(repo, STRONG, PersistenceException.class);
        assertFails(repo, BOUNDED, PersistenceException.class);
        assertFails(repo, BOUNDED.orFail(), NoReplicaAvailableException.class);
        master.start();
        eventuallyOnReplicas(repo, 1);
    }

    @Test
    void theMasterIsGoneAndNoReplicaHasWhatASessionNeeds() {
        FacadeRepository repo = open();
        cluster.replicas().forEach(PostgresNode::pauseReplay);
        repo.insert(new Post("mine"));
        CausalToken token = repo.token().orElseThrow();
        assertReads(repo, SESSION, 1, Role.MASTER);
        repo.token();
        execute(master, "select pg_logical_emit_message(true, 'facade', '')"); // so all before it is on its way
        await().until(() -> {
            try (Connection connection = master.connect();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "select bool_and(flush_lsn >= pg_current_wal_flush_lsn())" + " from pg_stat_replication")) {
                return row.next() && row.getBoolean(1);
            }
        });
        master.kill();
        forAWhile(() -> {
            assertFails(repo, SESSION, PersistenceException.class);
            assertFails(repo, SESSION.orFail(), NoReplicaAvailableException.class);
            repo.inSession(repo.sessionAfter(token), () -> {
                assertFails(repo, SESSION, PersistenceException.class);
                return true;
            });
            assertNewcomerReads(repo, SESSION, 0, Role.REPLICA);
            assertReads(repo, EVENTUAL, 0, Role.REPLICA);
        });
        cluster.replicas().forEach(PostgresNode::resumeReplay);
        eventually(() -> assertReads(repo, SESSION, 1, Role.REPLICA));
    }

    @Test
    void theMasterIsGoneBeforeItTellsWhatASessionNeeds() {
        AtomicBoolean silent = new AtomicBoolean(true);
        FacadeRepository repo = open(Blog.onPostgresWithReplicas().replicationProbe((connection, ticker) -> {
            Sample sample = ReplicationProbe.postgres().sample(connection, ticker);
            if (sample.role() == Role.MASTER && silent.get()) {
                throw new SQLException("it does not tell yet");
            }
            return sample;
        }));
        repo.insert(new Post("mine"));
        cluster.awaitCaughtUp();
        master.kill();
        forAWhile(() -> {
            assertFails(repo, SESSION, PersistenceException.class);
            assertFails(repo, SESSION.orFail(), NoReplicaAvailableException.class);
            assertReads(repo, EVENTUAL, 1, Role.REPLICA);
        });
        silent.set(false);
        master.start();
        eventually(() -> assertReads(repo, SESSION, 1, Role.REPLICA));
    }

    @Test
    void theConnectionIsLostAtTheCommit() {
        FacadeRepository repo = open();
        eventuallyOnReplicas(repo, 0);
        cluster.replicas().forEach(PostgresNode::pauseReplay);
        assertThatExceptionOfType(CommitOutcomeUnknownException.class)
                .isThrownBy(() -> repo.transaction(() -> {
                    repo.insert(new Post("maybe"));
                    master.link().cut();
                }));
        eventually(() -> assertReads(repo, STRONG, 0, Role.MASTER));
        writer(repo, "of another");
        assertReads(repo, SESSION, 1, Role.MASTER);
        assertReads(repo, EVENTUAL, 0, Role.REPLICA);
        assertNewcomerReads(repo, SESSION, 0, Role.REPLICA);
        eventually(() -> assertReads(repo, BOUNDED, 1, Role.MASTER));
    }

    @Test
    void nobodyTellsPositions() {
        try (PostgresCluster own = Blog.postgres("rome")) {
            execute(
                    own.master(),
                    "create role app login password 'app'",
                    "grant all on all tables in schema public to app",
                    "grant all on all sequences in schema public to app",
                    "revoke execute on function pg_control_system() from public");
            own.awaitCaughtUp();
            FacadeRepository repo = open(Blog.on(own.master(), own.replicas()).credentials("app", "app"));
            eventually(() -> assertReads(repo, EVENTUAL, 0, Role.REPLICA)); // its first connection may take a while
            assertReads(repo, SESSION, 0, Role.MASTER);
            repo.insert(new Post("mine"));
            forAWhile(() -> {
                assertReads(repo, SESSION, 1, Role.MASTER);
                assertReads(repo, BOUNDED, 1, Role.MASTER);
                assertReads(repo, STRONG, 1, Role.MASTER);
            });
            assertFails(repo, SESSION.orFail(), NoReplicaAvailableException.class);
            execute(own.master(), "grant execute on function pg_control_system() to public");
            own.awaitCaughtUp();
            eventuallyOnReplicas(repo, 1);
            repo.close();
        }
    }

    private static void execute(PostgresNode node, String... statements) {
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
