package dev.facade.test.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.consistency.CausalSession;
import dev.facade.event.OperationEvent;
import dev.facade.query.Change;
import dev.facade.query.Query;
import dev.facade.spi.ReplicationProbe;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** A provider that gives its connection back after each statement reads replicas above level eventual all the same. */
class EclipseLinkReplicaIT {

    private final PostgresCluster cluster =
            PostgresCluster.builder().replicas("berlin").start();
    private final PostgresNode berlin = cluster.replica("berlin");
    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(cluster));

    @Entity(name = "Register")
    public static class Register {
        @Id
        private String name;

        private int worth;

        protected Register() {}

        Register(String name, int worth) {
            this.name = name;
            this.worth = worth;
        }
    }

    @AfterEach
    void close() throws Exception {
        berlin.resumeReplay();
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    private EntityManagerFactory factory(PostgresNode node, String ddl) {
        EntityManagerFactory factory = new PersistenceConfiguration("on-" + node.name())
                .provider("org.eclipse.persistence.jpa.PersistenceProvider")
                .property("jakarta.persistence.nonJtaDataSource", source(node))
                .property("jakarta.persistence.sharedCache.mode", "NONE")
                .property("eclipselink.weaving", "false")
                .property("eclipselink.deploy-on-startup", "true")
                .property("eclipselink.ddl-generation", ddl)
                .property("eclipselink.session-name", node.name() + "-" + UUID.randomUUID())
                .property("eclipselink.logging.level", "WARNING")
                .managedClass(Register.class)
                .createEntityManagerFactory();
        opened.add(0, factory);
        return factory;
    }

    private static DataSource source(PostgresNode node) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(node.url());
        source.setUser(node.user());
        source.setPassword(node.password());
        return source;
    }

    private String node() {
        return Objects.requireNonNull(events.get(events.size() - 1).route()).node();
    }

    @Test
    void aSessionReadsReplicasThatHaveWhatItHasWritten() {
        EntityManagerFactory master = factory(cluster.master(), "create-tables");
        cluster.awaitCaughtUp();
        try (FacadeRepository repo = FacadeRepository.builder()
                .master(master)
                .replica("berlin", factory(berlin, "none"))
                .replication(
                        ReplicationProbe.postgres(),
                        Map.of("master", source(cluster.master()), "berlin", source(berlin)))
                .listener(events::add)
                .build()) {
            repo.insert(new Register("a", 1));
            cluster.awaitCaughtUp();
            await().pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
                assertThat(repo.getOrThrow(Register.class, "a").worth).isEqualTo(1);
                assertThat(node()).isEqualTo("berlin");
            });
            int onBerlin = 0;
            for (int i = 0; i < 20; i++) {
                int worth = i;
                repo.inSession(
                        CausalSession.begin(),
                        () -> repo.updateAll(Query.from(Register.class), Change.set("worth", worth)));
                repo.getOrThrow(Register.class, "a");
                onBerlin += node().equals("berlin") ? 1 : 0;
            }
            assertThat(onBerlin).as("of 20, where it has read before").isGreaterThan(10);
            repo.updateAll(Query.from(Register.class), Change.set("worth", 1));
            cluster.awaitCaughtUp();
            berlin.pauseReplay();
            repo.updateAll(Query.from(Register.class), Change.set("worth", 2));
            for (int i = 0; i < 20; i++) {
                assertThat(repo.getOrThrow(Register.class, "a").worth).isEqualTo(2);
            }
            int others = repo.inSession(CausalSession.begin(), () -> repo.getOrThrow(Register.class, "a").worth);
            assertThat(others).isEqualTo(1);
        }
    }
}
