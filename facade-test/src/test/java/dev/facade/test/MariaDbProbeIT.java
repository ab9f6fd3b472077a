package dev.facade.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.facade.cluster.Position;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import dev.facade.spi.ReplicationProbe;
import dev.facade.spi.ReplicationProbe.TableFacts;
import dev.facade.time.Ticker;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server of MariaDB tells of itself. */
@Timeout(120)
final class MariaDbProbeIT {

    private static MariaDbCluster cluster;
    private static MariaDbNode master;
    private static MariaDbNode berlin;

    @BeforeAll
    static void startCluster() {
        cluster = MariaDbCluster.start("berlin");
        master = cluster.master();
        berlin = cluster.replica("berlin");
        master.execute("CREATE TABLE t (id INT)");
        cluster.awaitCaughtUp();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @AfterEach
    void repair() {
        berlin.start();
        berlin.resumeReplay();
    }

    @Test
    void theMasterIsWhereItHasWritten() {
        Position before = sample(master).position();
        write();
        Sample sample = sample(master);
        assertThat(sample.role()).isEqualTo(Role.MASTER);
        assertThat(sample.position().covers(before)).isTrue();
        assertThat(before.covers(sample.position())).isFalse();
        assertThat(sample.position()).hasToString(master.written());
        assertThat(sample.endedNanos()).isGreaterThan(sample.begunNanos());
    }

    @Test
    void aReplicaIsWhereItHasReplayed() {
        berlin.pauseReplay();
        write();
        Position written = sample(master).position();
        Sample behind = sample(berlin);
        assertThat(behind.role()).isEqualTo(Role.REPLICA);
        assertThat(behind.position().comparable(written)).isTrue();
        assertThat(behind.position().covers(written)).isFalse();
        berlin.resumeReplay();
        cluster.awaitCaughtUp();
        assertThat(sample(berlin).position()).isEqualTo(written);
    }

    @Test
    void whoIsToldToFollowIsAReplicaEvenIfItCanWriteAndStandsStill() {
        berlin.execute("STOP SLAVE");
        assertThat(berlin.ask("SELECT @@global.read_only")).isEqualTo("0");
        assertThat(sample(berlin).role()).isEqualTo(Role.REPLICA);
        berlin.execute("START SLAVE");
        master.execute("SET GLOBAL read_only = 1");
        assertThat(sample(master).role()).isEqualTo(Role.MASTER);
        master.execute("SET GLOBAL read_only = 0");
    }

    @Test
    void eachStartIsAnotherRun() {
        Set<String> runs = new HashSet<>();
        for (int start = 0; start < 4; start++) {
            String run = sample(berlin).server();
            for (int again = 0; again < 20; again++) {
                assertThat(sample(berlin).server()).isEqualTo(run);
            }
            runs.add(run);
            berlin.kill();
            berlin.start();
        }
        assertThat(runs).hasSize(4);
    }

    @Test
    void anEmptyPositionIsNone() {
        try (MariaDbCluster empty = MariaDbCluster.start("rome")) {
            for (MariaDbNode node : Set.of(empty.master(), empty.replica("rome"))) {
                assertThatExceptionOfType(SQLException.class)
                        .isThrownBy(() -> asked(node, node.user()))
                        .withMessageContaining("no position yet");
            }
        }
    }

    @Test
    void aPromotedReplicaIsWhereItHadReplayedAndThenElsewhere() {
        try (MariaDbCluster own = MariaDbCluster.start("rome", "oslo")) {
            MariaDbNode rome = own.replica("rome");
            own.master().execute("CREATE TABLE t (id INT)");
            own.awaitCaughtUp();
            Position old = sample(own.master()).position();
            own.master().kill();
            rome.promote();
            Sample promoted = sample(rome);
            assertThat(promoted.role()).isEqualTo(Role.MASTER);
            assertThat(promoted.position()).isEqualTo(old);
            rome.execute("INSERT INTO t VALUES (1)");
            Position later = sample(rome).position();
            assertThat(later.comparable(old)).isFalse();
            assertThat(sample(own.replica("oslo")).position().covers(later)).isFalse();
        }
    }

    @Test
    void aReaderNeedsOnlyOnePrivilegeMore() throws SQLException {
        write();
        assertThat(asked(master, master.readerUser()).role()).isEqualTo(Role.MASTER);
        master.execute(
                "CREATE USER poor@'127.0.0.1' IDENTIFIED BY '" + master.password() + "'",
                "GRANT SELECT ON *.* TO poor@'127.0.0.1'");
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> asked(master, "poor"))
                .withMessageContaining("SLAVE MONITOR");
        master.execute("DROP USER poor@'127.0.0.1'");
    }

