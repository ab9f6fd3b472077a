package dev.facade.query;

import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaQuery;
import java.util.function.Function;

/**
 * What can be read. Implementations are immutable and belong to no node: each node compiles them for its own factory.
 *
 * @param <T> what a row becomes
 */
public interface Queryable<T> {

    /**
     * Reads what a criteria query, built anew for each node, selects.
     *
     * @param type what a row becomes
     * @param builder makes the query from the node's criteria builder; must not keep it
     * @param <T> what a row becomes
     * @return the queryable
     */
    static <T> Queryable<T> criteria(Class<T> type, Function<CriteriaBuilder, CriteriaQuery<T>> builder) {
        return new CriteriaQueryable<>(type, builder);
    }

    /**
     * Makes the query on one node.
     *
     * @param entityManager of the node that was picked
     * @return a query that has not run
     * @throws IllegalArgumentException if it cannot be compiled, or a parameter is missing
     */
    TypedQuery<T> compile(EntityManager entityManager);

    /**
     * Says in a few words what is read.
     *
     * @return an entity's name, or the query's text
     */
    String subject();
}
