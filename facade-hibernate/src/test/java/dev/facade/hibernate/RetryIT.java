package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.option.Retry;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.Query;
import dev.facade.test.PostgresCluster;
import jakarta.persistence.PersistenceException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions that say that they may be run again. */
class RetryIT {

    private static final long SEED = 7;

    private final PostgresCluster cluster = Blog.postgres();
    private final FacadeRepository repo = Blog.on(cluster.master())
            .prepareTransaction(em -> em.createNativeQuery("set transaction isolation level repeatable read")
                    .executeUpdate())
            .build();
    private final Retry retry =
            Retry.upTo(20).backoff(Duration.ofMillis(1), Duration.ofMillis(20)).random(new Random(SEED));
    private Post first = new Post("first");
    private Post second = new Post("second");

    @BeforeEach
    void insert() {
        repo.deleteAll(Comment.class);
        repo.deleteAll(Post.class);
        first = repo.insert(first);
        second = repo.insert(second);
    }

    @AfterEach
    void close() {
        repo.close();
    }

    private void like(Post post) {
        repo.updateAll(Query.from(Post.class).where("id", post.id), Change.inc("likes", 1));
    }

    private int likes() {
        return repo.all(Post.class).stream().mapToInt(post -> post.likes).sum();
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(60, TimeUnit.SECONDS);
        } catch (Exception missed) {
            throw new IllegalStateException(missed);
        }
    }

    @Test
    void aSerializationFailureIsRunAgainUntilEachHasSucceededOnce() {
        CyclicBarrier bothHaveRead = new CyclicBarrier(2);
        AtomicInteger runs = new AtomicInteger();
        List<CompletableFuture<Void>> writers = IntStream.range(0, 2)
                .mapToObj(writer -> CompletableFuture.runAsync(() -> {
                    AtomicInteger own = new AtomicInteger();
                    repo.transaction(retry, () -> {
                        runs.incrementAndGet();
                        repo.count(Post.class);
                        if (own.incrementAndGet() == 1) {
                            meet(bothHaveRead);
                        }
                        like(first);
                    });
                }))
                .toList();
        writers.forEach(CompletableFuture::join);
        assertThat(runs).as("seed " + SEED).hasValueGreaterThan(2);
        assertThat(likes()).isEqualTo(2);
    }

    @Test
    void aDeadlockIsRunAgain() {
        CyclicBarrier bothHaveLocked = new CyclicBarrier(2);
        AtomicInteger runs = new AtomicInteger();
        List<CompletableFuture<Void>> writers = List.of(List.of(first, second), List.of(second, first)).stream()
                .map(posts -> CompletableFuture.runAsync(() -> {
                    AtomicInteger own = new AtomicInteger();
                    repo.transaction(retry, () -> {
                        runs.incrementAndGet();
                        like(posts.get(0));
                        if (own.incrementAndGet() == 1) {
                            meet(bothHaveLocked);
                        }
                        like(posts.get(1));
                    });
                }))
                .toList();
        writers.forEach(CompletableFuture::join);
        assertThat(runs).as("seed " + SEED).hasValueGreaterThan(2);
        assertThat(likes()).isEqualTo(4);
    }

    @Test
    void anythingElseIsRunOnceAndTheLimitIsKept() {
        AtomicInteger runs = new AtomicInteger();
        assertThatThrownBy(() -> repo.transaction(retry, () -> {
                    runs.incrementAndGet();
                    throw new IllegalStateException("the caller's own");
                }))
                .hasMessage("the caller's own");
        assertThat(runs).hasValue(1);
        assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() -> repo.transaction(Retry.upTo(3).backoff(Duration.ZERO, Duration.ZERO), () -> {
                    runs.incrementAndGet();
                    repo.count(Post.class); // its snapshot is older than what the other one commits
                    CompletableFuture.runAsync(() -> repo.transaction(() -> like(first)))
                            .join();
                    like(first);
                }));
        assertThat(runs).hasValue(4);
        assertThat(likes()).as("the others'").isEqualTo(3);
    }

    @Test
    void aFailureOfSomethingElseThatTheBodyUsesIsNotRunAgain() {
        for (RuntimeException other : List.of(
                new UncheckedIOException(new SocketTimeoutException("mail server")),
                new PersistenceException(new SQLNonTransientConnectionException("another database", "08006")),
                new PersistenceException(new SQLException("another deadlock", "40P01")))) {
            AtomicInteger runs = new AtomicInteger();
            assertThatThrownBy(() -> repo.transaction(retry, () -> {
                        runs.incrementAndGet();
                        like(first);
                        throw other;
                    }))
                    .isSameAs(other);
            assertThat(runs).as(other.toString()).hasValue(1);
        }
        assertThat(likes()).isZero();
    }

    @Test
    void itIsRefusedInsideATransactionOrCheckout() {
        assertThatThrownBy(() -> repo.transaction(() -> repo.transaction(retry, () -> like(first))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("transaction: Retry.upTo(20) inside a transaction or checkout");
        assertThatThrownBy(() -> repo.checkout(() -> repo.transaction(retry, () -> 1)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> repo.readOnlyTransaction(() -> repo.transaction(retry, () -> 1)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(likes()).isZero();
    }

    @Test
    void aMasterThatDoesNotComeBackIsNotWaitedForForEver() {
        PoolSettings impatient = PoolSettings.forMaster().withConnectionTimeout(Duration.ofMillis(250));
        try (FacadeRepository alone =
                Blog.on(cluster.master()).masterPool(impatient).build()) {
            alone.count(Post.class);
            cluster.master().link().refuse();
            AtomicInteger runs = new AtomicInteger();
            assertThatExceptionOfType(PersistenceException.class)
                    .isThrownBy(() -> alone.transaction(retry.masterWithin(Duration.ofMillis(100)), () -> {
                        runs.incrementAndGet();
                        alone.insert(new Post("never"));
                    }));
            assertThat(runs).hasValueLessThan(2);
        } finally {
            cluster.master().link().heal();
        }
    }

    /** All its connections are in use and hang; it is replaced, as by Patroni, when the wait for one has ended. */
    @Test
    void whoFoundNoConnectionToAFrozenMasterWaitsForTheNextOne() {
        AtomicBoolean promoted = new AtomicBoolean();
        PoolSettings one = PoolSettings.forMaster().withMaxSize(1).withConnectionTimeout(Duration.ofMillis(500));
        try (PostgresCluster pair = Blog.postgres("rome");
                FacadeRepository on = Blog.on(pair.master(), pair.replicas())
                        .masterPool(one)
                        .listener(event -> {
                            boolean failed = event.operation().equals("transaction") && event.error() != null;
                            if (failed && !promoted.getAndSet(true)) {
                                pair.replica("rome").promote();
                            }
                        })
                        .build()) {
            await().pollInSameThread() // the first connection takes long on a busy machine
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> on.count(Post.class, Target.master()) == 0);
            on.insert(new Post("first"));
            pair.awaitCaughtUp();
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch frozen = new CountDownLatch(1);
            CompletableFuture<Void> hung = CompletableFuture.runAsync(() -> on.transaction(() -> {
                inside.countDown();
                awaitSeconds(frozen);
                on.insert(new Post("hangs"));
            }));
            awaitSeconds(inside);
            pair.master().freeze();
            frozen.countDown();
            AtomicInteger runs = new AtomicInteger();
            on.transaction(retry.masterWithin(Duration.ofSeconds(30)), () -> {
                runs.incrementAndGet();
                on.insert(new Post("patient"));
            });
            assertThat(runs).as("its body, which had not begun").hasValue(1);
            assertThat(on.master()).isEqualTo("rome");
            pair.master().thaw();
            assertThat(hung).failsWithin(Duration.ofSeconds(60));
        }
    }

    private static void awaitSeconds(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
