package dev.facade.hibernate.mapping;

import dev.facade.hibernate.mapping.Stage.Site;
import dev.facade.test.H2Node;
import dev.facade.test.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/** Each kind of mapping with each operation on PostgreSQL and H2: docs/mappings.md. */
class MappingsIT extends MappingTable {

    private static final String HEAD = """
            # Every mapping, every operation

            `MappingsIT` makes this page; nobody edits it. It tries each operation with each kind of mapping on PostgreSQL \
            and H2, and compares the rows and the returned entities with those of plain Hibernate. MariaDB has \
            [a page of its own](mappings-mariadb.md). The [glossary](glossary.md) explains the words.

            """;

    private final List<H2Node> nodes = new ArrayList<>();
    private PostgresCluster postgres;

    MappingsIT() {
        super(EnumSet.of(Db.POSTGRES, Db.H2), "mappings.md", HEAD);
    }

    @BeforeAll
    void start() {
        postgres = PostgresCluster.builder().start();
    }

    @Override
    void stop() {
        nodes.forEach(H2Node::close);
        postgres.close();
    }

    @Override
    Site site(Db db, String name) throws SQLException {
        if (db == Db.H2) {
            H2Node node = H2Node.named(name);
            nodes.add(node);
            return new Site(node.url(), node.user(), node.password());
        }
        try (Connection connection = postgres.master().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        String url = postgres.master().url().replaceFirst("(//[^/]+/)[^?]*", "$1" + name);
        return new Site(url, postgres.master().user(), postgres.master().password());
    }
}
