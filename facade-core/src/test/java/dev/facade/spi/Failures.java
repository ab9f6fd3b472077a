package dev.facade.spi;

import jakarta.persistence.PersistenceException;
import java.io.EOFException;
import java.net.ConnectException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/** What drivers and pools throw, wrapped as a persistence provider wraps it. */
public final class Failures {

    private Failures() {}

    /** The server's port is closed: nothing ran. */
    public static PersistenceException refused() {
        return wrapped(new SQLException("connection refused", "08001", new ConnectException("Connection refused")));
    }

    /** The connection broke while a statement was under way. */
    public static PersistenceException lost() {
        return wrapped(new SQLException("I/O error while sending to the backend", "08006", new EOFException()));
    }

    /** An administrator stops the server. */
    public static PersistenceException shutdown() {
        return state("57P01");
    }

    /** HikariCP's pool is full of living connections. */
    public static PersistenceException poolTimeout() {
        return wrapped(new SQLTransientConnectionException("Connection is not available, request timed out"));
    }

    /** A standby cancels a query in favour of replay. */
    public static PersistenceException conflict() {
        return state("40001");
    }

    /** A query that no node can run. */
    public static PersistenceException syntaxError() {
        return state("42601");
    }

    /** A table that a migration has not brought yet. */
    public static PersistenceException missingTable() {
        return state("42P01");
    }

    public static PersistenceException state(String sqlState) {
        return wrapped(new SQLException("state " + sqlState, sqlState));
    }

    public static PersistenceException wrapped(SQLException failure) {
        return new PersistenceException("could not execute", failure);
    }
}
