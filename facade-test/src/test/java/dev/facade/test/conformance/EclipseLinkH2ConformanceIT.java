package dev.facade.test.conformance;

import dev.facade.FacadeRepository;
import dev.facade.test.H2Node;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceConfiguration;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The suite with EclipseLink on H2. */
class EclipseLinkH2ConformanceIT {

    @RegisterExtension
    static final ConformanceDatabase DATABASE = new EclipseLinkOnH2();

    @Nested
    class RepoReads extends RepoReadsContract {}

    @Nested
    class RepoWrites extends RepoWritesContract {}

    @Nested
    class Queries extends QueryContract {}

    @Nested
    class Bulk extends BulkContract {}

    @Nested
    class Upserts extends UpsertContract {}

    @Nested
    class Changesets extends ChangesetContract {}

    @Nested
    class Multis extends MultiContract {}

    @Nested
    class Preloads extends PreloadContract {}

    @Nested
    class Sql extends SqlContract {}

    @Nested
    class Transactions extends TransactionContract {}

    @Nested
    class Streams extends StreamContract {}

    @Nested
    class Observed extends ObservedContract {}

    @Nested
    class Sandboxes extends SandboxContract {}

    @Nested
    class Locks extends LockContract {}

    private static final class EclipseLinkOnH2 extends ConformanceDatabase {

        private final H2Node node = H2Node.named("eclipselink");

        EclipseLinkOnH2() {
            super("EclipseLink", "H2", Capability.LOCKS, Capability.STATEMENT_ROLLBACK, Capability.CHECK_CONSTRAINTS);
        }

        @Override
        protected FacadeRepository open(UnaryOperator<DataSource> heard) {
            JdbcConnectionPool pool = JdbcConnectionPool.create(node.url(), node.user(), node.password());
            PersistenceConfiguration unit = new PersistenceConfiguration("conformance")
                    .provider("org.eclipse.persistence.jpa.PersistenceProvider")
                    .property("jakarta.persistence.nonJtaDataSource", heard.apply(pool))
                    .property("eclipselink.cache.shared.default", "false")
                    .property("eclipselink.weaving", "false")
                    .property("eclipselink.deploy-on-startup", "true")
                    .property("eclipselink.session-name", "conformance-" + UUID.randomUUID())
                    .property("eclipselink.logging.level", "WARNING");
            List.of(entities()).forEach(unit::managedClass);
            EntityManagerFactory factory = unit.createEntityManagerFactory();
            return FacadeRepository.builder()
                    .master(factory)
                    .closing(factory)
                    .closing(pool::dispose)
                    .build();
        }

        @Override
        protected void execute(String... statements) {
            node.execute(statements);
        }

        @Override
        protected void stop() {
            node.close();
        }
    }
}
