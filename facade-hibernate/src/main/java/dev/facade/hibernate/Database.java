package dev.facade.hibernate;

import java.util.HashMap;
import java.util.Map;

/** What differs between databases when a node is built. */
enum Database {
    POSTGRESQL(
            "jdbc:postgresql:",
            "org.hibernate.dialect.PostgreSQLDialect",
            Map.of("tcpKeepAlive", "true"),
            Map.of("reWriteBatchedInserts", "true"),
            Map.of("readOnly", "true", "readOnlyMode", "always")),
    H2("jdbc:h2:", "org.hibernate.dialect.H2Dialect", Map.of(), Map.of(), Map.of()),
    OTHER("jdbc:", "", Map.of(), Map.of(), Map.of());

    private final String prefix;
    private final String dialect;
    private final Map<String, String> always;
    private final Map<String, String> whenWriting;
    private final Map<String, String> whenReading;

    Database(
            String prefix,
            String dialect,
            Map<String, String> always,
            Map<String, String> whenWriting,
            Map<String, String> whenReading) {
        this.prefix = prefix;
        this.dialect = dialect;
        this.always = always;
        this.whenWriting = whenWriting;
        this.whenReading = whenReading;
    }

    static Database of(String url) {
        for (Database database : values()) {
            if (url.startsWith(database.prefix)) {
                return database;
            }
        }
        throw new IllegalArgumentException("url: '" + url + "' (expected: a JDBC URL)");
    }

    /** The dialect's class name; empty if the caller must name it. */
    String dialect() {
        return dialect;
    }

    void configure(NodePool pool, boolean reading, PoolSettings settings) {
        properties(reading, settings, pool.getPoolName()).forEach(pool::addDataSourceProperty);
    }

    /** What the driver is told of each connection. */
    Map<String, String> properties(boolean reading, PoolSettings settings, String name) {
        Map<String, String> properties = new HashMap<>(always);
        properties.putAll(reading ? whenReading : whenWriting);
        if (this == POSTGRESQL) {
            properties.put(
                    "connectTimeout", Long.toString(settings.connectTimeout().toSeconds()));
            properties.put("ApplicationName", name);
        }
        return properties;
    }
}
