package dev.facade.examples;

import dev.facade.test.PostgresNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The countries updated on each server, as the servers themselves count them. For one thread. */
final class RowsUpdated {

    private static final String QUERY = "SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'country'";
    private static final double LIMIT_SECONDS = 5;

    private final Map<PostgresNode, Long> before;

    private RowsUpdated(Map<PostgresNode, Long> before) {
        this.before = before;
    }

    static RowsUpdated until(List<PostgresNode> nodes) {
        return new RowsUpdated(counts(nodes));
    }

    /**
     * The rows that were added since; a server process reports when its connection ends, so the last report may be due
     * still.
     */
    Tally since(long expected) {
        List<PostgresNode> nodes = List.copyOf(before.keySet());
        Stopwatch watch = Stopwatch.started();
        Tally added = added(nodes);
        while (added.total() < expected && watch.seconds() < LIMIT_SECONDS) {
            Pause.millis(10);
            added = added(nodes);
        }
        return added;
    }

    private Tally added(List<PostgresNode> nodes) {
        Tally added = new Tally();
        counts(nodes).forEach((node, count) -> added.add(node.name(), count - before.getOrDefault(node, 0L)));
        return added;
    }

    private static Map<PostgresNode, Long> counts(List<PostgresNode> nodes) {
        Map<PostgresNode, Long> counts = new LinkedHashMap<>();
        for (PostgresNode node : nodes) {
            try (Connection connection = node.connect();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(QUERY)) {
                counts.put(node, rows.next() ? rows.getLong(1) : 0);
            } catch (SQLException failure) {
                throw new IllegalStateException(node.name() + ": cannot be asked for its counts", failure);
            }
        }
        return counts;
    }
}
