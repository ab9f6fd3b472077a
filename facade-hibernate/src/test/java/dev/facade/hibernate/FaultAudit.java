package dev.facade.hibernate;

import static java.util.stream.Collectors.toMap;

import dev.facade.hibernate.FaultLoad.Outcome;
import dev.facade.hibernate.FaultLoad.Read;
import dev.facade.hibernate.FaultLoad.Write;
import dev.facade.test.PostgresNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.postgresql.replication.LogSequenceNumber;

/**
 * What the databases say afterwards of what a load was told.
 *
 * @param wrong reads that returned another row, or what was never written, or less than their session had seen or written,
 *     though that has survived
 * @param repeated writes that were made more than once
 * @param deniedButThere writes that were reported as failed and are there
 * @param lost acknowledged writes that are not there, and which no promotion excuses
 * @param lostAfterSwitch acknowledged writes that are not there, because they came after the switch position
 */
record FaultAudit(long wrong, long repeated, long deniedButThere, long lost, long lostAfterSwitch) {

    /** Where the log of the surviving master leaves the log of the old one. */
    record Switch(PostgresNode old, LogSequenceNumber position) {

        static Switch between(PostgresNode old, PostgresNode promoted) {
            return new Switch(
                    old,
                    LogSequenceNumber.valueOf(ask(
                            promoted,
                            "SELECT split_part(pg_read_file('pg_wal/00000002.history'), E'\\t', 2)",
                            rows -> rows.getString(1))));
        }
    }

    private interface Row<T> {
        T of(ResultSet rows) throws SQLException;
    }

    /** Of a cluster whose master was never another one. */
    static FaultAudit of(List<Read> reads, List<Write> writes, PostgresNode master) {
        return of(reads, writes, entries(master), Map.of(), LogSequenceNumber.INVALID_LSN);
    }

    /** Of a cluster in which a replica was promoted; the old master runs again, for nobody but this. */
    static FaultAudit of(List<Read> reads, List<Write> writes, PostgresNode promoted, Switch change) {
        return of(reads, writes, entries(promoted), positions(change.old()), change.position());
    }

    /** {@code there} tells how often each token is in the surviving master, {@code onOld} where in the old one's log. */
    static FaultAudit of(
            List<Read> reads,
            List<Write> writes,
            Map<String, Long> there,
            Map<String, LogSequenceNumber> onOld,
            LogSequenceNumber position) {
        long repeated = there.values().stream().filter(times -> times > 1).count();
        long denied = writes.stream()
                .filter(write -> write.outcome() == Outcome.FAILED && there.containsKey(write.token()))
                .count();
        Map<String, Write> next = writes.stream()
                .collect(toMap(write -> write.thread() + "-" + (write.sequence() - 1), Function.identity()));
        long lost = 0;
        long lostAfter = 0;
        for (Write write : writes) {
            if (write.acknowledged() && !there.containsKey(write.token())) {
                if (isAfter(position, onOld, write, next.get(write.token()))) {
                    lostAfter++;
                } else {
                    lost++;
                }
            }
        }
        Map<String, Write> survivors = new HashMap<>();
        writes.stream()
                .filter(write -> write.slot() >= 0 && there.containsKey(write.token()))
                .forEach(write -> survivors.put(write.slot() + "/" + write.amount(), write));
        long wrong = reads.stream().filter(read -> isWrong(read, survivors)).count();
        return new FaultAudit(wrong, repeated, denied, lost, lostAfter);
    }

    /**
     * An entry tells a position before its commit, so the thread's next entry tells one after it: the write is known to
     * have come before the switch only if that is not after the switch, either.
     */
    private static boolean isAfter(
            LogSequenceNumber position, Map<String, LogSequenceNumber> onOld, Write write, Write next) {
        if (position.equals(LogSequenceNumber.INVALID_LSN)) {
            return false;
        }
        LogSequenceNumber before = onOld.get(write.token());
        LogSequenceNumber after = next == null ? null : onOld.get(next.token());
        return before != null && (after == null || after.compareTo(position) > 0);
    }

    private static boolean isWrong(Read read, Map<String, Write> survivors) {
        if (read.failed()) {
            return false;
        }
        if (!read.sound() || read.got() > read.most()) {
            return true;
        }
        for (long missed = read.got() + 1; missed <= read.least(); missed++) {
            if (survivors.containsKey(read.slot() + "/" + missed)) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, Long> entries(PostgresNode node) {
        return ask(node, "SELECT token, count(*) FROM entry GROUP BY token", rows -> {
            Map<String, Long> entries = new HashMap<>();
            do {
                entries.put(rows.getString(1), rows.getLong(2));
            } while (rows.next());
            return entries;
        });
    }

    private static Map<String, LogSequenceNumber> positions(PostgresNode node) {
        return ask(node, "SELECT token, position::text FROM entry", rows -> {
            Map<String, LogSequenceNumber> positions = new HashMap<>();
            do {
                positions.put(rows.getString(1), LogSequenceNumber.valueOf(rows.getString(2)));
            } while (rows.next());
            return positions;
        });
    }

    private static <T> T ask(PostgresNode node, String query, Row<T> row) {
        try (Connection connection = node.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            if (!rows.next()) {
                throw new IllegalStateException(node.name() + ": no row (expected: one at least) of " + query);
            }
            return row.of(rows);
        } catch (SQLException failure) {
            throw new IllegalStateException(node.name() + ": " + failure.getMessage(), failure);
        }
    }
}
