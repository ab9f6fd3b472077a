package dev.facade.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.model.Container;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.DockerClientFactory;

/**
 * The local cluster's tests in containers. Skipped where there is no container engine.
 *
 * <p>They ran with an image of Debian's packages that honours what the cluster uses of the official one's entry point,
 * on podman ({@code .ci/containers}), which differs from Docker with the official image in this: the encoding and the
 * locale come from the arguments alone, nothing removes the containers of a JVM that was killed (Testcontainers' own
 * cleaner does that where it runs), and the entry point knows no {@code POSTGRES_INITDB_WALDIR} and no files with
 * passwords.
 */
@Timeout(300)
final class PostgresClusterOnDockerIT {

    private static PostgresCluster cluster;
    private static PostgresNode master;
    private static PostgresNode berlin;

    @BeforeAll
    static void startCluster() {
        assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "a Docker engine");
        cluster = PostgresCluster.builder()
                .replicas("berlin")
                .setting("max_connections", "60")
                .onDocker()
                .start();
        master = cluster.master();
        berlin = cluster.replica("berlin");
        master.executeIn("facade", "CREATE TABLE t (id INT)");
    }

    @AfterAll
    static void stopCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void emptyTable() {
        master.executeIn("facade", "TRUNCATE t");
        cluster.awaitCaughtUp();
    }

    @AfterEach
    void repair() {
        berlin.start();
        berlin.thaw();
        berlin.replicationLink().heal();
        berlin.resumeReplay();
    }

    @Test
    void streamsToReplicas() throws SQLException {
        insert();
        cluster.awaitCaughtUp();
        assertThat(rows(berlin)).isEqualTo("1");
        assertThat(ask(berlin, "SELECT pg_is_in_recovery()")).isEqualTo("t");
        assertThat(ask(berlin, "SHOW max_connections")).isEqualTo("60");
        assertThat(ask(master, "SELECT application_name FROM pg_stat_replication"))
                .isEqualTo("berlin");
    }

    @Test
    void readerReadsOnly() throws SQLException {
        try (Connection reader =
                DriverManager.getConnection(berlin.url(), berlin.readerUser(), berlin.readerPassword())) {
            assertThat(PostgresNode.answer(reader, "SELECT count(*) FROM t")).isEqualTo("0");
        }
    }

    @Test
    void pausedReplicaSeesThePast() throws SQLException {
        berlin.pauseReplay();
        insert();
        assertThat(rows(berlin)).isEqualTo("0");
        berlin.resumeReplay();
        cluster.awaitCaughtUp();
        assertThat(rows(berlin)).isEqualTo("1");
    }

    @Test
    void cutReplicationLinkHeals() throws SQLException {
        berlin.replicationLink().refuse();
        insert();
        assertThat(rows(berlin)).isEqualTo("0");
        berlin.replicationLink().heal();
        cluster.awaitCaughtUp();
        assertThat(rows(berlin)).isEqualTo("1");
    }

    @Test
    void killedServersStartAgainOnTheirOldPorts() throws SQLException {
        String url = master.directUrl();
        insert();
        master.kill();
        berlin.kill();
        assertThat(master.isRunning()).isFalse();
        assertThatThrownBy(master::connect).isInstanceOf(SQLException.class);
        master.start();
        berlin.start();
        assertThat(master.directUrl()).isEqualTo(url);
        insert();
        cluster.awaitCaughtUp();
        assertThat(rows(berlin)).isEqualTo("2");
    }

    @Test
    void frozenServerAnswersNothingAndCanBeStopped() throws SQLException {
        try (Connection connection = berlin.connect()) {
            connection.setNetworkTimeout(Runnable::run, 5_000);
            berlin.freeze();
            berlin.freeze();
            assertThat(berlin.isRunning()).isTrue();
            assertThat(connection.isValid(1)).isFalse();
        }
        berlin.stop();
        assertThat(berlin.isRunning()).isFalse();
        assertThatThrownBy(berlin::freeze).hasMessage("berlin: stopped (expected: running)");
    }

    @Test
    void promotedReplicaAcceptsWrites() throws SQLException {
        try (PostgresCluster own = PostgresCluster.builder()
                .replicas("rome")
                .database("shop")
                .onDocker()
                .start()) {
            PostgresNode rome = own.replica("rome");
            own.master().kill();
            rome.promote();
            rome.executeIn("shop", "CREATE TABLE t (id INT)");
            assertThat(ask(rome, "SELECT count(*) FROM t")).isEqualTo("0");
        }
    }

    @Test
    void restartDisconnectsClients() throws SQLException {
        try (Connection connection = berlin.connect()) {
            berlin.restart();
            assertThatThrownBy(() -> PostgresNode.answer(connection, "SELECT 1"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(rows(berlin)).isEqualTo("0");
    }

    @Test
    void nodesFollowAPromotedReplica() throws SQLException {
        try (PostgresCluster own =
                PostgresCluster.builder().replicas("rome", "oslo").onDocker().start()) {
            PostgresNode rome = own.replica("rome");
            own.master().kill();
            rome.promote();
            rome.executeIn("facade", "CREATE TABLE t (id INT)", "INSERT INTO t VALUES (1)");
            own.replica("oslo").follow(rome);
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(rows(own.replica("oslo"))).isEqualTo("1"));
        }
    }

    @Test
    void closeLeavesNothing() {
        PostgresCluster own =
                PostgresCluster.builder().replicas("rome").onDocker().start();
        Set<String> containers = containers();
        own.replica("rome").freeze();
        own.close();
        own.close();
        containers.removeAll(containers());
        assertThat(containers).hasSize(2);
        assertThat(own.master().isRunning()).isFalse();
    }

    @Test
    void failedStartShowsTheLogAndLeavesNothing() {
        Set<String> before = containers();
        assertThatThrownBy(() -> PostgresCluster.builder()
                        .setting("shared_buffers", "nonsense")
                        .onDocker()
                        .start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("master: exited with status 1 (expected: to start); its log ends with")
                .hasMessageContaining("invalid value for parameter \"shared_buffers\"");
        assertThat(containers()).isEqualTo(before);
    }

    /** The containers that the engine knows, running or not. */
    private static Set<String> containers() {
        return DockerClientFactory.instance().client().listContainersCmd().withShowAll(true).exec().stream()
                .map(Container::getId)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void insert() {
        master.executeIn("facade", "INSERT INTO t VALUES (1)");
    }

    private static String rows(PostgresNode node) throws SQLException {
        return ask(node, "SELECT count(*) FROM t");
    }

    private static String ask(PostgresNode node, String query) throws SQLException {
        try (Connection connection = node.connect()) {
            return PostgresNode.answer(connection, query);
        }
    }
}
