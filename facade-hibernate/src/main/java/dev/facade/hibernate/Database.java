package dev.facade.hibernate;

import dev.facade.spi.ReplicationProbe;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The differences between databases when a node is built. */
enum Database {
    /** The details of an error have the values of its row, passwords included, so the driver keeps them to itself. */
    POSTGRESQL(
            "jdbc:postgresql:",
            "PostgreSQL",
            Map.of("tcpKeepAlive", "true", "logServerErrorDetail", "false"),
            Map.of("reWriteBatchedInserts", "true"),
            Map.of("readOnly", "true", "readOnlyMode", "always")),
    /** Older drivers keep the read-only flag to themselves, so the session is told. */
    MARIADB("jdbc:mariadb:", "MariaDB", Map.of(), Map.of(), Map.of("initSql", "SET SESSION TRANSACTION READ ONLY")),
    H2("jdbc:h2:", "H2", Map.of(), Map.of(), Map.of()),
    OTHER("jdbc:", "", Map.of(), Map.of(), Map.of());

    private final String prefix;
    private final String product;
    private final Map<String, String> always;
    private final Map<String, String> whenWriting;
    private final Map<String, String> whenReading;

    Database(
            String prefix,
            String product,
            Map<String, String> always,
            Map<String, String> whenWriting,
            Map<String, String> whenReading) {
        this.prefix = prefix;
        this.product = product;
        this.always = always;
        this.whenWriting = whenWriting;
        this.whenReading = whenReading;
    }

    static Database of(String url) {
        for (Database database : values()) {
            if (url.startsWith(database.prefix)) {
                checkOneServer(database, url);
                return database;
            }
        }
        throw new IllegalArgumentException("url: '" + JdbcUrl.shown(url) + "' (expected: a JDBC URL)");
    }

    /** A connection of MariaDB's that changes servers by itself would be taken for one that stays. */
    private static void checkOneServer(Database database, String url) {
        if (database == MARIADB && !url.startsWith(MARIADB.prefix + "//")) {
            throw new IllegalArgumentException("url: '" + JdbcUrl.shown(url)
                    + "' (expected: jdbc:mariadb:// of one server, since the facade itself picks the node)");
        }
    }

    /** Asks a server how far it is; null if that is not known of this database. */
    @Nullable
    ReplicationProbe probe() {
        return switch (this) {
            case POSTGRESQL -> ReplicationProbe.postgres();
            case MARIADB -> ReplicationProbe.mariadb();
            case H2, OTHER -> null;
        };
    }

    /** The name by which Hibernate finds its dialect; empty if the caller must name that. */
    String product() {
        return product;
    }

    /** The properties that end the opening of a connection to a server that accepts it and is silent from then on. */
    Map<String, String> impatient(PoolSettings settings) {
        return this == POSTGRESQL
                ? Map.of(
                        "socketTimeout", Long.toString(settings.connectTimeout().toSeconds()))
                : Map.of();
    }

    /**
     * The properties that keep a pool of the master from a server that follows another one. A server stays what it was
     * when the connection was opened as long as that lives, since a master is restarted to become a standby.
     */
    Map<String, String> masterOnly() {
        return this == POSTGRESQL ? Map.of("targetServerType", "primary") : Map.of();
    }

    /** Refuses a URL that its driver takes for one of its own, and cannot read. */
    void check(Driver driver, String url) throws SQLException {
        if (this == MARIADB) {
            driver.getPropertyInfo(url, new Properties());
        }
    }

    /** A new connection. */
    Connection connect(String url, Properties properties) throws SQLException {
        return this == MARIADB ? MariaDbSockets.connect(url, properties) : DriverManager.getConnection(url, properties);
    }

    /** The properties that the driver gets for each connection. */
    Map<String, String> properties(boolean reading, PoolSettings settings, String name) {
        Map<String, String> properties = new HashMap<>(always);
        properties.putAll(reading ? whenReading : whenWriting);
        if (this == POSTGRESQL) {
            properties.put(
                    "connectTimeout", Long.toString(settings.connectTimeout().toSeconds()));
            properties.put(
                    "loginTimeout", Long.toString(settings.connectTimeout().toSeconds()));
            properties.put("ApplicationName", name);
        } else if (this == MARIADB) {
            properties.put(
                    "connectTimeout", Long.toString(settings.connectTimeout().toMillis()));
        }
        return properties;
    }
}
