package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.Consistency;
import dev.facade.error.SeveralMastersException;
import dev.facade.event.OperationEvent;
import dev.facade.event.Role;
import dev.facade.option.Target;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Another node becomes the master, and the facade goes along without a restart. */
@Timeout(60)
class PromotionIT {

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
        repo.cluster().add("madrid", oslo.url(), dev.facade.cluster.Weight.of(1));
        master.kill();
        rome.promote();
        Duration resumed = awaitWrite(repo, "after");
        System.out.println("writes resumed after " + resumed);
        assertThat(resumed).isLessThan(Duration.ofSeconds(3));
        assertThat(repo.master()).isEqualTo("rome");
        assertThat(repo.replicas()).containsExactly("oslo", "madrid");
        assertThat(posts(rome)).isEqualTo(2);
        assertThat(master.link().connections()).isZero();

        oslo.follow(rome);
        master.follow(rome);
        eventually(() -> assertThat(repo.replicas()).containsExactlyInAnyOrder("oslo", "madrid", "master"));
        repo.inSession(CausalSession.begin(), () -> {
            eventually(() -> {
                assertRead(repo, 2, Role.REPLICA);
                assertThat(Objects.requireNonNull(last().route()).node()).isEqualTo("master");
            });
            return true;
        });
        eventually(() -> assertRead(repo, 2, Role.REPLICA));
        assertThat(repo.count(Post.class, Consistency.strong())).isEqualTo(2);
        assertThat(Objects.requireNonNull(last().route()).node()).isEqualTo("rome");
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
    void aMasterThatIsFrozenIsReplaced() throws SQLException {
        FacadeRepository repo = open();
        CompletableFuture<Void> frozen = new CompletableFuture<>();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Throwable> hanging =
                CompletableFuture.supplyAsync(() -> catchThrowable(() -> repo.transaction(() -> {
                    repo.insert(new Post("hanging"));
                    begun.complete(null);
                    frozen.join();
                    repo.insert(new Post("too late"));
                })));
        begun.join();
        master.freeze();
        frozen.complete(null);
        rome.promote();
        long promoted = System.nanoTime();
        eventually(() -> assertThat(repo.master()).isEqualTo("rome"));
        repo.insert(new Post("after"));
        System.out.println("writes resumed after " + Duration.ofNanos(System.nanoTime() - promoted));
        assertThat(posts(rome)).isEqualTo(2);
        assertThat(hanging)
                .as("nobody waits for ever for a node that is silent")
                .succeedsWithin(Duration.ofSeconds(8))
                .isInstanceOf(PersistenceException.class);
        master.thaw();
        eventually(() -> assertThat(repo.cluster().rivals()).containsExactly("rome", "master"));
        master.follow(rome);
        eventually(() -> assertThat(repo.replicas()).contains("master"));
        awaitWrite(repo, "at the end");
        assertThat(posts(rome)).isEqualTo(3);
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
}
