package dev.facade.test.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.facade.FacadeRepository;
import dev.facade.operation.TransactionAction;
import java.util.List;

/** The common part of all contracts: the repository under test, on empty tables, and its abilities. */
abstract class Contract {

    ConformanceDatabase database;
    FacadeRepository repo;

    final void begin(ConformanceDatabase database) {
        this.database = database;
        this.repo = database.repository();
    }

    /** Asserts that an operation refuses a schema: one that is not there, or any. */
    final <X extends Exception> void refusesTheSchema(TransactionAction<X> operation) throws X {
        assertThat(catchThrowable(operation::run))
                .isInstanceOf(
                        can(Capability.SCHEMAS) ? IllegalArgumentException.class : UnsupportedOperationException.class)
                .hasMessageContaining("expected:")
                .hasMessageContaining("chema");
    }

    /** The statements that are sent to the database while something runs. */
    final <X extends Exception> List<Statements.Statement> sent(TransactionAction<X> action) throws X {
        return database.statements().during(action);
    }

    final boolean can(Capability capability) {
        return database.can(capability);
    }

    /** Runs a case where provider and database can do it; else asserts that the same call refuses and says what it lacks. */
    final <X extends Exception> void orRefuses(Capability capability, TransactionAction<X> test) throws X {
        if (can(capability)) {
            test.run();
            return;
        }
        assertThat(catchThrowable(test::run))
                .as("%s cannot do %s", database, capability)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("expected:");
    }
}
