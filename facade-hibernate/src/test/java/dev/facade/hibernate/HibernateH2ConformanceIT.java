package dev.facade.hibernate;

import dev.facade.FacadeRepository;
import dev.facade.test.H2Node;
import dev.facade.test.conformance.BulkContract;
import dev.facade.test.conformance.Capability;
import dev.facade.test.conformance.ChangesetContract;
import dev.facade.test.conformance.ConformanceDatabase;
import dev.facade.test.conformance.LockContract;
import dev.facade.test.conformance.MultiContract;
import dev.facade.test.conformance.ObservedContract;
import dev.facade.test.conformance.PreloadContract;
import dev.facade.test.conformance.QueryContract;
import dev.facade.test.conformance.RepoReadsContract;
import dev.facade.test.conformance.RepoWritesContract;
import dev.facade.test.conformance.SandboxContract;
import dev.facade.test.conformance.SqlContract;
import dev.facade.test.conformance.StreamContract;
import dev.facade.test.conformance.TransactionContract;
import dev.facade.test.conformance.UpsertContract;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The suite with Hibernate on H2. */
class HibernateH2ConformanceIT {

    @RegisterExtension
    static final ConformanceDatabase DATABASE = new HibernateOnH2();

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

    private static final class HibernateOnH2 extends ConformanceDatabase {

        private final H2Node node = H2Node.named("hibernate");

        HibernateOnH2() {
            super(
                    "Hibernate",
                    "H2",
                    Capability.UPSERT,
                    Capability.INSERT_SELECT,
                    Capability.CELL_DEFAULTS,
                    Capability.SCHEMAS,
                    Capability.ARRAYS,
                    Capability.LOCKS,
                    Capability.STATEMENT_ROLLBACK,
                    Capability.CHECK_CONSTRAINTS,
                    Capability.FORCED_UPDATES,
                    Capability.LAZY_TO_ONE,
                    Capability.SET_OPERATIONS,
                    Capability.TO_SQL,
                    Capability.EXPLAIN,
                    Capability.DERIVED_SOURCES);
        }

        @Override
        protected FacadeRepository open(UnaryOperator<DataSource> heard) {
            return HibernateFacade.builder()
                    .master(node.url())
                    .credentials(node.user(), node.password())
                    .entities(entities())
                    .dataSource((name, pool) -> heard.apply(pool))
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
