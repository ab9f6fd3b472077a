package dev.facade.test.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.FacadeRepository;
import dev.facade.error.TransactionRolledBackException;
import dev.facade.operation.Outcome;
import jakarta.persistence.PersistenceException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Transactions; another repository on the same database observes. */
public abstract class TransactionContract extends Contract {

    /** For subclasses. */
    protected TransactionContract() {}

    @Test
    void t01NestedTransactionsReturnValues() {
        assertThat(repo.inTransaction()).isFalse();
        String value = repo.transaction(() -> {
            assertThat(repo.inTransaction()).isTrue();
            String inner = repo.transaction(() -> {
                assertThat(repo.inTransaction()).isTrue();
                repo.insert(new Post("inner"));
                return "inner";
            });
            assertThat(repo.inTransaction()).isTrue();
            return inner + " and outer";
        });
        assertThat(value).isEqualTo("inner and outer");
        assertThat(repo.inTransaction()).isFalse();
        assertThat(database.another().all(Post.class)).hasSize(1);
    }

    @Test
    void t02CommittedIsSeenByOthersFromTheCommitOn() {
        FacadeRepository observer = database.another();
        repo.transaction(() -> {
            repo.insert(new Post("1"));
            assertThat(repo.all(Post.class)).hasSize(1);
            assertThat(observer.all(Post.class)).isEmpty();
        });
        assertThat(observer.all(Post.class)).hasSize(1);
    }

    @Test
    void t04AnExceptionRollsBackAndPropagates() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> repo.transaction(() -> {
                    repo.insert(new Post("1"));
                    throw new IllegalStateException("oops");
                }))
                .withMessage("oops");
        assertThat(database.another().all(Post.class)).isEmpty();
    }

    @Test
    void t06AConstraintFailureInAnotherRepositorysTransactionPropagates() {
        FacadeRepository other = database.another();
        UUID uuid = UUID.randomUUID();
        repo.insert(withUuid(uuid));
        assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() -> repo.transaction(() -> {
                    repo.insert(new Post("rolled back too"));
                    other.transaction(() -> {
                        assertThat(other.inTransaction()).isTrue();
                        other.insert(withUuid(uuid));
                    });
                }))
                .satisfies(failure -> assertThat(failure).rootCause().message().containsIgnoringCase("posts_uuid"));
        assertThat(repo.count(Post.class)).isOne();
    }

    @Test
    void t07ANestedFailureThatIsCaughtPoisonsTheOuterTransaction() {
        assertThatExceptionOfType(TransactionRolledBackException.class)
                .isThrownBy(() -> repo.transaction(() -> {
                    repo.insert(new Post("1"));
                    try {
                        repo.transaction(() -> {
                            throw new IllegalStateException("inner");
                        });
                    } catch (IllegalStateException caught) {
                        assertThatExceptionOfType(TransactionRolledBackException.class)
                                .isThrownBy(() -> repo.insert(new Post("2")))
                                .withMessageContaining("inner");
                        assertThatExceptionOfType(TransactionRolledBackException.class)
                                .isThrownBy(() -> repo.all(Post.class));
                    }
                }));
        assertThat(database.another().all(Post.class)).isEmpty();
    }

    @Test
    void t07AFailedWriteThatIsCaughtPoisonsTheTransaction() {
        UUID uuid = UUID.randomUUID();
        repo.insert(withUuid(uuid));
        assertThatExceptionOfType(TransactionRolledBackException.class)
                .isThrownBy(() -> repo.transaction(() -> {
                    repo.insert(new Post("1"));
                    assertThatExceptionOfType(PersistenceException.class).isThrownBy(() -> repo.insert(withUuid(uuid)));
                }));
        assertThat(repo.count(Post.class)).isOne();
    }

    @Test
    void t08ARollbackByHandReturnsItsValueAndStoresNothing() {
        Outcome<String> outcome = repo.transact(() -> {
            repo.insert(new Post("1"));
            throw repo.rollback("because");
        });
        assertThat(outcome.isCommitted()).isFalse();
        assertThat(outcome).isEqualTo(new Outcome.RolledBack<String>("because"));
        assertThat(database.another().all(Post.class)).isEmpty();
        assertThat(repo.transact(() -> "done")).isEqualTo(new Outcome.Committed<>("done"));
    }

    @Test
    void t10TransactionsAreNotSharedBetweenThreads() {
        repo.transaction(() -> {
            repo.insert(new Post("1"));
            CompletableFuture<List<Post>> elsewhere = CompletableFuture.supplyAsync(() -> {
                assertThat(repo.inTransaction()).isFalse();
                return repo.all(Post.class);
            });
            assertThat(elsewhere.join()).isEmpty();
        });
        assertThat(repo.all(Post.class)).hasSize(1);
    }

    @Test
    void r145ACommittedTransactionReturnsItsValue() {
        Post post = repo.transaction(() -> repo.insert(new Post("1")));
        assertThat(repo.get(Post.class, post.id)).isPresent();
    }

    @Test
    void r146ARolledBackEntityIsNewAgain() {
        Post post = new Post("1");
        repo.transact(() -> {
            repo.insert(post);
            throw repo.rollback(null);
        });
        assertThat(post.id).isNull();
        repo.insert(post);
        assertThat(repo.count(Post.class)).isOne();
    }

    private static Post withUuid(UUID uuid) {
        Post post = new Post("unique");
        post.uuid = uuid;
        return post;
    }

    @Test
    void u27ABodyReturnsAValueOrNothing() {
        Post post = repo.transaction(() -> repo.insert(new Post("1")));
        repo.transaction(() -> {
            repo.insert(new Post("2"));
        });
        assertThat(post.title).isEqualTo("1");
        assertThat(repo.count(Post.class)).isEqualTo(2);
        assertThatExceptionOfType(java.io.IOException.class)
                .isThrownBy(() -> repo.transaction(() -> {
                    repo.insert(new Post("3"));
                    throw new java.io.IOException("checked");
                }));
        assertThat(repo.count(Post.class)).isEqualTo(2);
    }

    @Test
    void t13TransactionsAreNotBegunOrEndedInSql() {
        for (String word : List.of(
                "BEGIN",
                "commit",
                " /* so */ Rollback",
                "-- so\nstart transaction",
                "END;",
                "savepoint s",
                "release s",
                "select 1; commit",
                "select 1;\n--\n rollback")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.checkout(() -> repo.sql().query(word)))
                    .withMessageContaining("expected: ");
        }
        assertThat(repo.insert(new Post("1")).id).isNotNull();
    }
}
