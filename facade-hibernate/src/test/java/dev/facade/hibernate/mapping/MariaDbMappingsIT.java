package dev.facade.hibernate.mapping;

import dev.facade.hibernate.mapping.Stage.Site;
import dev.facade.test.MariaDbCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import org.junit.jupiter.api.BeforeAll;

/** Each kind of mapping with each operation on MariaDB: docs/mappings-mariadb.md. */
class MariaDbMappingsIT extends MappingTable {

    private static final String HEAD = """
            # Every mapping, every operation, on MariaDB

            `MariaDbMappingsIT` makes this page, as `MappingsIT` makes [that of PostgreSQL and H2](mappings.md); nobody edits \
            it. The facade has neither upserts nor `insertAllReturning` here, so these six columns are refused throughout. \
            The [glossary](glossary.md) explains the words.

            """;

    private MariaDbCluster cluster;

    MariaDbMappingsIT() {
        super(EnumSet.of(Db.MARIADB), "mappings-mariadb.md", HEAD);
    }

    @BeforeAll
    void start() {
        cluster = MariaDbCluster.start();
    }

    @Override
    void stop() {
        cluster.close();
    }

    @Override
    Site site(Db db, String name) throws SQLException {
        try (Connection connection = cluster.master().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        String url = cluster.master().url().replaceFirst("(//[^/]+/)[^?]*", "$1" + name);
        return new Site(url, cluster.master().user(), cluster.master().password());
    }
}
