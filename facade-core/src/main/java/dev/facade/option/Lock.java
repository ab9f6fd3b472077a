package dev.facade.option;

import jakarta.persistence.LockModeType;
import java.util.Objects;

/**
 * Locks the rows that are read, which sends the read to the master.
 *
 * <p>The lock lasts until the surrounding transaction ends; outside of one it is released when the call returns.
 *
 * <pre>{@code
 * repo.transaction(() -> repo.getOrThrow(Post.class, id, Lock.pessimisticWrite()));
 * }</pre>
 *
 * @param mode JPA's lock mode
 */
public record Lock(LockModeType mode) implements ReadOption {

    /**
     * Checks and copies the components.
     *
     * @param mode JPA's lock mode
     */
    public Lock {
        Objects.requireNonNull(mode, "mode");
    }

    /**
     * Locks for update.
     *
     * @return the option
     */
    public static Lock pessimisticWrite() {
        return new Lock(LockModeType.PESSIMISTIC_WRITE);
    }

    /**
     * Locks against updates by others.
     *
     * @return the option
     */
    public static Lock pessimisticRead() {
        return new Lock(LockModeType.PESSIMISTIC_READ);
    }
}
