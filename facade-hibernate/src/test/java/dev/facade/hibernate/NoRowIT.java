package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.facade.FacadeRepository;
import dev.facade.changeset.Changeset;
import dev.facade.changeset.OnReplace;
import dev.facade.event.FailureClass;
import dev.facade.event.Role;
import dev.facade.option.Lock;
import dev.facade.option.Retry;
import dev.facade.option.Target;
import dev.facade.option.WriteOption;
import dev.facade.query.Preload;
import dev.facade.spi.FailureClassifier;
import dev.facade.spi.TransactionHost;
import dev.facade.test.PostgresCluster;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.hibernate.resource.jdbc.spi.StatementInspector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** "There is no such row" is said where the database said it, and not where it could not be asked. */
class NoRowIT {

    private final PostgresCluster cluster = Blog.postgres();
    private final AtomicReference<Runnable> beforeARead = new AtomicReference<>();
    private final ThreadLocal<TransactionHost.HostedTransaction> hosted = new ThreadLocal<>();
    private final AtomicReference<EntityManagerFactory> master = new AtomicReference<>();
    private final FacadeRepository repo = Blog.onPostgresWithReplicas()
            .hibernate("hibernate.session_factory.statement_inspector", (StatementInspector) this::inspected)
            .transactionHost(factory -> {
                master.set(factory);
                return hosted.get();
            })
            .build();
    private Post post;

    private String inspected(String sql) {
        boolean asks = sql.contains(" Post ") || sql.contains("from Comment");
        Runnable once = asks ? beforeARead.getAndSet(null) : null;
        if (once != null) {
            once.run();
        }
        return sql;
    }

    @BeforeEach
    void insert() {
        repo.deleteAll(Comment.class);
        repo.deleteAll(Post.class);
        repo.insert(new Post("a").with("x"));
        post = repo.one(dev.facade.query.Query.from(Post.class), Target.master(), Preload.of("comments"))
                .orElseThrow();
    }

    @AfterEach
    void close() {
        beforeARead.set(null);
        repo.close();
    }

    private void cutBeforeTheNextRead() {
        beforeARead.set(cluster.master().link()::cut);
    }

    private void cutEverything() {
        cluster.master().link().cut();
        cluster.replicas().forEach(replica -> replica.link().cut());
    }

    /** Each operation that looks a row up by its key. */
    private Map<String, Runnable> lookups() {
        Map<String, Runnable> lookups = new LinkedHashMap<>();
        lookups.put("get", () -> repo.get(Post.class, post.id));
        lookups.put("getOrThrow", () -> repo.getOrThrow(Post.class, post.id));
        lookups.put("get with a lock", () -> repo.get(Post.class, post.id, Lock.pessimisticWrite()));
        lookups.put("get with a preload", () -> repo.get(Post.class, post.id, Preload.of("comments")));
        lookups.put("reload", () -> repo.reload(post));
        lookups.put("update", () -> repo.update(post));
        lookups.put("update of a changeset", () -> repo.update(Changeset.change(post, Map.of("likes", 5))));
        lookups.put(
                "update by force", () -> repo.update(Changeset.change(post, Map.of("likes", 5)), WriteOption.force()));
        lookups.put(
                "update of associations",
                () -> repo.update(Changeset.change(post).putAssoc("comments", List.of(), OnReplace.DELETE)));
        lookups.put("insertOrUpdate", () -> repo.insertOrUpdate(post));
        lookups.put("delete", () -> repo.delete(post));
        return lookups;
    }

    @Test
    void t57ALookupInATransactionThatIsCutOffFindsNotNothing() {
        lookups().forEach((name, lookup) -> {
            Throwable failure = catchThrowable(() -> repo.transaction(() -> {
                repo.count(Comment.class);
                cutBeforeTheNextRead();
                lookup.run();
            }));
            assertIsOfTheConnection(name, failure);
        });
    }

    @Test
    void t57ALookupOutsideATransactionThatIsCutOffFindsNotNothing() {
        Map<String, Runnable> writes = lookups();
        writes.keySet().removeIf(name -> name.startsWith("get") && !name.contains("lock") || name.equals("reload"));
        writes.forEach((name, write) -> {
            cutBeforeTheNextRead();
            assertIsOfTheConnection(name, catchThrowable(write::run));
        });
        cutBeforeTheNextRead();
        assertIsOfTheConnection("checkout", catchThrowable(() -> repo.checkout(() -> repo.get(Post.class, post.id))));
    }

