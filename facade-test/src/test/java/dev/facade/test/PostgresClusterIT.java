package dev.facade.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
final class PostgresClusterIT {

    private static PostgresCluster cluster;
    private static PostgresNode master;
    private static PostgresNode berlin;

    @BeforeAll
    static void startCluster() {
        cluster = PostgresCluster.builder()
                .replicas("berlin", "paris")
                .setting("max_connections", "60")
                .start();
        master = cluster.master();
        berlin = cluster.replica("berlin");
        master.executeIn("facade", "CREATE TABLE t (id INT)");
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void emptyTable() {
        master.executeIn("facade", "TRUNCATE t");
        cluster.awaitCaughtUp();
    }

    @AfterEach
    void repair() {
        cluster.replicas().forEach(replica -> {
            replica.start();
            replica.thaw();
            replica.link().heal();
            replica.replicationLink().heal();
            replica.resumeReplay();
        });
    }

    /** As by a process of the run before that has not ended yet. */
    @Test
    void aPortThatIsTakenForAMomentDoesNotKeepANodeDown() throws IOException {
        int port = URI.create(berlin.directUrl().substring("jdbc:".length())).getPort();
        berlin.kill();
        ServerSocket other = new ServerSocket();
        other.bind(FreePort.loopback(port));
        CompletableFuture<Void> released = CompletableFuture.runAsync(
                () -> {
                    try {
                        other.close();
                    } catch (IOException impossible) {
                        throw new UncheckedIOException(impossible);
                    }
                },
                CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
        berlin.start();
        assertThat(berlin.isRunning()).isTrue();
        released.join();
    }

    @Test
    void streamsToReplicas() throws SQLException {
        insert();
        cluster.awaitCaughtUp();
        for (PostgresNode replica : cluster.replicas()) {
            assertThat(rows(replica)).isEqualTo("1");
            assertThat(ask(replica, "SELECT pg_is_in_recovery()")).isEqualTo("t");
        }
        assertThat(ask(master, "SELECT pg_is_in_recovery()")).isEqualTo("f");
        assertThat(ask(
                        master,
                        "SELECT string_agg(application_name, ',' ORDER BY application_name) FROM pg_stat_replication"))
                .isEqualTo("berlin,paris");
        assertThat(ask(berlin, "SHOW max_connections")).isEqualTo("60");
    }

    @Test
    void urlsLeadThroughTheLinkAndPastIt() throws SQLException {
        try (Connection through = DriverManager.getConnection(berlin.url(), berlin.user(), berlin.password());
                Connection past = berlin.connect()) {
            assertThat(berlin.link().connections()).isEqualTo(1);
            long before = berlin.link().roundTrips();
            PostgresNode.answer(through, "SELECT 1");
            PostgresNode.answer(past, "SELECT 1");
            assertThat(berlin.link().roundTrips()).isEqualTo(before + 1);
            berlin.link().cut();
            assertThatThrownBy(() -> PostgresNode.answer(through, "SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08006"));
            assertThat(PostgresNode.answer(past, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void readerReadsOnly() throws SQLException {
        insert();
        try (Connection reader =
                DriverManager.getConnection(master.url(), master.readerUser(), master.readerPassword())) {
            assertThat(PostgresNode.answer(reader, "SELECT count(*) FROM t")).isEqualTo("1");
            assertThatThrownBy(() -> PostgresNode.answer(reader, "INSERT INTO t VALUES (2) RETURNING id"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void pausedReplicaSeesThePast() throws SQLException {
        berlin.pauseReplay();
        insert();
        await().untilAsserted(() -> assertThat(rows(cluster.replica("paris"))).isEqualTo("1"));
        assertThat(rows(berlin)).isEqualTo("0");
        berlin.resumeReplay();
        cluster.awaitCaughtUp();
        assertThat(rows(berlin)).isEqualTo("1");
    }

    @Test
    void delayedReplicaLagsByThatMuch() throws SQLException {
        berlin.replayDelay(Duration.ofMillis(300));
        long start = System.nanoTime();
        insert();
        cluster.awaitCaughtUp();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(250));
        assertThat(rows(berlin)).isEqualTo("1");
        berlin.replayDelay(Duration.ZERO);
    }

    @Test
    void cutReplicationLinkHeals() throws SQLException {
        berlin.cutOff();
        insert();
        assertThat(rows(berlin)).isEqualTo("0");
        berlin.reconnect();
        cluster.awaitCaughtUp();
        assertThat(rows(berlin)).isEqualTo("1");
        assertThatThrownBy(master::replicationLink).hasMessage("node: master (expected: a replica)");
    }

    @Test
    void t37KilledReplicaComesBackBehindItsOwnPast() throws SQLException {
        insert();
        cluster.awaitCaughtUp();
        assertThat(rows(berlin)).isEqualTo("1");
        berlin.comeBackBehind(Duration.ofMinutes(1));
        insert();
        assertThat(rows(berlin)).isEqualTo("0");
        berlin.recover();
        cluster.awaitCaughtUp();
        assertThat(rows(berlin)).isEqualTo("2");
    }

    @Test
    void stoppedReplicaCatchesUpOnItsOldPort() throws SQLException {
        String url = berlin.directUrl();
        berlin.stop();
        berlin.stop();
        assertThat(berlin.isRunning()).isFalse();
        assertThatThrownBy(berlin::connect).isInstanceOf(SQLException.class);
        insert();
        cluster.awaitCaughtUp();
        berlin.start();
        berlin.start();
        cluster.awaitCaughtUp();
        assertThat(berlin.directUrl()).isEqualTo(url);
        assertThat(rows(berlin)).isEqualTo("1");
    }

    @Test
    void killedServersStartAgain() throws SQLException {
        insert();
        master.kill();
        berlin.kill();
        assertThat(master.isRunning()).isFalse();
        assertThatThrownBy(cluster::awaitCaughtUp).hasMessage("master: stopped (expected: running)");
        master.start();
        berlin.start();
        insert();
        cluster.awaitCaughtUp();
        assertThat(rows(berlin)).isEqualTo("2");
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
    void frozenServerKeepsConnectionsAndAnswersNothing() throws SQLException {
        try (Connection connection = berlin.connect()) {
            connection.setNetworkTimeout(Runnable::run, 5_000);
            berlin.freeze();
            berlin.freeze();
            assertThat(berlin.isRunning()).isTrue();
            assertThat(connection.isValid(1)).isFalse();
        }
        berlin.thaw();
        berlin.thaw();
        assertThat(rows(berlin)).isEqualTo("0");
    }

    @Test
    void frozenServerCanBeStopped() {
        berlin.freeze();
        berlin.stop();
        assertThat(berlin.isRunning()).isFalse();
        assertThatThrownBy(berlin::freeze).hasMessage("berlin: stopped (expected: running)");
    }

    @Test
    void promotedReplicaAcceptsWrites() throws SQLException {
        try (PostgresCluster own =
                PostgresCluster.builder().replicas("rome").database("shop").start()) {
            PostgresNode rome = own.replica("rome");
            own.master().kill();
            rome.promote();
            rome.executeIn("shop", "CREATE TABLE t (id INT)");
            assertThat(ask(rome, "SELECT count(*) FROM t")).isEqualTo("0");
            assertThat(rome.url()).endsWith("/shop");
            assertThatThrownBy(rome::pauseReplay).hasMessage("rome: a master (expected: a replica)");
        }
    }

    @Test
    void nodesFollowAPromotedReplica() throws SQLException {
        try (PostgresCluster own =
                PostgresCluster.builder().replicas("rome", "oslo").start()) {
            PostgresNode rome = own.replica("rome");
            own.master().kill();
            rome.promote();
            rome.executeIn("facade", "CREATE TABLE t (id INT)", "INSERT INTO t VALUES (1)");
            own.replica("oslo").follow(rome);
            own.master().follow(rome);
            rome.executeIn("facade", "INSERT INTO t VALUES (2)");
            for (PostgresNode follower : List.of(own.replica("oslo"), own.master())) {
                await().ignoreExceptions()
                        .untilAsserted(() -> assertThat(ask(follower, "SELECT count(*) FROM t"))
                                .isEqualTo("2"));
                assertThat(ask(follower, "SELECT pg_is_in_recovery()")).isEqualTo("t");
            }
        }
    }

    @Test
    void replayCancelsReadsOfATable() throws Exception {
        try (PostgresCluster own = PostgresCluster.builder()
                .replicas("rome")
                .setting("max_standby_streaming_delay", "0")
                .start()) {
            own.master().executeIn("facade", "CREATE TABLE t (id INT)", "INSERT INTO t VALUES (1)");
            own.awaitCaughtUp();
            PostgresNode rome = own.replica("rome");
            CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
                try {
                    return ask(rome, "SELECT pg_sleep(20) FROM t");
                } catch (SQLException conflict) {
                    return conflict.getSQLState();
                }
            });
            String asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
            await().until(() -> "1".equals(ask(rome, asleep)));
            own.conflict("t");
            assertThat(read.get(15, TimeUnit.SECONDS)).isEqualTo("40001");
        }
    }

    @ParameterizedTest
    @EnumSource(Outage.class)
    void outagesEnd(Outage outage) throws SQLException {
        insert();
        outage.begin(berlin);
        outage.end(berlin);
        cluster.awaitCaughtUp();
        try (Connection through = DriverManager.getConnection(berlin.url(), berlin.user(), berlin.password())) {
            assertThat(PostgresNode.answer(through, "SELECT count(*) FROM t")).isEqualTo("1");
        }
    }

    @Test
    void eachClusterHasAnIdentifierOfItsOwnWhichAllItsNodesShare() throws SQLException {
        String identifier = "SELECT system_identifier FROM pg_control_system()";
        try (PostgresCluster other = PostgresCluster.builder().start()) {
            String ours = ask(cluster.master(), identifier);
            assertThat(ask(berlin, identifier)).isEqualTo(ours);
            assertThat(ask(other.master(), identifier)).isNotEqualTo(ours);
        }
    }

    @Test
    void closeLeavesNothing(@TempDir Path parent) throws SQLException {
        PostgresCluster own =
                PostgresCluster.builder().replicas("rome").dataIn(parent).start();
        Path folder = Path.of(ask(own.master(), "SHOW data_directory"));
        assertThat(folder).startsWith(parent);
        int port = own.master().link().port();
        own.replica("rome").freeze();
        own.close();
        own.close();
        assertThat(folder.getParent().getParent()).doesNotExist();
        assertThat(servers(folder.getParent().getParent())).isZero();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("facade-relay-" + port);
    }

    @Test
    void killedJvmLeavesNothing() throws IOException, InterruptedException {
        Process doomed = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DoomedCluster.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Path folder;
        try (BufferedReader output = doomed.inputReader()) {
            folder = Path.of(output.readLine()).getParent().getParent();
            assertThat(Files.isDirectory(folder)).isTrue();
            assertThat(servers(folder)).isPositive();
            doomed.destroyForcibly();
            assertThat(doomed.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(servers(folder)).isZero();
            assertThat(folder).doesNotExist();
        });
    }

    @Test
    void failedStartShowsTheLogAndLeavesNothing() {
        assertThatThrownBy(() -> PostgresCluster.builder()
                        .setting("shared_buffers", "nonsense")
                        .start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("master: exited with status 1 (expected: to start); its log ends with")
                .hasMessageContaining("invalid value for parameter \"shared_buffers\"");
    }

    @Test
    void refusesWrongArguments() {
        assertThatThrownBy(() -> PostgresCluster.builder().replicas("a", "a"))
                .hasMessage("replica: a (expected: a name not used yet)");
        assertThatThrownBy(() -> PostgresCluster.builder().replicas("master"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PostgresCluster.builder().setting("a b", "c"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PostgresCluster.builder().database("A")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PostgresCluster.builder()
                        .dataIn(Path.of("."))
                        .onDocker()
                        .start())
                .hasMessage("dataIn: . (expected: not set, as containers keep the data)");
        assertThatThrownBy(() -> cluster.replica("rome")).hasMessage("name: rome (expected: one of [berlin, paris])");
        assertThatThrownBy(() -> berlin.replayDelay(Duration.ofMillis(-1)))
                .hasMessageStartingWith("delay: PT-0.001S (expected: >= 0");
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

    /** How many processes have this folder in their command line. */
    private static long servers(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(folder.toString()))
                        .isPresent())
                .count();
    }
}
