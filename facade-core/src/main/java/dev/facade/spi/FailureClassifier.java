package dev.facade.spi;

import dev.facade.event.FailureClass;
import dev.facade.event.Role;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells, in one place, what a failure means for the node and for the read. Thread-safe.
 *
 * <p>{@link FailureClass#NODE} and {@link FailureClass#SATURATION} and {@link FailureClass#CONFLICT} send a read
 * elsewhere, and only the first ejects the node at once; {@link FailureClass#QUERY} is thrown at once. The codes
 * are SQLSTATEs of PostgreSQL (its documentation, appendix A), H2's error codes (those that begin with 90 and 42), and
 * MariaDB's SQLSTATEs with numbers (its manual, "MariaDB Error Code Reference") where the SQLSTATE alone does not tell.
 *
 * <pre>{@code
 * SQLException lost = new SQLException("connection lost", "08006");
 * FailureClass failure = FailureClassifier.classify(lost, Role.REPLICA); // NODE: the read goes elsewhere
 * }</pre>
 */
public final class FailureClassifier {

    private static final int DEPTH = 16;

    /** The server goes away, or has gone away, while it was in use. */
    private static final Set<String> LOST = Set.of("57P01", "57P02", "57P05", "90067", "90098", "90121");
    /** The server could not be entered at all: nothing has run there. */
    private static final Set<String> UNREACHABLE = Set.of("08001", "08004", "57P03", "90146", "90149");

    private static final Set<String> CONFLICT = Set.of("40001", "40P01");
    private static final Set<String> MISSING_SCHEMA =
            Set.of("3F000", "42P01", "42703", "42883", "42S02", "42S22", "42102", "42104", "42122", "90022");

    /**
     * Classes of what a statement asks for, or a transaction is in, whichever node it runs on: no data, data exceptions,
     * constraints, states of cursors and transactions, routines, syntax and rights, program limits, errors that are raised.
     */
    private static final Set<String> OF_CALLER = Set.of(
            "02", "0A", "20", "21", "22", "23", "24", "25", "27", "2D", "2F", "34", "38", "39", "3B", "3D", "3F", "42",
            "44", "45", "54", "P0");
    /** Wrong arguments, use, collations, characters and values, for which MariaDB has no state. */
    private static final Set<Integer> MARIADB_OF_CALLER = Set.of(1210, 1221, 1267, 1270, 1271, 1300, 1366, 1411, 1525);
    /** H2's own states that tell of its files, memory and threads, and not of a statement. */
    private static final Set<String> H2_OF_NODE =
            Set.of("90007", "90020", "90028", "90030", "90031", "90067", "90098", "90108", "90121", "90146", "90149");

    /** A server, or a user, has too many connections. */
    private static final Set<String> MARIADB_FULL = Set.of("08004/1040", "42000/1203", "42000/1226");
    /** The server runs with {@code read_only}. */
    private static final Set<String> MARIADB_READ_ONLY = Set.of("HY000/1290", "HY000/1836");

    /** A user may not enter a database, or there is none of that name. */
    private static final Set<String> MARIADB_REFUSED = Set.of("42000/1044", "42000/1049");

    private static final String CANCELLED = "57014";
    private static final Set<String> MARIADB_CANCELLED = Set.of("70100/1317", "70100/1969");
    private static final String MARIADB_CONNECTION_KILLED = "70100/1927";
    private static final String MARIADB_NO_SUCH_ROUTINE = "42000/1305";

    private FailureClassifier() {}

    /**
     * Tells whether the database had a part in a failure, so that it tells something about the node.
     *
     * @param failure what was thrown
     * @return false for what the caller's own code threw, or an interrupted wait in the pool
     */
    public static boolean isOfDatabase(Throwable failure) {
        SQLException sql = sqlException(failure);
        return sql != null && !state(sql).isEmpty();
    }

    /**
     * Classifies a failure.
     *
     * @param failure what was thrown
     * @param role what the node was used as
     * @return its class
     */
    public static FailureClass classify(Throwable failure, Role role) {
        SQLException sql = sqlException(failure);
        if (sql == null) {
            return FailureClass.QUERY; // drivers wrap what their sockets throw: a bare one is the caller's own
        }
        String state = state(sql);
        if (isFull(sql) || isPoolTimeout(sql, state)) {
            return FailureClass.SATURATION;
        }
        if (role == Role.REPLICA && CONFLICT.contains(state)) {
            return FailureClass.CONFLICT;
        }
        if (role == Role.MASTER && (state.equals("25006") || MARIADB_READ_ONLY.contains(numbered(sql)))) {
            return FailureClass.NODE;
        }
        boolean node = state.startsWith("08")
                || LOST.contains(state)
                || UNREACHABLE.contains(state)
                || MARIADB_CONNECTION_KILLED.equals(numbered(sql))
                || sql instanceof SQLNonTransientConnectionException
                || sql instanceof SQLTransientConnectionException
                || sql instanceof SQLRecoverableException
                || (state.isEmpty() && hasSocketFailure(failure));
        return node ? FailureClass.NODE : FailureClass.QUERY;
    }

    /**
     * Tells whether the statement may have run before the connection was lost; if so, it may be what killed the server.
     *
     * @param failure a failure of the class {@link FailureClass#NODE}
     * @return false only if the node could not even be entered
     */
    public static boolean mayHaveRun(Throwable failure) {
        SQLException sql = sqlException(failure);
        return sql == null || !(UNREACHABLE.contains(state(sql)) || sql instanceof SQLTransientConnectionException);
    }

    /**
     * Tells whether the database has rolled a transaction back because of others that ran beside it, so that it may
     * succeed when it is run again.
     *
     * @param failure what was thrown
     * @return true for a serialization failure and a deadlock
     */
    public static boolean isRollbackOfDatabase(Throwable failure) {
        SQLException sql = sqlException(failure);
        return sql != null && CONFLICT.contains(state(sql));
    }

    /**
     * Tells whether a statement was cancelled, by its limit or by somebody.
     *
     * @param failure what was thrown
     * @return true if the database has ended it before it was done
     */
    public static boolean isCancelled(Throwable failure) {
        SQLException sql = sqlException(failure);
        return sql != null
                && (sql instanceof SQLTimeoutException
                        || state(sql).equals(CANCELLED)
                        || MARIADB_CANCELLED.contains(numbered(sql)));
    }

    /**
     * Tells whether a table, column or function is unknown, as on a replica that a migration has not reached.
     *
     * @param failure what was thrown
     * @return true if the master may know what this node does not
     */
    public static boolean isMissingSchema(Throwable failure) {
        SQLException sql = sqlException(failure);
        return sql != null && (MISSING_SCHEMA.contains(state(sql)) || MARIADB_NO_SUCH_ROUTINE.equals(numbered(sql)));
    }

    /**
     * Tells whether a server has refused a connection because it has too many.
     *
     * @param refusal what was thrown
     * @return true if it is full
     */
    public static boolean isFull(SQLException refusal) {
        return state(refusal).equals("53300") || MARIADB_FULL.contains(numbered(refusal));
    }

    /**
     * Tells whether a server has refused a connection for what was asked of it: a wrong user, password or database, so that
     * the next attempt will end in the same way.
     *
     * @param refusal what was thrown
     * @return true if the server has answered, and no
     */
    public static boolean isRefusal(SQLException refusal) {
        return state(refusal).startsWith("28")
                || state(refusal).equals("3D000")
                || MARIADB_REFUSED.contains(numbered(refusal));
    }

    /**
     * Tells whether a statement failed by what it was, so that it fails wherever it runs, and tells nothing about the node.
     *
     * @param failure what was thrown
     * @return true for bad input, violated constraints, wrong statements and the like
     */
    public static boolean isOfCaller(Throwable failure) {
        SQLException sql = sqlException(failure);
        if (sql == null || state(sql).length() != 5) {
            return false;
        }
        String state = state(sql);
        return state.startsWith("90")
                ? !H2_OF_NODE.contains(state)
                : OF_CALLER.contains(state.substring(0, 2))
                        || (state.equals("HY000") && MARIADB_OF_CALLER.contains(sql.getErrorCode()));
    }

    private static boolean isPoolTimeout(SQLException sql, String state) {
        return sql instanceof SQLTransientConnectionException && state.isEmpty() && sql.getCause() == null;
    }

    private static String numbered(SQLException sql) {
        return state(sql) + "/" + sql.getErrorCode();
    }

    private static String state(SQLException sql) {
        String state = sql.getSQLState();
        return state == null ? "" : state;
    }

    private static @Nullable SQLException sqlException(Throwable failure) {
        Throwable current = failure;
        for (int depth = 0; current != null && depth < DEPTH; depth++) {
            if (current instanceof SQLException sql) {
                return sql;
            }
            current = current.getCause();
        }
        return null;
    }

    private static boolean hasSocketFailure(Throwable failure) {
        Throwable current = failure;
        for (int depth = 0; current != null && depth < DEPTH; depth++) {
            if (current instanceof SocketException || current instanceof SocketTimeoutException) {
                return true;
            }
            current = current.getCause();
        }
        return false;
    }
}