    @Test
    void whatIsKnownOfTables() throws SQLException {
        master.execute(
                "CREATE DATABASE one_two",
                "CREATE TABLE Plain (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2",
                "CREATE TABLE versioned (id INT) WITH SYSTEM VERSIONING",
                "CREATE TABLE parent (id INT PRIMARY KEY)",
                "CREATE TABLE child (id INT, FOREIGN KEY (id) REFERENCES parent (id) ON DELETE SET NULL)",
                "CREATE TABLE mother (id INT PRIMARY KEY)",
                "CREATE TABLE daughter (id INT, FOREIGN KEY (id) REFERENCES mother (id))",
                "CREATE TABLE copied (id INT)",
                "CREATE TRIGGER copy AFTER INSERT ON copied FOR EACH ROW INSERT INTO t VALUES (NEW.id)",
                "CREATE TABLE crashing (id INT) ENGINE = MyISAM",
                "CREATE VIEW shown AS SELECT * FROM t",
                "CREATE TABLE twice (id INT)",
                "CREATE VIEW one_two.twice AS SELECT * FROM facade.t",
                "CREATE TABLE one_two.other (id INT)");
        TableFacts facts = facts(master.user());
        assertThat(facts.writtenAlone())
                .contains("t", "facade.t", "plain", "facade.plain", "versioned", "child", "mother", "daughter")
                .contains("facade.twice", "one_two.other", "other")
                .doesNotContain("parent", "facade.parent", "copied", "crashing", "shown", "twice", "one_two.twice");
        assertThat(facts.readAlone())
                .contains("t", "plain", "versioned", "parent", "child", "copied", "facade.twice")
                .doesNotContain("crashing", "shown", "facade.shown", "twice", "one_two.twice", "global_priv");
    }

    /** Whoever may not make triggers does not see them, and must not take that for there being none. */
    @Test
    void whoMayNotSeeTriggersKnowsOfNoTableWhatIsWrittenWithIt() throws SQLException {
        master.execute(
                "CREATE DATABASE un_seen",
                "CREATE TABLE un_seen.copied (id INT)",
                "CREATE TABLE un_seen.plain (id INT)",
                "CREATE TRIGGER un_seen.copy AFTER INSERT ON un_seen.copied"
                        + " FOR EACH ROW INSERT INTO un_seen.plain VALUES (NEW.id)",
                "CREATE TABLE un_seen.parent (id INT PRIMARY KEY)",
                "CREATE TABLE un_seen.child (id INT,"
                        + " FOREIGN KEY (id) REFERENCES un_seen.parent (id) ON UPDATE CASCADE)",
                "CREATE USER clerk@'127.0.0.1' IDENTIFIED BY '" + master.password() + "'",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON `un\\_seen`.* TO clerk@'127.0.0.1'");
        TableFacts facts = facts("clerk");
        assertThat(facts.readAlone()).contains("un_seen.copied", "un_seen.plain");
        assertThat(facts.writtenAlone()).isEmpty();
        master.execute("GRANT TRIGGER ON `un\\_seen`.* TO clerk@'127.0.0.1'");
        assertThat(facts("clerk").writtenAlone())
                .contains("un_seen.plain", "un_seen.child")
                .doesNotContain("un_seen.copied", "un_seen.parent");
        master.execute("GRANT SELECT ON facade.* TO clerk@'127.0.0.1'");
        assertThat(facts("clerk").writtenAlone())
                .as("a cascade from there would not be shown")
                .isEmpty();
        master.execute("DROP USER clerk@'127.0.0.1'", "DROP DATABASE un_seen");
    }

    private static TableFacts facts(String user) throws SQLException {
        String url = master.directUrl().replaceFirst("facade$", "");
        try (Connection connection = DriverManager.getConnection(url, user, master.password())) {
            return ReplicationProbe.mariadb().tables(connection);
        }
    }

    /** Nobody sees on a replica what its position does not have, or misses what it has. */
    @Test
    void whatAPositionHasCanBeSeen() throws SQLException, InterruptedException {
        Thread writer = new Thread(() -> {
            for (int i = 0; i < 300; i++) {
                write();
            }
        });
        writer.start();
        try (Connection there = master.connect();
                Connection here = berlin.connect()) {
            for (int round = 0; round < 300; round++) {
                long committed = rows(there);
                Position position = ReplicationProbe.mariadb()
                        .sample(there, Ticker.system())
                        .position();
                await().pollInterval(Duration.ofMillis(1))
                        .until(() -> ReplicationProbe.mariadb()
                                .sample(here, Ticker.system())
                                .position()
                                .covers(position));
                assertThat(rows(here)).isGreaterThanOrEqualTo(committed);
            }
        }
        writer.join();
    }

    @Test
    void aSampleIsOneRoundTrip() throws SQLException {
        write();
        try (Connection connection = DriverManager.getConnection(master.url(), master.user(), master.password())) {
            ReplicationProbe.mariadb().sample(connection, Ticker.system());
            long before = master.link().roundTrips();
            ReplicationProbe.mariadb().sample(connection, Ticker.system());
            assertThat(master.link().roundTrips()).isEqualTo(before + 1);
        }
    }

    private static long rows(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM t")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void write() {
        master.execute("INSERT INTO t VALUES (1)");
    }

    private static Sample sample(MariaDbNode node) {
        try {
            return asked(node, node.user());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Sample asked(MariaDbNode node, String user) throws SQLException {
        try (Connection connection = DriverManager.getConnection(node.directUrl(), user, node.password())) {
            return ReplicationProbe.mariadb().sample(connection, Ticker.system());
        }
    }
}
