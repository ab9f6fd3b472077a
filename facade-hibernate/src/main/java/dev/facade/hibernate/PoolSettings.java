package dev.facade.hibernate;

import java.time.Duration;
import java.util.Objects;

/**
 * The connection pool of a node. Immutable; the defaults are small, since many application instances share a server.
 *
 * <pre>{@code
 * HibernateFacade facade = HibernateFacade.builder()
 *         .replicaPool(PoolSettings.forReplica().withMaxSize(20).withMinIdle(5));
 * }</pre>
 *
 * @param maxSize most connections; 10 by default, at least 1
 * @param minIdle idle connections kept open; 1 by default, 0 to {@code maxSize}
 * @param connectionTimeout longest wait for a connection; 250 ms (HikariCP's minimum) for a replica, since there is
 *     another one, 5 s for the master
 * @param connectTimeout longest time to open a connection, in whole seconds; 2 s by default
 * @param maxLifetime longest life of a connection; 30 min by default, at least 30 s
 */
public record PoolSettings(
        int maxSize, int minIdle, Duration connectionTimeout, Duration connectTimeout, Duration maxLifetime) {

    /**
     * Checks and copies the components.
     *
     * @param maxSize most connections
     * @param minIdle idle connections kept open
     * @param connectionTimeout longest wait for a connection
     * @param connectTimeout longest time to open a connection, in whole seconds
     * @param maxLifetime longest life of a connection
     */
    public PoolSettings {
        Objects.requireNonNull(connectionTimeout, "connectionTimeout");
        Objects.requireNonNull(connectTimeout, "connectTimeout");
        Objects.requireNonNull(maxLifetime, "maxLifetime");
        check(maxSize >= 1, "maxSize", maxSize, ">= 1");
        check(minIdle >= 0 && minIdle <= maxSize, "minIdle", minIdle, "0 to maxSize");
        check(connectionTimeout.toMillis() >= 250, "connectionTimeout", connectionTimeout, ">= 250 ms");
        check(
                connectTimeout.toSeconds() >= 1 && connectTimeout.toMillis() % 1000 == 0,
                "connectTimeout",
                connectTimeout,
                "whole seconds, >= 1 s");
        check(maxLifetime.toMillis() >= 30_000, "maxLifetime", maxLifetime, ">= 30 s");
    }

    /**
     * Returns the defaults for the master.
     *
     * @return the settings
     */
    public static PoolSettings forMaster() {
        return new PoolSettings(10, 1, Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofMinutes(30));
    }

    /**
     * Returns the defaults for a replica.
     *
     * @return the settings
     */
    public static PoolSettings forReplica() {
        return new PoolSettings(10, 1, Duration.ofMillis(250), Duration.ofSeconds(2), Duration.ofMinutes(30));
    }

    /**
     * Changes the size.
     *
     * @param size most connections
     * @return a copy, with no more idle connections than that
     */
    public PoolSettings withMaxSize(int size) {
        return new PoolSettings(size, Math.min(minIdle, size), connectionTimeout, connectTimeout, maxLifetime);
    }

    /**
     * Changes the number of idle connections.
     *
     * @param idle idle connections kept open
     * @return a copy
     */
    public PoolSettings withMinIdle(int idle) {
        return new PoolSettings(maxSize, idle, connectionTimeout, connectTimeout, maxLifetime);
    }

    /**
     * Changes the wait for a connection.
     *
     * @param timeout longest wait
     * @return a copy
     */
    public PoolSettings withConnectionTimeout(Duration timeout) {
        return new PoolSettings(maxSize, minIdle, timeout, connectTimeout, maxLifetime);
    }

    /**
     * Changes the time to open a connection.
     *
     * @param timeout longest time, in whole seconds
     * @return a copy
     */
    public PoolSettings withConnectTimeout(Duration timeout) {
        return new PoolSettings(maxSize, minIdle, connectionTimeout, timeout, maxLifetime);
    }

    /**
     * Changes the life of a connection.
     *
     * @param lifetime longest life
     * @return a copy
     */
    public PoolSettings withMaxLifetime(Duration lifetime) {
        return new PoolSettings(maxSize, minIdle, connectionTimeout, connectTimeout, lifetime);
    }

    private static void check(boolean valid, String name, Object value, String expected) {
        if (!valid) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