    @Test
    void t57ALookupInAHostsTransactionThatIsCutOffFindsNotNothing() {
        repo.count(Post.class);
        lookups().forEach((name, lookup) -> {
            Throwable failure = catchThrowable(() -> inHostsTransaction(() -> {
                repo.count(Comment.class);
                cutBeforeTheNextRead();
                lookup.run();
            }));
            assertIsOfTheConnection(name, failure);
        });
    }

    /** The host's mark alone says nothing about a row. */
    @Test
    void t57InATransactionThatIsMarkedTheDatabaseIsAskedAsEver() {
        repo.count(Post.class);
        inHostsTransaction(() -> {
            hosted.get().setRollbackOnly();
            assertThat(repo.get(Post.class, -1L)).isEmpty();
            assertThat(repo.get(Post.class, post.id)).isPresent();
            repo.delete(post);
            assertThat(repo.get(Post.class, post.id)).isEmpty();
        });
        assertThat(repo.get(Post.class, post.id, Target.master())).isPresent();
    }

    @Test
    void t57ARetryableTransactionThatIsCutOffIsRunAgain() {
        AtomicInteger runs = new AtomicInteger();
        Post changed = repo.transaction(Retry.upTo(3).backoff(Duration.ZERO, Duration.ZERO), () -> {
            repo.count(Comment.class);
            if (runs.incrementAndGet() == 1) {
                cutBeforeTheNextRead();
            }
            Post locked = repo.getOrThrow(Post.class, post.id, Lock.pessimisticWrite());
            return repo.updateOrThrow(Changeset.change(locked, Map.of("likes", 7)));
        });
        assertThat(runs).hasValue(2);
        assertThat(changed.likes).isEqualTo(7);
    }

    /** A snapshot is a transaction, too. */
    @Test
    void t57ASnapshotOfAReplicaThatIsCutOffIsReadElsewhere() {
        cluster.awaitCaughtUp();
        beforeARead.set(
                () -> cluster.replicas().forEach(replica -> replica.link().cut()));
        assertThat(repo.get(Post.class, post.id, Preload.of("comments"))).isPresent();
        Throwable failure = catchThrowable(() -> repo.readOnlyTransaction(() -> {
            repo.count(Comment.class);
            beforeARead.set(this::cutEverything);
            return repo.get(Post.class, post.id);
        }));
        assertIsOfTheConnection("readOnlyTransaction", failure);
    }

    @Test
    void t57UnderManyCutsNoRowIsMissed() {
        AtomicInteger committed = new AtomicInteger();
        List<CompletableFuture<Void>> writers = IntStream.range(0, 8)
                .mapToObj(writer -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 20; i++) {
                        write(writer == 0 && i % 2 == 0);
                        committed.incrementAndGet();
                    }
                }))
                .toList();
        writers.forEach(CompletableFuture::join);
        assertThat(committed).hasValue(160);
    }

    /** A commit whose answer is lost is an answer, too; an empty one is none. */
    private void write(boolean cut) {
        AtomicBoolean toCut = new AtomicBoolean(cut);
        try {
            repo.transaction(Retry.upTo(50).backoff(Duration.ZERO, Duration.ofMillis(5)), () -> {
                repo.count(Comment.class);
                if (toCut.getAndSet(false)) {
                    cluster.master().link().cut();
                }
                Post locked = repo.getOrThrow(Post.class, post.id, Lock.pessimisticWrite());
                repo.updateOrThrow(Changeset.change(locked, Map.of("likes", locked.likes + 1)));
            });
        } catch (dev.facade.error.CommitOutcomeUnknownException unknown) {
            assertThat(unknown).hasCauseInstanceOf(Exception.class);
        }
    }

    private void inHostsTransaction(Runnable body) {
        try (EntityManager em = master.get().createEntityManager()) {
            em.getTransaction().begin();
            hosted.set(new Joined(em));
            body.run();
            em.getTransaction().rollback();
        } finally {
            hosted.remove();
        }
    }

    private record Joined(EntityManager entityManager) implements TransactionHost.HostedTransaction {

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public void setRollbackOnly() {
            entityManager.getTransaction().setRollbackOnly();
        }
    }

    private static void assertIsOfTheConnection(String what, Throwable failure) {
        assertThat(failure).as(what).isNotNull();
        assertThat(FailureClassifier.classify(failure, Role.MASTER))
                .as(what + ": " + failure)
                .isEqualTo(FailureClass.NODE);
    }
}
