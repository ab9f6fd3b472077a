package dev.facade.test;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.postgresql.replication.LogSequenceNumber;

/** Waits for replicas to replay what the master has written. */
record CatchUp(PostgresNode master) {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long PAGE_BYTES = 8 << 10;
    private static final long PAGE_HEADER_BYTES = 24;
    private static final long SEGMENT_BYTES = 16 << 20;
    private static final long SEGMENT_HEADER_BYTES = 40;

    void await(List<PostgresNode> replicas) {
        if (!master.isRunning()) {
            throw new IllegalStateException(master.name() + ": stopped (expected: running)");
        }
        LogSequenceNumber target = written();
        replicas.stream().filter(PostgresNode::isRunning).forEach(replica -> await(replica, target));
    }

    private void await(PostgresNode replica, LogSequenceNumber target) {
        try (Connection connection = replica.connectImpatiently()) {
            Await.until(LIMIT, () -> hasReplayed(connection, target), () -> problem(replica, target));
        } catch (SQLException e) {
            throw new IllegalStateException(problem(replica, target), e);
        }
    }

    private static boolean hasReplayed(Connection connection, LogSequenceNumber target) throws SQLException {
        return PostgresNode.position(connection, "SELECT pg_last_wal_replay_lsn()")
                                .compareTo(target)
                        >= 0
                || "f".equals(PostgresNode.answer(connection, "SELECT pg_is_in_recovery()"));
    }

    private LogSequenceNumber written() {
        try (Connection connection = master.connectImpatiently()) {
            LogSequenceNumber written =
                    endOfRecord(PostgresNode.position(connection, "SELECT pg_current_wal_insert_lsn()"));
            if (PostgresNode.position(connection, "SELECT pg_current_wal_flush_lsn()")
                            .compareTo(written)
                    < 0) {
                // Only what is flushed is sent, and an idle server flushes what nobody committed after seconds.
                PostgresNode.answer(connection, "SELECT pg_logical_emit_message(false, 'facade', '', true)");
            }
            return written;
        } catch (SQLException e) {
            throw new IllegalStateException(
                    master.name() + ": " + e.getMessage() + "; its log ends with\n" + master.log(), e);
        }
    }

    /**
     * The insert position is where the next record will begin. Behind the header of a fresh page it is ahead of the end
     * of the last record, which is all that a replica replays.
     */
    private static LogSequenceNumber endOfRecord(LogSequenceNumber insert) {
        long position = insert.asLong();
        if (position % SEGMENT_BYTES == SEGMENT_HEADER_BYTES) {
            return LogSequenceNumber.valueOf(position - SEGMENT_HEADER_BYTES);
        }
        if (position % PAGE_BYTES == PAGE_HEADER_BYTES) {
            return LogSequenceNumber.valueOf(position - PAGE_HEADER_BYTES);
        }
        return insert;
    }

    private String problem(PostgresNode replica, LogSequenceNumber target) {
        return replica.name() + ": behind (expected: to have replayed " + target.asString() + " within " + LIMIT
                + "); its log ends with\n" + replica.log() + "\nthe master's log ends with\n" + master.log();
    }
}
