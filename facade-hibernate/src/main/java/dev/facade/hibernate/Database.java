package dev.facade.hibernate;

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
        always.forEach(pool::addDataSourceProperty);
        (reading ? whenReading : whenWriting).forEach(pool::addDataSourceProperty);
        if (this == POSTGRESQL) {
            pool.addDataSourceProperty(
                    "connectTimeout", Long.toString(settings.connectTimeout().toSeconds()));
            pool.addDataSourceProperty("ApplicationName", pool.getPoolName());
        }
    }
}
