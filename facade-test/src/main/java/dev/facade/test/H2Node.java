package dev.facade.test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/**
 * An H2 database in memory that knows its name, as a node for quick tests.
 *
 * <p>{@code SELECT name FROM node_name} tells which database answers. Thread-safe. Each node is a database of its own:
 * nothing is replicated between them.
 */
public final class H2Node implements AutoCloseable {

    private static final String USER = "facade";
    private static final String READER = "facade_reader";
    private static final String PASSWORD = "facade";

    private final String name;
    private final String url;

    private H2Node(String name) {
        this.name = name;
        // IFEXISTS: else a connection to a database that is down would silently make a new, empty one.
        this.url = "jdbc:h2:mem:" + UUID.randomUUID() + "-" + name + ";IFEXISTS=TRUE";
    }

    /**
     * Opens a fresh database.
     *
     * @param name its name: letters, digits, {@code -} and {@code _}
     * @return the node, to be closed by the caller
     */
    public static H2Node named(String name) {
        if (!name.matches("[A-Za-z0-9_-]+")) {
            throw new IllegalArgumentException("name: " + name + " (expected: letters, digits, - and _)");
        }
        H2Node node = new H2Node(name);
        node.create();
        return node;
    }

    /**
     * The node's name.
     *
     * @return the name, as the view {@code node_name} tells it
     */
    public String name() {
        return name;
    }

    /**
     * The JDBC URL.
     *
     * @return the URL, which never creates a database
     */
    public String url() {
        return url;
    }

    /**
     * An administrator.
     *
     * @return the name of the user
     */
    public String user() {
        return USER;
    }

    /**
     * The password of {@link #user()}.
     *
     * @return the password
     */
    public String password() {
        return PASSWORD;
    }

    /**
     * A user who may read the schema {@code PUBLIC} and write nothing.
     *
     * @return the name of the user
     */
    public String readerUser() {
        return READER;
    }

    /**
     * The password of {@link #readerUser()}.
     *
     * @return the password
     */
    public String readerPassword() {
        return PASSWORD;
    }

    /**
     * Opens a connection of {@link #user()}.
     *
     * @return the connection
     * @throws SQLException if the node is down
     */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url, USER, PASSWORD);
    }

    /**
     * Runs statements as {@link #user()}, one after the other, each committed.
     *
     * @param statements any SQL
     * @throws IllegalStateException if one fails; names it
     */
    public void execute(String... statements) {
        for (String sql : statements) {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(name + ": " + sql + ": " + e.getMessage(), e);
            }
        }
    }

    /**
     * Ends the database at once, as a crash would: every statement on an open connection and every further connection
     * attempt fails, and the data is gone. Does nothing if the node is down.
     */
    public void down() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            // H2 waits for idle connections to leave, for twice this time.
            statement.execute("SET DEFAULT_LOCK_TIMEOUT 0");
            statement.execute("SHUTDOWN IMMEDIATELY");
        } catch (SQLException e) {
            // Down already, or the connection noticed that it was closed from below: either is what was asked for.
        }
    }

    /** Ends the database and frees its memory. Closing twice does nothing. */
    @Override
    public void close() {
        down();
    }

    @Override
    public String toString() {
        return "H2Node[" + name + "]";
    }

    private void create() {
        String creating = url.replace(";IFEXISTS=TRUE", "");
        try (Connection connection = DriverManager.getConnection(creating, USER, PASSWORD);
                Statement statement = connection.createStatement()) {
            // Not in the URL: there it would take administrator's rights to connect.
            statement.execute("SET DB_CLOSE_DELAY -1");
            statement.execute("CREATE USER " + READER + " PASSWORD '" + PASSWORD + "'");
            statement.execute("GRANT SELECT ON SCHEMA PUBLIC TO " + READER);
            statement.execute("CREATE VIEW node_name AS SELECT '" + name + "' AS name");
        } catch (SQLException e) {
            throw new IllegalStateException(name + ": cannot be created: " + e.getMessage(), e);
        }
    }
}
