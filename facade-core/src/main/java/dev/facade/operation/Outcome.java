package dev.facade.operation;

import dev.facade.engine.entity.Echo;
import dev.facade.error.TransactionRolledBackException;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction ended.
 *
 * <pre>{@code
 * Outcome<Post> outcome = repo.transact(() -> repo.insert(new Post("Hello")));
 * Post saved = outcome.orElseThrow();
 * }</pre>
 *
 * @param <T> what its body returned
 */
public sealed interface Outcome<T> {

    /**
     * Tells whether it was committed.
     *
     * @return true for {@link Committed}
     */
    default boolean isCommitted() {
        return this instanceof Committed;
    }

    /**
     * Returns what the body returned.
     *
     * <p>{@code Order order = repo.transact(() -> place(cart)).orElseThrow();}
     *
     * @return the value
     * @throws TransactionRolledBackException if it was rolled back; with the value that was handed to {@code rollback}
     */
    default T orElseThrow() {
        if (this instanceof Committed<T> committed) {
            return committed.value();
        }
        Object why = ((RolledBack<T>) this).value();
        throw new TransactionRolledBackException("transact: rolled back with " + Echo.of(why), why, null);
    }

    /**
     * It was committed.
     *
     * @param value what the body returned
     * @param <T> its type
     */
    record Committed<T>(T value) implements Outcome<T> {}

    /**
     * It was rolled back by {@code rollback(value)} or by a failed inner step.
     *
     * @param value what was handed to {@code rollback}, or null
     * @param <T> what the body would have returned
     */
    record RolledBack<T>(@Nullable Object value) implements Outcome<T> {}
}
