package dev.facade.examples;

import dev.facade.test.PostgresNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The statements that reach the rows of each server, as the servers themselves log them. For one thread. */
final class Statements {

    private static final String LOGGED = "?options=-c%20log_statement=all%20-c%20log_parameter_max_length=0";
    /** The facade's own questions to a server, how far it is and what its tables are, are not the scene's. */
    private static final Pattern LINE =
            Pattern.compile("LOG: {2}execute [^:]+: ((?!.*\\bpg_)(?:select|insert|update|delete) .*)");

    private final List<PostgresNode> nodes;
    private int marks;

    Statements(List<PostgresNode> nodes) {
        this.nodes = nodes;
        forget();
    }

    /** The URL of this server for connections whose statements it logs. */
    static String url(PostgresNode node) {
        return node.url() + LOGGED;
    }

    /** The statements since the last call, server by server: a few, for a server shows the end of its log only. */
    List<Logged> take() {
        List<Logged> statements = nodes.stream().flatMap(this::sinceMark).toList();
        forget();
        return statements;
    }

    /** Listens from now on. */
    void forget() {
        marks++;
        for (PostgresNode node : nodes) {
            try (Connection connection = node.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("DO $$ BEGIN RAISE LOG '" + mark() + "'; END $$");
            } catch (SQLException failure) {
                throw new IllegalStateException(node.name() + ": its log cannot be marked", failure);
            }
        }
    }

    private Stream<Logged> sinceMark(PostgresNode node) {
        String log = node.log();
        int start = log.lastIndexOf(mark());
        if (start < 0) {
            throw new IllegalStateException(
                    node.name() + ": its log has no " + mark() + " (expected: fewer statements)");
        }
        return LINE.matcher(log.substring(start)).results().map(line -> new Logged(node.name(), line.group(1)));
    }

    private String mark() {
        return "mark " + marks + ".";
    }

    /** A statement, and the server that ran it. */
    record Logged(String server, String sql) {}
}
