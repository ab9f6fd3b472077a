package dev.facade.test;

import dev.facade.test.history.FaultyNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A server of a {@link MariaDbCluster}, and everything that can happen to it.
 *
 * <p>Thread-safe. It keeps its ports over {@link #stop()}, {@link #kill()} and {@link #start()}. Methods return when the
 * change has happened; if it does not within a few seconds they throw {@link IllegalStateException} with the end of the
 * server's log.
 */
public final class MariaDbNode implements FaultyNode {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration CATCH_UP_LIMIT = Duration.ofSeconds(60);

    private final String name;
    private final String password;
    private final Server server;
    private final Relay link;
    private final @Nullable Relay replicationLink;

    MariaDbNode(String name, String password, Server server, Relay link, @Nullable Relay replicationLink) {
        this.name = name;
        this.password = password;
        this.server = server;
        this.link = link;
        this.replicationLink = replicationLink;
    }

    /**
     * The name of a replica that was given at the start; {@code master} for the master.
     *
     * @return the name
     */
    @Override
    public String name() {
        return name;
    }

    /**
     * The JDBC URL for applications, which leads through {@link #link()}. Without query parameters.
     *
     * @return the URL
     */
    public String url() {
        return url(link.port());
    }

    /**
     * The JDBC URL past {@link #link()}. Without query parameters.
     *
     * @return the URL
     */
    public String directUrl() {
        return url(server.port());
    }

    /**
     * A user with all privileges.
     *
     * @return the name of the user
     */
    public String user() {
        return MariaDbTemplate.SUPERUSER;
    }

    /**
     * The password of {@link #user()}.
     *
     * @return the password
     */
    public String password() {
        return password;
    }

    /**
     * A user who may read every table and write none, and may ask whom the server follows.
     *
     * @return the name of the user
     */
    public String readerUser() {
        return MariaDbTemplate.READER;
    }

    /**
     * The password of {@link #readerUser()}.
     *
     * @return the password
     */
    public String readerPassword() {
        return password;
    }

    /**
     * Opens a connection of {@link #user()} over {@link #directUrl()}.
     *
     * @return the connection
     * @throws SQLException if there is none to be had
     */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(directUrl(), user(), password);
    }

    /**
     * The link between applications and this node.
     *
     * @return the relay behind {@link #url()}
     */
    public Relay link() {
        return link;
    }

    /**
     * The link through which this replica receives the master's log.
     *
     * @return the relay
     * @throws IllegalStateException on the master, which has none
     */
    public Relay replicationLink() {
        if (replicationLink == null) {
            throw new IllegalStateException("node: " + name + " (expected: a replica)");
        }
        return replicationLink;
    }

    /** Stops the server in good order and disconnects its clients. Does nothing if it is stopped. */
    public void stop() {
        server.stop();
    }

    /** Kills the server (SIGKILL). Does nothing if it is stopped. */
    @Override
    public void kill() {
        server.kill();
    }

    /**
     * Starts the server on its old port and waits until it accepts connections; a replica replays again, even if its
     * replay was paused. Does nothing if it is running.
     */
    @Override
    public void start() {
        server.start();
    }

    /** Stops and starts the server. */
    public void restart() {
        stop();
        start();
    }

    /**
     * Halts the server where it is (SIGSTOP): connections stay open, new ones are accepted by the system, nothing is
     * answered.
     *
     * @throws IllegalStateException if the server is stopped
     */
    public void freeze() {
        server.freeze();
    }

    /** Lets a frozen server go on (SIGCONT). Does nothing if it is not frozen. */
    public void thaw() {
        server.thaw();
    }

    /** Halts the replay of the log on this replica, which goes on receiving it: readers see the past. */
    @Override
    public void pauseReplay() {
        expectReplica();
        execute("STOP SLAVE SQL_THREAD");
    }

    /** Lets the replay of the log go on. Does nothing if it is not paused. */
    @Override
    public void resumeReplay() {
        expectReplica();
        execute("START SLAVE SQL_THREAD");
    }

    /**
     * Lets this replica receive each commit no earlier than this after it happened on the master; what it has received
     * it replays at once. MariaDB's own delay knows whole seconds only, so the link is what is slow.
     *
     * @param delay {@link Duration#ZERO}, which is the default, means none
     */
    @Override
    public void replayDelay(Duration delay) {
        replicationLink().delay(delay);
    }

    /** Refuses the replica's connections to the master, and resets those that are open. */
    @Override
    public void cutOff() {
        replicationLink().refuse();
    }

    /** Lets the replica connect to the master, which it tries once a second. */
    @Override
    public void reconnect() {
        replicationLink().heal();
    }

    /** Flushes what this node has committed, so that it outlives {@link #kill()} also where that is not so by itself. */
    public void flush() {
        execute("FLUSH ENGINE LOGS");
    }

    /**
     * Kills this replica of {@link MariaDbCluster#startForgetful} and starts it again: what it had replayed since it
     * flushed last is lost, together with its position. It receives that again when {@link #replayDelay} is set anew, or
     * slowly.
     *
     * @param past how late the link is until then
     * @throws IllegalStateException if it is not behind its own past, since it had flushed all of that: any replica of
     *     {@link MariaDbCluster#start} has
     */
    @Override
    public void comeBackBehind(Duration past) {
        expectReplica();
        String before = replayed();
        replayDelay(past);
        kill();
        start();
        if (replayed().equals(before)) {
            throw new IllegalStateException(
                    name + ": at " + before + " as before (expected: behind, so a replica of startForgetful)");
        }
    }

    /** Makes this replica follow nobody, so that it is a master of its own. The other nodes are not told. */
    public void promote() {
        expectReplica();
        execute("STOP SLAVE", "RESET SLAVE ALL");
    }

    /**
     * Tells whether there is a server process; a frozen one counts.
     *
     * @return whether the server runs
     */
    @Override
    public boolean isRunning() {
        return server.isRunning();
    }

    /**
     * The last lines of the server's log.
     *
     * @return the lines, empty if there are none
     */
    public String log() {
        return server.log();
    }

    @Override
    public String toString() {
        return "MariaDbNode[" + name + ", " + url() + ", " + directUrl() + "]";
    }

    Server server() {
        return server;
    }

    /** Follows the master from its first transaction on. */
    void follow() {
        execute(
                "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = "
                        + replicationLink().port()
                        + ", MASTER_USER = '" + user() + "', MASTER_PASSWORD = '" + password
                        + "', MASTER_SSL = 0, MASTER_CONNECT_RETRY = 1, MASTER_USE_GTID = slave_pos",
                "START SLAVE");
    }

    /** Everything that this master has written, as GTIDs. */
    String written() {
        if (!isRunning()) {
            throw new IllegalStateException(name + ": stopped (expected: running)");
        }
        return ask("SELECT @@global.gtid_binlog_pos");
    }

    /** Waits until this replica has replayed so much, unless it is stopped or promoted. */
    void awaitReplayed(String gtids, MariaDbNode master) {
        if (!isRunning() || !isReplica()) {
            return;
        }
        if (!"0".equals(ask("SELECT MASTER_GTID_WAIT('" + gtids + "', " + CATCH_UP_LIMIT.toSeconds() + ")"))) {
            throw new IllegalStateException(name + ": behind (expected: to have replayed " + gtids + " within "
                    + CATCH_UP_LIMIT + "); its log ends with\n" + log() + "\nthe master's log ends with\n"
                    + master.log());
        }
    }

    private String replayed() {
        return ask("SELECT @@global.gtid_slave_pos");
    }

    private boolean isReplica() {
        return !ask("SHOW ALL SLAVES STATUS").isEmpty();
    }

    private void expectReplica() {
        if (!isRunning()) {
            throw new IllegalStateException(name + ": stopped (expected: running)");
        }
        if (replicationLink == null || !isReplica()) {
            throw new IllegalStateException(name + ": a master (expected: a replica)");
        }
    }

    void execute(String... statements) {
        try (Connection connection = connectImpatiently();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** The row that a query answers, as text with bars; empty if there is none. */
    String ask(String query) {
        try (Connection connection = connectImpatiently();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            StringBuilder text = new StringBuilder();
            if (rows.next()) {
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    text.append(column == 1 ? "" : "|").append(rows.getString(column));
                }
            }
            return text.toString();
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private Connection connectImpatiently() throws SQLException {
        String limits = "?connectTimeout=" + LIMIT.toMillis() + "&socketTimeout="
                + CATCH_UP_LIMIT.plus(LIMIT).toMillis();
        return DriverManager.getConnection(directUrl() + limits, user(), password);
    }

    private IllegalStateException failure(SQLException e) {
        return new IllegalStateException(name + ": " + e.getMessage() + "; its log ends with\n" + log(), e);
    }

    static String url(int port) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + MariaDbTemplate.DATABASE;
    }
}
