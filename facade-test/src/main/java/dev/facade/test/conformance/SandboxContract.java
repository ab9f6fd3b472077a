package dev.facade.test.conformance;

import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.facade.FacadeRepository;
import dev.facade.operation.Outcome;
import dev.facade.option.Target;
import dev.facade.option.Timeout;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Work that is held together, and undone: what Ecto's sandbox is for; its cases of {@code sandbox.exs}. */
public abstract class SandboxContract extends Contract {

    /** For subclasses. */
    protected SandboxContract() {}

    @Test
    void x02AClosedRepositoryRefusesEverything() {
        EntityManagerFactory factory = repo.withEntityManager(Target.master(), EntityManager::getEntityManagerFactory);
        FacadeRepository closed = FacadeRepository.builder().master(factory).build();
        closed.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> closed.all(Post.class))
                .withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(() -> closed.insert(new Post("1")));
        assertThatIllegalStateException().isThrownBy(() -> closed.transaction(() -> {}));
        assertThatIllegalStateException().isThrownBy(() -> closed.checkout(() -> 1));
        assertThat(repo.count(Post.class)).isZero();
    }

    @Test
    void x11WhatATestWritesIsRolledBack() {
        Outcome<Long> outcome = repo.transact(() -> {
            repo.insert(new Post("1"));
            repo.updateAll(from(Post.class), dev.facade.query.Change.set("title", "2"));
            throw repo.rollback(repo.count(Post.class));
        });
        assertThat(outcome).isEqualTo(new Outcome.RolledBack<>(1L));
        assertThat(repo.count(Post.class)).isZero();
        assertThat(database.another().count(Post.class)).isZero();
    }

    @Test
    void x12WithoutARollbackItPersists() {
        repo.checkout(() -> repo.insert(new Post("1")));
        assertThat(database.another().count(Post.class)).isEqualTo(1);
    }

    @Test
    void x15AFailedStatementDoesNotPoisonACheckout() {
        repo.checkout(() -> {
            repo.insert(new Post("1"));
            assertThatExceptionOfType(PersistenceException.class)
                    .isThrownBy(() -> repo.sql().query("select nothing from nowhere"));
            assertThat(repo.count(Post.class)).isEqualTo(1);
            return repo.insert(new Post("2"));
        });
        assertThat(repo.count(Post.class)).isEqualTo(2);
    }

    @Test
    void x16AReadOnlyTransactionIsIsolated() {
        FacadeRepository other = database.another();
        repo.readOnlyTransaction(() -> {
            assertThat(repo.count(Post.class)).isZero();
            other.insert(new Post("1"));
            assertThat(repo.count(Post.class)).isZero();
            return null;
        });
        assertThat(repo.count(Post.class)).isEqualTo(1);
    }

    @Test
    void x17AStatementThatTakesTooLongEndsItsTransaction() {
        assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() -> repo.transaction(() -> {
                    repo.insert(new Post("1"));
                    repo.sql().query(database.endless(), Map.of(), Timeout.of(Duration.ofSeconds(1)));
                }));
        assertThat(repo.count(Post.class)).isZero();
    }

    @Test
    void t11x18ATransactionInsideACheckout() {
        assertState(false, false);
        repo.checkout(() -> {
            assertState(true, false);
            repo.transaction(() -> {
                assertState(true, true);
                repo.insert(new Post("1"));
            });
            assertState(true, false);
            return repo.count(Post.class);
        });
        assertState(false, false);
        assertThat(database.another().count(Post.class)).isEqualTo(1);
    }

    @Test
    void t12x19ACheckoutInsideATransactionStaysInIt() {
        repo.transaction(() -> {
            assertState(true, true);
            repo.checkout(() -> {
                assertState(true, true);
                return repo.insert(new Post("1"));
            });
            assertState(true, true);
            assertThat(database.another().count(Post.class)).isZero();
        });
        assertState(false, false);
        assertThat(repo.count(Post.class)).isEqualTo(1);
    }

    private void assertState(boolean checkedOut, boolean inTransaction) {
        assertThat(repo.isCheckedOut()).isEqualTo(checkedOut);
        assertThat(repo.inTransaction()).isEqualTo(inTransaction);
    }
}
