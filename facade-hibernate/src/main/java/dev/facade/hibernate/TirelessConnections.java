package dev.facade.hibernate;

import dev.facade.event.FailureClass;
import dev.facade.event.Role;
import dev.facade.spi.FailureClassifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * New connections for a pool. A server that cannot be entered is tried again every 100 to 200 ms, so that it is found as
 * soon as it is back: HikariCP pauses twice as long after each failure, up to five seconds. Thread-safe.
 */
final class TirelessConnections extends SingleConnections {

    private static final long PAUSE = Duration.ofMillis(100).toNanos();
    private static final long SHORT = Duration.ofMillis(500).toNanos(); // five round trips of 100 ms
    private static final long WHOLE = Duration.ofSeconds(30).toNanos();

    private static final int LAST_SECONDS = 5;

    private final BooleanSupplier wanted;
    private volatile @Nullable SQLException failure;
    private volatile long begun;

    TirelessConnections(String url, Properties properties, BooleanSupplier wanted) {
        super(url, properties);
        this.wanted = wanted;
    }

    /** Why there was none the last time. */
    @Nullable
    SQLException failure() {
        return failure;
    }

    /** Tells whether nothing has failed: a connection is being opened, and not for long, or is about to be. */
    boolean isOpening() {
        long since = begun;
        return failure == null && (since == 0 || System.nanoTime() - since < SHORT);
    }

    @Override
    public Connection getConnection() throws SQLException {
        long since = System.nanoTime();
        begun = since;
        while (true) {
            try {
                Connection connection = super.getConnection();
                failure = null;
                begun = 0;
                return connection;
            } catch (SQLException refused) {
                failure = refused;
                if (!isWorthwhile(refused) || System.nanoTime() - since > WHOLE) {
                    throw refused;
                }
            }
            LockSupport.parkNanos(PAUSE + ThreadLocalRandom.current().nextLong(PAUSE));
        }
    }

    /** Not for a password that is wrong, nor for a server that is full. */
    private boolean isWorthwhile(SQLException refused) {
        return FailureClassifier.classify(refused, Role.REPLICA) == FailureClass.NODE
                && wanted.getAsBoolean()
                && !Thread.currentThread().isInterrupted();
    }

    /** The driver knows its own, from the properties. */
    @Override
    public void setLoginTimeout(int seconds) {}

    /** How long a pool that is closed waits for a connection that is just being opened: nobody would close it. */
    @Override
    public int getLoginTimeout() {
        return LAST_SECONDS;
    }
}
