package dev.facade.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class MariaDbClusterIT {

    private static MariaDbCluster cluster;
    private static MariaDbNode master;
    private static MariaDbNode berlin;

    @BeforeAll
    static void startCluster() {
        cluster = MariaDbCluster.start("berlin", "paris");
        master = cluster.master();
        berlin = cluster.replica("berlin");
        master.execute("CREATE TABLE t (id INT)");
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void emptyTable() {
        master.execute("DELETE FROM t");
        cluster.awaitCaughtUp();
    }

    @AfterEach
    void repair() {
        cluster.replicas().forEach(replica -> {
            replica.start();
            replica.thaw();
            replica.link().heal();
            replica.replicationLink().heal();
            replica.replayDelay(Duration.ZERO);
            replica.resumeReplay();
        });
    }

    @Test
    void replicatesByGtid() {
        insert();
        cluster.awaitCaughtUp();
        cluster.replicas().forEach(replica -> assertThat(rows(replica)).isEqualTo("1"));
        assertThat(berlin.ask("SELECT @@gtid_slave_pos")).isEqualTo(master.ask("SELECT @@gtid_binlog_pos"));
    }

    @Test
    void readerReadsOnly() throws SQLException {
        insert();
        cluster.awaitCaughtUp();
        try (Connection reader =
                        DriverManager.getConnection(berlin.url(), berlin.readerUser(), berlin.readerPassword());
                Statement statement = reader.createStatement()) {
            assertThat(statement.executeQuery("SELECT * FROM t").next()).isTrue();
            assertThatThrownBy(() -> statement.execute("INSERT INTO t VALUES (2)"))
                    .hasMessageContaining("denied");
        }
    }

    @Test
    void pausedReplicaSeesThePast() {
        berlin.pauseReplay();
        berlin.pauseReplay();
        insert();
        await().untilAsserted(() -> assertThat(rows(cluster.replica("paris"))).isEqualTo("1"));
        assertThat(rows(berlin)).isEqualTo("0");
        berlin.resumeReplay();
        cluster.awaitCaughtUp();
        assertThat(rows(berlin)).isEqualTo("1");
    }

    @Test
    void delayedReplicaLagsByThatMuch() {
        berlin.replayDelay(Duration.ofMillis(300));
        long start = System.nanoTime();
        insert();
        cluster.awaitCaughtUp();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(250));
        assertThat(rows(berlin)).isEqualTo("1");
    }

    @Test
    void cutReplicationLinkHeals() {
        berlin.replicationLink().refuse();
        insert();
        assertThat(rows(berlin)).isEqualTo("0");
        berlin.replicationLink().heal();
        cluster.awaitCaughtUp();
        assertThat(rows(berlin)).isEqualTo("1");
        assertThatThrownBy(master::replicationLink).hasMessage("node: master (expected: a replica)");
    }

    @Test
    void killedServersStartAgainOnTheirOldPorts() {
        String url = berlin.directUrl();
        insert();
        master.kill();
        berlin.kill();
        assertThat(berlin.isRunning()).isFalse();
        assertThatThrownBy(berlin::connect).isInstanceOf(SQLException.class);
        assertThatThrownBy(cluster::awaitCaughtUp).hasMessage("master: stopped (expected: running)");
        master.start();
        berlin.start();
        insert();
        cluster.awaitCaughtUp();
        assertThat(berlin.directUrl()).isEqualTo(url);
        assertThat(rows(berlin)).isEqualTo("2");
    }

    @Test
    void stoppedReplicaIsPassedOver() {
        berlin.stop();
        berlin.stop();
        assertThat(berlin.isRunning()).isFalse();
        insert();
        cluster.awaitCaughtUp();
        berlin.start();
        cluster.awaitCaughtUp();
        assertThat(rows(berlin)).isEqualTo("1");
    }

    @Test
    void frozenServerKeepsConnectionsAndAnswersNothing() throws SQLException {
        try (Connection connection = berlin.connect()) {
            berlin.freeze();
            assertThat(berlin.isRunning()).isTrue();
            assertThat(connection.isValid(1)).isFalse();
        }
        berlin.thaw();
        assertThat(rows(berlin)).isEqualTo("0");
    }

    @Test
    void promotedReplicaFollowsNobodyAndCloseEndsAll() {
        MariaDbCluster own = MariaDbCluster.start("rome");
        MariaDbNode rome = own.replica("rome");
        own.master().kill();
        rome.promote();
        rome.execute("CREATE TABLE t (id INT)");
        assertThat(rows(rome)).isEqualTo("0");
        assertThatThrownBy(rome::pauseReplay).hasMessage("rome: a master (expected: a replica)");
        own.close();
        own.close();
        assertThat(rome.isRunning()).isFalse();
    }

    /** The position is a row of the transaction that it is the position of: both outlive a kill, or neither does. */
    @Test
    void onlyAForgetfulReplicaComesBackBehindItsOwnPast() {
        insert();
        cluster.awaitCaughtUp();
        assertThatThrownBy(() -> berlin.comeBackBehind(Duration.ofSeconds(30)))
                .hasMessageMatching(
                        "berlin: at [0-9-]+ as before \\(expected: behind, so a replica of startForgetful\\)");
        assertThat(rows(berlin)).isEqualTo("1");
        try (MariaDbCluster own = MariaDbCluster.startForgetful("rome")) {
            MariaDbNode rome = own.replica("rome");
            own.master().execute("CREATE TABLE t (id INT)");
            for (int round = 1; round < 4; round++) {
                own.master().execute("INSERT INTO t VALUES (1)");
                own.awaitCaughtUp();
                rome.comeBackBehind(Duration.ofSeconds(30));
                assertThat(Integer.parseInt(rows(rome))).isLessThan(round);
                rome.replayDelay(Duration.ZERO);
                own.awaitCaughtUp();
                assertThat(rows(rome)).isEqualTo(Integer.toString(round));
            }
        }
    }

    @Test
    void aReplicaThatIsCutOffReconnects() {
        berlin.cutOff();
        insert();
        assertThat(rows(berlin)).isEqualTo("0");
        berlin.reconnect();
        cluster.awaitCaughtUp();
        assertThat(rows(berlin)).isEqualTo("1");
    }

    @Test
    void refusesWrongArguments() {
        assertThatThrownBy(() -> MariaDbCluster.start("a", "a"))
                .hasMessage("replica: a (expected: a name not used yet)");
        assertThatThrownBy(() -> cluster.replica("rome")).hasMessage("name: rome (expected: one of [berlin, paris])");
    }

    private static void insert() {
        master.execute("INSERT INTO t VALUES (1)");
    }

    private static String rows(MariaDbNode node) {
        return node.ask("SELECT count(*) FROM t");
    }
}
