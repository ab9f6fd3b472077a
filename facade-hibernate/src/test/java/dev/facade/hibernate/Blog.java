package dev.facade.hibernate;

import dev.facade.consistency.Consistency;
import dev.facade.test.H2Node;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Facades over the blog's entities, for the tests of this module. */
final class Blog {

    static final Class<?>[] ENTITIES = {Post.class, Comment.class, Author.class};

    private static final PostgresCluster POSTGRES = postgres("berlin", "paris", "rome");

    private Blog() {}

    /** One cluster for the whole JVM; its watchdog ends it with the JVM. */
    static PostgresCluster postgres() {
        return POSTGRES;
    }

    /** The blog's entities and others. */
    static Class<?>[] and(Class<?>... others) {
        return Stream.concat(Arrays.stream(ENTITIES), Arrays.stream(others)).toArray(Class<?>[]::new);
    }

    /** A description of a facade over the shared cluster, without the replicas. */
    static HibernateFacade onPostgres() {
        return on(POSTGRES.master());
    }

    static HibernateFacade onPostgresWithReplicas() {
        return on(POSTGRES.master(), POSTGRES.replicas());
    }

    static HibernateFacade on(PostgresNode master) {
        return HibernateFacade.builder()
                .master(master.url())
                .credentials(master.user(), master.password())
                .entities(ENTITIES);
    }

    static HibernateFacade on(PostgresNode master, List<PostgresNode> replicas) {
        HibernateFacade facade = on(master);
        replicas.forEach(replica -> facade.replica(replica.name(), replica.url()));
        return facade;
    }

    /** An empty H2 database with the blog's tables. */
    static H2Node h2(String name) {
        H2Node node = H2Node.named(name);
        onH2(node).hibernate("hibernate.hbm2ddl.auto", "create").build().close();
        return node;
    }

    static HibernateFacade onH2(H2Node master, H2Node... replicas) {
        HibernateFacade facade = HibernateFacade.builder()
                .master(master.url())
                .credentials(master.user(), master.password())
                .readerCredentials(master.readerUser(), master.readerPassword())
                .entities(ENTITIES);
        if (replicas.length > 0) { // which are databases of their own
            facade.consistency(Consistency.eventual());
        }
        for (H2Node replica : replicas) {
            facade.replica(replica.name(), replica.url());
        }
        return facade;
    }

    /** A cluster of a test's own, with the blog's tables, for what cannot be undone. */
    static PostgresCluster postgres(String... replicas) {
        PostgresCluster cluster = PostgresCluster.builder().replicas(replicas).start();
        on(cluster.master())
                .hibernate("hibernate.hbm2ddl.auto", "create")
                .build()
                .close();
        cluster.awaitCaughtUp();
        return cluster;
    }
}
