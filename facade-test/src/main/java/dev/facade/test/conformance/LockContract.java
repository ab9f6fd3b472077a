package dev.facade.test.conformance;

import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.option.Lock;
import dev.facade.query.Change;
import jakarta.persistence.PersistenceException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Locks on rows. */
public abstract class LockContract extends Contract {

    /** For subclasses. */
    protected LockContract() {}

    @Test
    void l01TwoTransactionsThatLockTheSameRowRunOneAfterTheOther() throws Exception {
        Post post = new Post("1");
        post.counter = 1;
        long id = repo.insert(post).id;
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        // Two threads of its own: the common pool may have one only.
        ExecutorService threads = Executors.newFixedThreadPool(2);
        CompletableFuture<Void> first = CompletableFuture.runAsync(
                () -> repo.transaction(() -> {
                    Post held = repo.getOrThrow(Post.class, id, Lock.pessimisticWrite());
                    locked.countDown();
                    await(asked);
                    increment(held);
                }),
                threads);
        CompletableFuture<Void> second = CompletableFuture.runAsync(
                () -> repo.transaction(() -> {
                    await(locked);
                    asked.countDown();
                    increment(repo.getOrThrow(Post.class, id, Lock.pessimisticWrite()));
                }),
                threads);
        try {
            CompletableFuture.allOf(first, second).get(20, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
        assertThat(repo.getOrThrow(Post.class, id).counter).isEqualTo(3);
    }

    private void increment(Post post) {
        post.counter++;
        repo.update(post);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void a02ADeadlockEndsOneOfTwoTransactions() throws Exception {
        long one = repo.insert(new Post("1")).id;
        long two = repo.insert(new Post("2")).id;
        CountDownLatch both = new CountDownLatch(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            CompletableFuture<Boolean> first = CompletableFuture.supplyAsync(() -> survives(one, two, both), threads);
            CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> survives(two, one, both), threads);
            assertThat(List.of(first.get(20, TimeUnit.SECONDS), second.get(20, TimeUnit.SECONDS)))
                    .containsExactlyInAnyOrder(true, false);
        } finally {
            threads.shutdownNow();
        }
        assertThat(repo.all(Post.class)).extracting(post -> post.counter).containsExactly(2, 2);
    }

    /** Locks a row, then another which somebody else has locked. */
    private boolean survives(long own, long others, CountDownLatch both) {
        try {
            repo.transaction(() -> {
                set(own, 1);
                both.countDown();
                await(both);
                set(others, 2);
                set(own, 2);
            });
            return true;
        } catch (PersistenceException deadlock) {
            assertThat(repo.count(Post.class)).as("the connection is usable").isEqualTo(2);
            return false;
        }
    }

    private void set(long id, int counter) {
        repo.updateAll(from(Post.class).where("id", id), Change.set("counter", counter));
    }
}
