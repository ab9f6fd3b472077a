package dev.facade.operation;

import jakarta.persistence.EntityManager;

/**
 * Work on an EntityManager that the facade lends.
 *
 * @param <T> what it returns
 */
@FunctionalInterface
public interface EntityManagerWork<T> {

    /**
     * Does the work.
     *
     * @param entityManager open, in a transaction; not to be kept, closed, or committed
     * @return the result
     */
    T on(EntityManager entityManager);
}
