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
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's positions. The master's is where the next record will be inserted, since what is committed with {@code
 * synchronous_commit} off is visible before it is flushed; see "Backup Control Functions" and "Recovery Information
 * Functions" of PostgreSQL's manual.
 */
enum PostgresProbe implements ReplicationProbe {
    INSTANCE;

    private static final String SQL = "select pg_is_in_recovery(),"
            + " case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end"
            + " - '0/0'::pg_lsn,"
            + " case when pg_is_in_recovery()"
            + " then coalesce((select received_tli from pg_stat_wal_receiver), c.timeline_id)"
            + " else ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int end,"
            + " s.system_identifier, extract(epoch from pg_postmaster_start_time())::text,"
            + " case when not pg_is_in_recovery() then pg_last_wal_replay_lsn() end - '0/0'::pg_lsn"
            + " from pg_control_system() s, pg_control_checkpoint() c";

    /**
     * What is visible on a standby can be one record ahead of what it has replayed, since a commit is shown before its
     * record counts as replayed; it is not ahead of what has been received, unless that comes from an archive.
     */
    private static final String SHOWN = "select case when not pg_is_in_recovery() then pg_current_wal_insert_lsn()"
            + " when pg_last_wal_receive_lsn() >= pg_last_wal_replay_lsn() then pg_last_wal_receive_lsn() end"
            + " - '0/0'::pg_lsn, s.system_identifier, extract(epoch from pg_postmaster_start_time())::text,"
            + " pg_is_in_recovery() from pg_control_system() s";

    /**
     * A position that is asked for inside of a snapshot may be later than that, so it is asked for before: in a
     * transaction that ends in the same round trip.
     */
    private static final String VIEW = SQL + "; commit; begin isolation level repeatable read, read only; " + SHOWN;

    /** Tables by their names with and without a schema; a name that several have says what is true of all of them. */
    private static final String TABLES = "with recursive parts (root, part) as ("
            + " select inhparent, inhrelid from pg_inherits"
            + " union select p.root, i.inhrelid from parts p join pg_inherits i on i.inhparent = p.part),"
            + " facts as (select c.oid, n.nspname, c.relname,"
            + " c.relkind in ('r', 'p') and not c.relrowsecurity"
            + " and not exists (select from pg_inherits i where i.inhrelid = c.oid) as read_alone,"
            + " c.relkind in ('r', 'p')"
            + " and not exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal)"
            + " and not exists (select from pg_rewrite r where r.ev_class = c.oid)"
            + " and not exists (select from pg_constraint f where f.confrelid = c.oid and f.contype = 'f'"
            + " and (f.confdeltype in ('c', 'n', 'd') or f.confupdtype in ('c', 'n', 'd'))) as acts_alone,"
            + " exists (select from pg_inherits i where i.inhrelid = c.oid) as is_part"
            + " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            + " where c.relkind in ('r', 'p', 'v', 'm', 'f')"
            + " and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%'),"
            + " whole as (select f.nspname, f.relname, f.read_alone, f.acts_alone and not f.is_part and not exists ("
            + " select from parts p join facts o on o.oid = p.part"
            + " where p.root = f.oid and not o.acts_alone) as written_alone from facts f)"
            + " select lower(name), bool_and(read_alone), bool_and(written_alone) from whole,"
            + " lateral (values (relname::text), (nspname || '.' || relname)) names (name) group by 1";

    private static final int TABLES_SECONDS = 5;
    private static final long PAGE = 8192;
    private static final long SEGMENT = 16 * 1024 * 1024;
    private static final long PAGE_HEADER = 24;
    private static final long SEGMENT_HEADER = 40;

    @Override
    public Sample sample(Connection connection, Ticker ticker) throws SQLException {
        long begun = ticker.nanos();
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            try (ResultSet row = statement.executeQuery(SQL)) {
                return sampled(row, begun, ticker);
            }
        }
    }

    private static Sample sampled(ResultSet row, long begun, Ticker ticker) throws SQLException {
        row.next();
        Role role = row.getBoolean(1) ? Role.REPLICA : Role.MASTER;
        if (row.getBigDecimal(2) == null) {
            throw new SQLException("the server has no position yet", "57P03");
        }
        long lsn = role == Role.MASTER ? withoutHeader(lsn(row, 2)) : lsn(row, 2);
        long began = row.getBigDecimal(6) == null ? 0 : lsn(row, 6); // a master that was promoted in this run
        Position position = Position.ofPostgres(row.getLong(4), row.getInt(3), lsn, began);
        return new Sample(role, position, row.getLong(4) + "@" + row.getString(5), begun, ticker.nanos());
    }

    @Override
    public @Nullable View view(Connection connection, Ticker ticker) throws SQLException {
        long begun = ticker.nanos();
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            if (!statement.execute(connection.getAutoCommit() ? "begin; " + VIEW : VIEW)) {
                skipToNextRow(statement);
            }
            Sample before;
            int timeline;
            try (ResultSet row = statement.getResultSet()) {
                before = sampled(row, begun, ticker);
                timeline = row.getInt(3);
            }
            skipToNextRow(statement);
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                if (!before.server().equals(row.getLong(2) + "@" + row.getString(3))) {
                    return null; // a pooler in between has changed servers
                }
                boolean sameRole = row.getBoolean(4) == (before.role() == Role.REPLICA);
                boolean known = sameRole && row.getBigDecimal(1) != null;
                return new View(before, known ? Position.ofPostgres(row.getLong(2), timeline, lsn(row, 1)) : null);
            }
        }
    }

    private static void skipToNextRow(Statement statement) throws SQLException {
        while (!statement.getMoreResults()) {
            if (statement.getUpdateCount() == -1) {
                throw new SQLException("the server has not told what it shows");
            }
        }
    }

    private static long lsn(ResultSet row, int column) throws SQLException {
        return row.getBigDecimal(column).toBigInteger().longValue();
    }

    @Override
    public TableFacts tables(Connection connection) throws SQLException {
        Set<String> readAlone = new HashSet<>();
        Set<String> writtenAlone = new HashSet<>();
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(TABLES_SECONDS);
            try (ResultSet rows = statement.executeQuery(TABLES)) {
                while (rows.next()) {
                    if (rows.getBoolean(2)) {
                        readAlone.add(rows.getString(1));
                    }
                    if (rows.getBoolean(3)) {
                        writtenAlone.add(rows.getString(1));
                    }
                }
            }
        }
        return new TableFacts(readAlone, writtenAlone);
    }

    /** An insert position right behind a page's header is one that replay, which ends with records, never reaches. */
    static long withoutHeader(long lsn) {
        if (Long.remainderUnsigned(lsn, SEGMENT) == SEGMENT_HEADER) {
            return lsn - SEGMENT_HEADER;
        }
        return Long.remainderUnsigned(lsn, PAGE) == PAGE_HEADER ? lsn - PAGE_HEADER : lsn;
    }
}
