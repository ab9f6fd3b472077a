package dev.facade.hibernate;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.pool.HikariPool;
import dev.facade.spi.Deadline;
import dev.facade.spi.FailureClassifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A node's pool, which says why it has no connection: SQLSTATE 53300 when it is full of living ones, 08001 when it has
 * none at all. HikariCP reports both as the same timeout. Thread-safe.
 */
final class NodePool extends HikariDataSource {

    private static final String SATURATED = "53300";
    private static final String UNREACHABLE = "08001";

    private static final Duration SLICE = Duration.ofMillis(250); // HikariCP's shortest wait

    private @Nullable TirelessConnections connections;
    private volatile boolean retired;
    private long patience; // nanoseconds beyond HikariCP's own wait; set before the first use

    void connectBy(TirelessConnections source) {
        connections = source;
        setDataSource(source);
    }

    /** Waits as long as the settings say, in slices, so that who waits notices a deadline, or that the pool is retired. */
    void waitInSlices() {
        long whole = Duration.ofMillis(getConnectionTimeout()).toNanos();
        setConnectionTimeout(SLICE.toMillis());
        patience = whole - SLICE.toNanos();
    }

    /** Gives out no connection from now on; those that are in use are closed when they come back. */
    void retire() {
        retired = true;
        setMinimumIdle(0);
        HikariPoolMXBean pool = getHikariPoolMXBean();
        if (pool != null) {
            pool.softEvictConnections();
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        long begun = System.nanoTime();
        while (true) {
            try {
                Connection connection = super.getConnection();
                if (!retired) {
                    return connection;
                }
                evictConnection(connection);
                throw gone(null);
            } catch (SQLTransientConnectionException timeout) {
                if (retired) {
                    throw gone(timeout);
                }
                boolean over = patience == 0 || System.nanoTime() - begun >= patience || Deadline.left() <= 0;
                if (over || isRefused()) {
                    throw told(timeout, Duration.ofNanos(System.nanoTime() - begun));
                }
            } finally {
                if (isClosed()) {
                    closeLate();
                }
            }
        }
    }

    /** The first connection makes the pool within the data source, which may have been closed before it was there. */
    private void closeLate() {
        if (getHikariPoolMXBean() instanceof HikariPool pool) {
            try {
                pool.shutdown();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether the server has answered that it lets nobody in: no wait helps against a wrong password. */
    private boolean isRefused() {
        SQLException why = connections == null ? null : connections.failure();
        return why != null
                && FailureClassifier.isRefusal(why)
                && getHikariPoolMXBean().getTotalConnections() == 0;
    }

    private SQLTransientConnectionException gone(@Nullable SQLException cause) {
        return new SQLTransientConnectionException(getPoolName() + ": is the master no longer", UNREACHABLE, cause);
    }

    /** The first cause, which the driver may only hint at. */
    private static String reason(SQLException why) {
        Throwable first = why;
        while (first.getCause() != null && first.getCause() != first) {
            first = first.getCause();
        }
        String told = String.valueOf(why.getMessage());
        if (told.contains("targetServerType")) {
            return "the server is a standby or read-only, and writes need a master";
        }
        return first == why ? told : first.getClass().getSimpleName() + ": " + first.getMessage() + "; " + told;
    }

    private SQLTransientConnectionException told(SQLTransientConnectionException timeout, Duration waited) {
        String message = String.valueOf(timeout.getMessage()) // of the last slice
                .replaceFirst("after \\d+ms", "after " + waited.toMillis() + "ms");
        if (timeout.getCause() instanceof SQLException refused && FailureClassifier.isFull(refused)) {
            return new SQLTransientConnectionException(message, SATURATED, timeout);
        }
        HikariPoolMXBean pool = getHikariPoolMXBean();
        int total = pool.getTotalConnections();
        if (total == 0 && connections != null && connections.isOpening()) {
            return new SQLTransientConnectionException(message, SATURATED, timeout); // far away, not away
        }
        if (total == 0) {
            SQLException why = connections == null ? null : connections.failure();
            return why == null
                    ? new SQLTransientConnectionException(message, UNREACHABLE, timeout)
                    : new SQLTransientConnectionException(
                            reason(why) + " (" + getPoolName() + ", tried for " + waited.toMillis() + " ms)",
                            UNREACHABLE,
                            why);
        }
        if (total >= getMaximumPoolSize() && pool.getActiveConnections() >= total) {
            return new SQLTransientConnectionException(message, SATURATED, timeout);
        }
        return timeout;
    }
}
