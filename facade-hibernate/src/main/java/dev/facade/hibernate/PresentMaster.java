package dev.facade.hibernate;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The connections of whichever node is the master, beneath a factory that stays the same. Thread-safe. */
final class PresentMaster implements DataSource {

    private volatile DataSource present;

    PresentMaster(DataSource first) {
        this.present = first;
    }

    void become(DataSource next) {
        present = next;
    }

    /**
     * Returns a connection to the present master: a thread that waits when the master changes gets one of the new
     * master.
     */
    @Override
    public Connection getConnection() throws SQLException {
        DataSource tried = present;
        while (true) {
            try {
                return tried.getConnection();
            } catch (SQLException failure) {
                DataSource next = present;
                if (next == tried) {
                    throw failure;
                }
                tried = next;
            }
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("a connection of another user");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() throws SQLException {
        return present.getLogWriter();
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
        throw new SQLFeatureNotSupportedException("a log writer");
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException("a login timeout");
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return present.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("a logger");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        DataSource here = present;
        return type.isInstance(here) ? type.cast(here) : here.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        DataSource here = present;
        return type.isInstance(here) || here.isWrapperFor(type);
    }
}
