package dev.facade.test;

import dev.facade.test.history.FaultyNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/**
 * A server of a {@link PostgresCluster}, and everything that can happen to it.
 *
 * <p>Thread-safe. It keeps its ports over {@link #stop()}, {@link #kill()} and {@link #start()}. Methods return when the
 * change has happened; if it does not within a few seconds they throw {@link IllegalStateException} with the end of the
 * server's log.
 */
public final class PostgresNode implements FaultyNode {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final String name;
    private final String database;
    private final String password;
    private final Server server;
    private final Relay link;
    private final @Nullable Relay replicationLink;

    PostgresNode(
            String name, String database, String password, Server server, Relay link, @Nullable Relay replicationLink) {
        this.name = name;
        this.database = database;
        this.password = password;
        this.server = server;
        this.link = link;
        this.replicationLink = replicationLink;
    }

    /**
     * The name that was given to the builder; {@code master} for the master. A replica reports it as
     * {@code application_name} in {@code pg_stat_replication}.
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
        return url(link.port(), database);
    }

    /**
     * The JDBC URL past {@link #link()}. Without query parameters.
     *
     * @return the URL
     */
    public String directUrl() {
        return url(server.port(), database);
    }

    /**
     * A superuser.
     *
     * @return the name of the user
     */
    public String user() {
        return PostgresTemplate.SUPERUSER;
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
     * A user who may read every table and write none.
     *
     * @return the name of the user
     */
    public String readerUser() {
        return PostgresTemplate.READER;
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

    /**
     * Stops the server in good order and disconnects its clients. Does nothing if it is stopped. A frozen server is
     * thawed first; one that a replica holds up for more than five seconds is stopped at once.
     */
    public void stop() {
        server.stop();
    }

    /** Kills the server and all its processes (SIGKILL). Does nothing if it is stopped. */
    @Override
    public void kill() {
        server.kill();
    }

    /** Starts the server on its old port and waits until it accepts connections. Does nothing if it is running. */
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
     * Halts all processes of the server where they are (SIGSTOP): connections stay open, new ones are accepted by the
     * system, nothing is answered.
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
        execute("SELECT pg_wal_replay_pause()");
        awaitAnswer("SELECT pg_get_wal_replay_pause_state()", "paused");
    }

    /** Lets the replay of the log go on. Does nothing if it is not paused. */
    @Override
    public void resumeReplay() {
        expectReplica();
        execute("SELECT pg_wal_replay_resume()");
    }

    /**
     * Replays each commit no earlier than this after it happened on the master ({@code recovery_min_apply_delay}).
     *
     * @param delay in whole milliseconds; {@link Duration#ZERO}, which is the default, means none
     */
    @Override
    public void replayDelay(Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay: " + delay + " (expected: >= 0)");
        }
        expectReplica();
        execute("ALTER SYSTEM SET recovery_min_apply_delay = " + delay.toMillis(), "SELECT pg_reload_conf()");
        awaitAnswer(
                "SELECT setting FROM pg_settings WHERE name = 'recovery_min_apply_delay'",
                Long.toString(delay.toMillis()));
    }

    /** Refuses the replica's connections to the master, and resets those that are open. */
    @Override
    public void cutOff() {
        replicationLink().refuse();
    }

    /** Lets the replica connect to the master. */
    @Override
    public void reconnect() {
        replicationLink().heal();
    }

    /**
     * Kills this replica and starts it again so that it is behind its own past: what was committed on the master this long
     * ago or later is there again only when that time is over, or when {@link #replayDelay} is set anew.
     *
     * <p>A standby replays anew from its last restartpoint; what delays that here is {@code recovery_min_apply_delay},
     * where in earnest it is the amount.
     *
     * @param past in whole milliseconds
     */
    @Override
    public void comeBackBehind(Duration past) {
        expectReplica();
        execute("ALTER SYSTEM SET recovery_min_apply_delay = " + past.toMillis());
        kill();
        start();
    }

    /**
     * Makes this replica a master of its own ({@code pg_promote}) and waits until it accepts writes. The other nodes are
     * not told.
     */
    public void promote() {
        expectReplica();
        execute("SELECT pg_promote(true, " + LIMIT.toSeconds() + ")");
        awaitAnswer("SELECT pg_is_in_recovery()", "f");
    }

    /**
     * Makes this node follow another one, as after a failover. A running replica is led to it, and goes on with its data if
     * they are no further than the promotion was; any other server is killed and started as a replica with a fresh copy of
     * the other's data, which takes about half a second.
     *
     * @param source the running master
     * @throws UnsupportedOperationException if a copy is needed, and the servers run in containers
     */
    public void follow(PostgresNode source) {
        if (replicationLink != null && isRunning() && isInRecovery()) {
            replicationLink.retarget(source.server.port());
            replicationLink.cut();
            return;
        }
        if (!(server instanceof LocalServer here) || !(source.server instanceof LocalServer there)) {
            throw new UnsupportedOperationException(name + ": in a container (expected: a server of this machine)");
        }
        kill();
        try (Connection connection = source.connectImpatiently()) {
            new BaseCopy(there.data(), here.data()).run(connection);
        } catch (SQLException e) {
            throw failure(e);
        }
        int port = source.server.port();
        if (replicationLink != null) {
            replicationLink.retarget(port);
            port = replicationLink.port();
        }
        new DataFolder(here.data()).follow(name, port, user(), password);
        start();
    }

    private boolean isInRecovery() {
        try (Connection connection = connectImpatiently()) {
            return "t".equals(answer(connection, "SELECT pg_is_in_recovery()"));
        } catch (SQLException e) {
            throw failure(e);
        }
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
        return "PostgresNode[" + name + ", " + url() + ", " + directUrl() + "]";
    }

    Server server() {
        return server;
    }

    String database() {
        return database;
    }

    /**
     * Opens a connection that gives up when the server does not answer, to the database that every server has from the
     * beginning.
     */
    Connection connectImpatiently() throws SQLException {
        return connectImpatiently("postgres");
    }

    private Connection connectImpatiently(String toDatabase) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user());
        properties.setProperty("password", password);
        properties.setProperty("loginTimeout", Long.toString(LIMIT.toSeconds()));
        properties.setProperty("socketTimeout", Long.toString(LIMIT.toSeconds()));
        return DriverManager.getConnection(url(server.port(), toDatabase), properties);
    }

    /** The single value that a query answers, as text. */
    static @Nullable String answer(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    static LogSequenceNumber position(Connection connection, String query) throws SQLException {
        String position = answer(connection, query);
        return position == null ? LogSequenceNumber.INVALID_LSN : LogSequenceNumber.valueOf(position);
    }

    private void execute(String... statements) {
        executeIn("postgres", statements);
    }

    void executeIn(String inDatabase, String... statements) {
        try (Connection connection = connectImpatiently(inDatabase);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private void awaitAnswer(String query, String expected) {
        try (Connection connection = connectImpatiently()) {
            Await.until(
                    LIMIT,
                    () -> expected.equals(answer(connection, query)),
                    () -> name + ": " + query + " (expected: " + expected + "); its log ends with\n" + log());
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private void expectReplica() {
        if (!isRunning()) {
            throw new IllegalStateException(name + ": stopped (expected: running)");
        }
        try (Connection connection = connectImpatiently()) {
            if (!"t".equals(answer(connection, "SELECT pg_is_in_recovery()"))) {
                throw new IllegalStateException(name + ": a master (expected: a replica)");
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private IllegalStateException failure(SQLException e) {
        return new IllegalStateException(name + ": " + e.getMessage() + "; its log ends with\n" + log(), e);
    }

    private static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }
}
