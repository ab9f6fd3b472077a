package dev.facade.consistency;

import dev.facade.cluster.Position;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import dev.facade.time.Ticker;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * MariaDB's positions; see "Global Transaction ID" and "SHOW REPLICA STATUS" of its manual.
 *
 * <p>A server is a replica if it has been told to follow one, whether its threads run or not. {@code read_only} proves
 * nothing: nobody must set it, and on a master it may be set for an hour. A master that follows another server itself is
 * a replica here, so that less is promised rather than more.
 *
 * <p>The master's position is that of its binary log, which a transaction of InnoDB enters before anybody can see it,
 * and what it had applied before it was promoted. A replica's is what it has applied, which is noted after the commit.
 *
 * <p>No variable names a server's run. The moment of its start does, taken from one clock reading so that it never
 * wavers, together with the end of its UUIDs, which is drawn anew at each start.
 */
enum MariaDbProbe implements ReplicationProbe {
    INSTANCE;

    /** One compound statement, since only a command of its own tells whom a server follows. */
    private static final String SQL = "begin not atomic"
            + " select @@global.gtid_slave_pos, @@global.gtid_binlog_pos, @@global.log_bin,"
            + " concat(@@global.server_id, '@', unix_timestamp() - variable_value, '/', right(uuid(), 17))"
            + " from information_schema.global_status where variable_name = 'UPTIME';"
            + " show all slaves status;"
            + " end";

    private static final String CANNOT_TELL = "57P03";

    @Override
    public Sample sample(Connection connection, Ticker ticker) throws SQLException {
        long begun = ticker.nanos();
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            String applied;
            String written;
            String server;
            boolean logs;
            try (ResultSet row = first(statement)) {
                row.next();
                applied = text(row, 1);
                written = text(row, 2);
                logs = row.getBoolean(3);
                server = text(row, 4);
            }
            Role role = follows(statement) ? Role.REPLICA : Role.MASTER;
            if (role == Role.MASTER && !logs) {
                throw new SQLException("log_bin: off on a master (expected: on)", CANNOT_TELL);
            }
            Position position = position(role == Role.MASTER ? union(applied, written) : applied);
            return new Sample(role, position, server, begun, ticker.nanos());
        }
    }

    private static ResultSet first(Statement statement) throws SQLException {
        if (!statement.execute(SQL)) {
            throw new SQLException("the server tells nothing", CANNOT_TELL);
        }
        return statement.getResultSet();
    }

    private static boolean follows(Statement statement) throws SQLException {
        if (!statement.getMoreResults()) {
            throw new SQLException("the server does not tell whom it follows", CANNOT_TELL);
        }
        try (ResultSet sources = statement.getResultSet()) {
            return sources.next();
        }
    }

    private static String text(ResultSet row, int column) throws SQLException {
        String text = row.getString(column);
        return text == null ? "" : text;
    }

    /** What has been applied, then what was written: the higher sequence number of each domain counts. */
    private static String union(String applied, String written) {
        return applied.isEmpty() || written.isEmpty() ? applied + written : applied + "," + written;
    }

    private static Position position(String gtids) throws SQLException {
        if (gtids.isEmpty()) {
            throw new SQLException("the server has no position yet", CANNOT_TELL);
        }
        try {
            return Position.ofMariaDb(gtids);
        } catch (IllegalArgumentException unreadable) {
            throw new SQLException(unreadable.getMessage(), CANNOT_TELL, unreadable);
        }
    }
}
