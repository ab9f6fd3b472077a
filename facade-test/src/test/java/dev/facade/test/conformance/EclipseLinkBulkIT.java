package dev.facade.test.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.FacadeRepository;
import dev.facade.option.Schema;
import dev.facade.query.Change;
import dev.facade.query.Expression;
import dev.facade.query.OnConflict;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceConfiguration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What of bulk writes JPA alone can do, and how the rest is refused. */
class EclipseLinkBulkIT {

    private final H2Node node = H2Node.named("portable");
    private FacadeRepository repo;

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

    record Row(String name, int worth) {}

    @BeforeEach
    void open() {
        EntityManagerFactory factory = new PersistenceConfiguration("portable")
                .provider("org.eclipse.persistence.jpa.PersistenceProvider")
                .property(PersistenceConfiguration.JDBC_URL, node.url())
                .property(PersistenceConfiguration.JDBC_USER, node.user())
                .property(PersistenceConfiguration.JDBC_PASSWORD, node.password())
                .property("eclipselink.cache.shared.default", "false")
                .property("eclipselink.weaving", "false")
                .property("eclipselink.deploy-on-startup", "true")
                .property("eclipselink.ddl-generation", "create-tables")
                .property("eclipselink.session-name", "portable-" + UUID.randomUUID())
                .property("eclipselink.logging.level", "WARNING")
                .managedClass(Coin.class)
                .createEntityManagerFactory();
        repo = FacadeRepository.builder().master(factory).closing(factory).build();
    }

    @AfterEach
    void close() {
        repo.close();
        node.close();
    }

    @Test
    void entitiesMapsAndRecordsAreRows() {
        assertThat(repo.insertAll(
                        Coin.class, List.of(new Coin("a", 1), Map.of("name", "b", "worth", 2), new Row("c", 3))))
                .isEqualTo(3);
        assertThat(repo.all(
                        Query.from(Coin.class).orderBy(Expression.field("name").asc())))
                .extracting(coin -> coin.name + coin.worth)
                .containsExactly("a1", "b2", "c3");
        assertThat(repo.insertAllReturning(Coin.class, List.of(new Row("d", 4))))
                .extracting(coin -> coin.worth)
                .containsExactly(4);
    }

    @Test
    void rowsThatAreChangedOrDeletedComeBack() {
        repo.insertAll(Coin.class, List.of(new Row("a", 1), new Row("b", 2)));
        Query<Coin> cheap = Query.from(Coin.class).where("worth", 1);
        assertThat(repo.updateAllReturning(cheap, Change.inc("worth", 5)))
                .extracting(coin -> coin.worth)
                .containsExactly(6);
        assertThat(repo.deleteAllReturning(Query.from(Coin.class).where("worth", 6)))
                .extracting(coin -> coin.name)
                .containsExactly("a");
        assertThat(repo.count(Coin.class)).isEqualTo(1);
    }

    @Test
    void whatOnlyHibernateCanDoIsRefusedByName() {
        List<Row> rows = List.of(new Row("a", 1));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> repo.insertAll(Coin.class, rows, OnConflict.nothing()))
                .withMessageContaining("expected: Hibernate");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> repo.insertAll(Coin.class, rows, Schema.of("other")))
                .withMessageContaining("expected: Hibernate");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(
                        () -> repo.insertAll(Coin.class, Query.from(Coin.class).selectMap(Expression.field("name"))))
                .withMessageContaining("expected: Hibernate");
        assertThatIllegalArgumentException().isThrownBy(() -> repo.insertAll(Coin.class, List.of("a")));
        assertThat(repo.count(Coin.class)).isZero();
    }
}
