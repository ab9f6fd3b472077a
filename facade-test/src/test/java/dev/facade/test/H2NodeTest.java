package dev.facade.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class H2NodeTest {

    private final H2Node berlin = H2Node.named("berlin");

    @AfterEach
    void close() {
        berlin.close();
    }

    @Test
    void knowsItsName() throws SQLException {
        try (H2Node paris = H2Node.named("paris");
                Connection toBerlin = berlin.connect();
                Connection toParis = paris.connect()) {
            assertThat(answer(toBerlin, "SELECT name FROM node_name")).isEqualTo("berlin");
            assertThat(answer(toParis, "SELECT name FROM node_name")).isEqualTo("paris");
        }
    }

    @Test
    void nodesOfTheSameNameAreDifferentDatabases() throws SQLException {
        berlin.execute("CREATE TABLE t (id INT)");
        try (H2Node other = H2Node.named("berlin")) {
            assertThatThrownBy(() -> other.execute("SELECT * FROM t")).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void readerReadsTablesMadeLaterAndWritesNothing() throws SQLException {
        berlin.execute("CREATE TABLE t (id INT)", "INSERT INTO t VALUES (7)");
        try (Connection reader = asReader()) {
            assertThat(answer(reader, "SELECT id FROM t")).isEqualTo("7");
            assertThat(answer(reader, "SELECT name FROM node_name")).isEqualTo("berlin");
            for (String write : new String[] {
                "INSERT INTO t VALUES (8)", "UPDATE t SET id = 8", "DELETE FROM t", "CREATE TABLE u (id INT)"
            }) {
                assertThat(catchThrowableOfType(SQLException.class, () -> run(reader, write))
                                .getSQLState())
                        .isEqualTo("90096");
            }
        }
    }

    @Test
    void downEndsOpenConnectionsAndRefusesNewOnes() throws SQLException {
        try (Connection connection = berlin.connect()) {
            berlin.down();
            berlin.down();
            SQLException used = catchThrowableOfType(SQLException.class, () -> run(connection, "SELECT 1"));
            assertThat(used.getSQLState()).isEqualTo("90121");
        }
        SQLException refused = catchThrowableOfType(SQLException.class, berlin::connect);
        assertThat(refused.getSQLState()).isEqualTo("90146");
        SQLException readerRefused = catchThrowableOfType(SQLException.class, this::asReader);
        assertThat(readerRefused.getSQLState()).isEqualTo("90146");
    }

    @Test
    void refusesNamesThatAreNoIdentifiers() {
        assertThatThrownBy(() -> H2Node.named("a;b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name: a;b (expected: letters, digits, - and _)");
    }

    private Connection asReader() throws SQLException {
        return DriverManager.getConnection(berlin.url(), berlin.readerUser(), berlin.readerPassword());
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String answer(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
