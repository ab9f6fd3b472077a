package dev.facade.test.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.FacadeRepository;
import dev.facade.consistency.Consistency;
import dev.facade.option.ReadOption;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A provider whose shared cache is on by default. */
class EclipseLinkCacheIT {

    private static final String OF_ECLIPSELINK = "eclipselink.cache.shared.default";
    private static final String OF_JPA = "jakarta.persistence.sharedCache.mode";

    private final H2Node node = H2Node.named("shared");
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(node));

    @Entity(name = "Coin")
    public static class Coin {
        @Id
        private String name;

        private int worth;

        protected Coin() {}

        Coin(String name, int worth) {
            this.name = name;
            this.worth = worth;
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    private EntityManagerFactory factory(String key, String value) {
        EntityManagerFactory factory = new PersistenceConfiguration("shared")
                .provider("org.eclipse.persistence.jpa.PersistenceProvider")
                .property(PersistenceConfiguration.JDBC_URL, node.url())
                .property(PersistenceConfiguration.JDBC_USER, node.user())
                .property(PersistenceConfiguration.JDBC_PASSWORD, node.password())
                .property(key, value)
                .property("eclipselink.weaving", "false")
                .property("eclipselink.deploy-on-startup", "true")
                .property("eclipselink.ddl-generation", "create-tables")
                .property("eclipselink.session-name", "shared-" + UUID.randomUUID())
                .property("eclipselink.logging.level", "WARNING")
                .managedClass(Coin.class)
                .createEntityManagerFactory();
        opened.add(0, factory);
        return factory;
    }

    @Test
    void aReplicasFactoryWithASharedCacheIsRefused() {
        EntityManagerFactory master = factory(OF_ECLIPSELINK, "true");
        EntityManagerFactory shared = factory(OF_ECLIPSELINK, "true");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FacadeRepository.builder()
                        .master(master)
                        .replica("berlin", shared)
                        .build())
                .withMessageContaining("replica: 'berlin' has a second-level cache")
                .withMessageContaining(OF_JPA);
        for (EntityManagerFactory off : List.of(factory(OF_ECLIPSELINK, "false"), factory(OF_JPA, "NONE"))) {
            try (FacadeRepository repo = FacadeRepository.builder()
                    .master(master)
                    .replica("berlin", off)
                    .build()) {
                repo.insert(new Coin("a" + off.hashCode(), 1));
                assertThat(repo.get(Coin.class, "a" + off.hashCode())).isPresent();
                assertThat(off.getCache().contains(Coin.class, "a" + off.hashCode()))
                        .isFalse();
            }
        }
    }

    @Test
    void readsForWhichFreshnessIsPromisedAreNotServedFromTheMastersCache() {
        try (FacadeRepository repo = FacadeRepository.builder()
                .master(factory(OF_ECLIPSELINK, "true"))
                .consistency(Consistency.eventual())
                .build()) {
            repo.insert(new Coin("a", 1));
            assertThat(found(repo)).isEqualTo(1);
            node.execute("update COIN set WORTH = 2");
            assertThat(found(repo)).as("by the cache").isEqualTo(1);
            assertThat(queried(repo)).as("by the cache").isEqualTo(1);
            assertThat(found(repo, Consistency.strong())).isEqualTo(2);
            node.execute("update COIN set WORTH = 3");
            assertThat(queried(repo, Consistency.session())).isEqualTo(3);
            node.execute("update COIN set WORTH = 4");
            assertThat(repo.<Integer, RuntimeException>transaction(() -> queried(repo)))
                    .isEqualTo(4);
        }
    }

    private static int found(FacadeRepository repo, ReadOption... options) {
        return repo.getOrThrow(Coin.class, "a", options).worth;
    }

    private static int queried(FacadeRepository repo, ReadOption... options) {
        return repo.oneOrThrow(Query.from(Coin.class).where("name", "a"), options).worth;
    }
}
