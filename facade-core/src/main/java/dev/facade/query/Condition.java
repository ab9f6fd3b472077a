package dev.facade.query;

import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.Predicate;
import jakarta.persistence.criteria.Root;

/**
 * A condition on entities, built anew for each node: {@code (cb, post) -> cb.gt(post.get("likes"), 100)}.
 *
 * @param <T> the entity
 */
@FunctionalInterface
public interface Condition<T> {

    /**
     * Builds the condition.
     *
     * @param builder the node's criteria builder
     * @param root the entity
     * @return the condition
     */
    Predicate on(CriteriaBuilder builder, Root<T> root);
}
