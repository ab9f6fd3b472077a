package dev.facade.spi;

import dev.facade.cluster.Position;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import dev.facade.spi.ReplicationProbe.TableFacts;
import dev.facade.time.Ticker;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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

    private static final String TRIGGERS_ARE_SHOWN =
            "privilege_type = 'TRIGGER' and grantee = replace(quote(current_user()), '@', quote('@'))";

    private static final String OF_THE_SYSTEM = "('mysql', 'sys', 'information_schema', 'performance_schema')";

    /**
     * InnoDB's tables only: those of other engines are not transactional, or show the rows of other tables or servers.
     *
     * <p>Triggers are shown to those who may make them and hidden from others, and so are foreign keys of tables that
     * one may only read. So what else is written with a table is known if the user may make triggers in all schemas that
     * it sees; the right must be its own, since those of roles are not shown.
     */
    private static final String TABLES = "select t.table_schema, t.table_name, t.engine = 'InnoDB' as read_alone,"
            + " t.engine = 'InnoDB' and me.sees_all and (t.table_schema, t.table_name) not in ("
            + " select event_object_schema, event_object_table from information_schema.triggers)"
            + " and (t.table_schema, t.table_name) not in ("
            + " select unique_constraint_schema, referenced_table_name from information_schema.referential_constraints"
            + " where delete_rule not in ('RESTRICT', 'NO ACTION') or update_rule not in ('RESTRICT', 'NO ACTION'))"
            + " as written_alone from information_schema.tables t, (select"
            + " exists (select 1 from information_schema.user_privileges where " + TRIGGERS_ARE_SHOWN + ")"
            + " or not exists (select 1 from information_schema.schemata where schema_name not in " + OF_THE_SYSTEM
            + " and schema_name not in (select replace(table_schema, char(92 using utf8mb4), '')"
            + " from information_schema.schema_privileges where " + TRIGGERS_ARE_SHOWN + ")) as sees_all) me"
            + " where t.table_schema not in " + OF_THE_SYSTEM;

    private static final int TABLES_SECONDS = 5;
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

    @Override
    public TableFacts tables(Connection connection) throws SQLException {
        Map<String, Boolean> readAlone = new HashMap<>();
        Map<String, Boolean> writtenAlone = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(TABLES_SECONDS);
            try (ResultSet rows = statement.executeQuery(TABLES)) {
                while (rows.next()) {
                    add(rows.getString(2), rows, readAlone, writtenAlone);
                    add(rows.getString(1) + "." + rows.getString(2), rows, readAlone, writtenAlone);
                }
            }
        }
        return new TableFacts(names(readAlone), names(writtenAlone));
    }

    /** A name that several tables have says what is true of all of them. */
    private static void add(
            String name, ResultSet row, Map<String, Boolean> readAlone, Map<String, Boolean> writtenAlone)
            throws SQLException {
        String lower = name.toLowerCase(Locale.ROOT);
        readAlone.merge(lower, row.getBoolean(3), Boolean::logicalAnd);
        writtenAlone.merge(lower, row.getBoolean(4), Boolean::logicalAnd);
    }

    private static Set<String> names(Map<String, Boolean> facts) {
        return facts.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
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
