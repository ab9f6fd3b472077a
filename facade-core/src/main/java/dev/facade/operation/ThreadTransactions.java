package dev.facade.operation;

import jakarta.persistence.EntityManagerFactory;
import org.jspecify.annotations.Nullable;

/** The facade's own transactions, each bound to the thread that opened it. Thread-safe. */
final class ThreadTransactions implements TransactionHost {

    private final ThreadLocal<@Nullable FacadeTransaction> bound = new ThreadLocal<>();

    @Override
    public @Nullable FacadeTransaction current(EntityManagerFactory master) {
        return bound.get();
    }

    /** Binds a transaction; returns what was bound before, to be handed to {@link #unbind}. */
    @Nullable
    FacadeTransaction bind(FacadeTransaction transaction) {
        FacadeTransaction before = bound.get();
        bound.set(transaction);
        return before;
    }

    void unbind(@Nullable FacadeTransaction before) {
        if (before == null) {
            bound.remove();
        } else {
            bound.set(before);
        }
    }
}
