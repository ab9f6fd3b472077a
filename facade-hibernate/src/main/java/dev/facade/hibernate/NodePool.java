package dev.facade.hibernate;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.facade.health.FailureClassifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/**
 * A node's pool, which says why it has no connection: SQLSTATE 53300 when it is full of living ones, 08001 when it has
 * none at all. HikariCP reports both as the same timeout. Thread-safe.
 */
final class NodePool extends HikariDataSource {

    private static final String SATURATED = "53300";
    private static final String UNREACHABLE = "08001";

    @Override
    public Connection getConnection() throws SQLException {
        try {
            return super.getConnection();
        } catch (SQLTransientConnectionException timeout) {
            if (timeout.getCause() instanceof SQLException refused && FailureClassifier.isFull(refused)) {
                throw new SQLTransientConnectionException(timeout.getMessage(), SATURATED, timeout);
            }
            HikariPoolMXBean pool = getHikariPoolMXBean();
            int total = pool.getTotalConnections();
            if (total == 0) {
                throw new SQLTransientConnectionException(timeout.getMessage(), UNREACHABLE, timeout);
            }
            if (total >= getMaximumPoolSize() && pool.getActiveConnections() >= total) {
                throw new SQLTransientConnectionException(timeout.getMessage(), SATURATED, timeout);
            }
            throw timeout;
        }
    }
}
