package dev.facade.query;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import jakarta.persistence.TypedQuery;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaDelete;
import jakarta.persistence.criteria.CriteriaQuery;
import jakarta.persistence.criteria.CriteriaUpdate;
import jakarta.persistence.criteria.Predicate;
import jakarta.persistence.criteria.Root;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The entities of one class, all or those that meet conditions. Immutable.
 *
 * @param <T> the entity
 */
public final class Entities<T> implements Queryable<T> {

    private final Class<T> type;
    private final List<Condition<T>> conditions;

    private Entities(Class<T> type, List<Condition<T>> conditions) {
        this.type = Objects.requireNonNull(type, "type");
        this.conditions = conditions;
    }

    /**
     * All entities of a class.
     *
     * @param type an entity class
     * @param <T> the entity
     * @return the queryable
     */
    public static <T> Entities<T> of(Class<T> type) {
        return new Entities<>(type, List.of());
    }

    /**
     * Keeps those that also meet a condition.
     *
     * @param condition built anew for each node
     * @return a copy
     */
    public Entities<T> where(Condition<T> condition) {
        List<Condition<T>> more = new ArrayList<>(conditions);
        more.add(Objects.requireNonNull(condition, "condition"));
        return new Entities<>(type, List.copyOf(more));
    }

    /**
     * Keeps those whose attributes equal the given values, which are bound, never concatenated.
     *
     * @param clauses attribute name to value; a value is never null
     * @return a copy
     * @throws IllegalArgumentException if a value is null
     */
    public Entities<T> by(Map<String, ?> clauses) {
        clauses.forEach((name, value) -> {
            if (value == null) {
                throw new IllegalArgumentException(name + ": null (expected: a value; for null use where(...))");
            }
        });
        Map<String, ?> copy = Map.copyOf(clauses);
        return where((builder, root) -> {
            Attributes.checkClauses(root.getModel(), copy);
            return builder.and(copy.entrySet().stream()
                    .map(clause -> builder.equal(root.get(clause.getKey()), clause.getValue()))
                    .toArray(Predicate[]::new));
        });
    }

    /**
     * Returns the entity class.
     *
     * @return the class
     */
    public Class<T> type() {
        return type;
    }

    @Override
    public TypedQuery<T> compile(EntityManager entityManager) {
        CriteriaBuilder builder = entityManager.getCriteriaBuilder();
        CriteriaQuery<T> query = builder.createQuery(type);
        Root<T> root = query.from(type);
        return entityManager.createQuery(query.select(root).where(predicates(builder, root)));
    }

    /**
     * Makes a query that returns one row if there is any entity, else none.
     *
     * @param entityManager of the node that was picked
     * @return a query that has not run
     */
    public TypedQuery<Integer> compileExists(EntityManager entityManager) {
        CriteriaBuilder builder = entityManager.getCriteriaBuilder();
        CriteriaQuery<Integer> query = builder.createQuery(Integer.class);
        Root<T> root = query.from(type);
        return entityManager
                .createQuery(query.select(builder.literal(1)).where(predicates(builder, root)))
                .setMaxResults(1);
    }

    /**
     * Makes a query for one aggregate.
     *
     * @param entityManager of the node that was picked
     * @param aggregate what to compute
     * @param <R> its result
     * @return a query that has not run
     */
    public <R> TypedQuery<R> compile(EntityManager entityManager, Aggregate<R> aggregate) {
        CriteriaBuilder builder = entityManager.getCriteriaBuilder();
        CriteriaQuery<R> query = builder.createQuery(aggregate.type());
        Root<T> root = query.from(type);
        return entityManager.createQuery(
                query.select(aggregate.of(builder, root)).where(predicates(builder, root)));
    }

    /**
     * Makes a bulk delete.
     *
     * @param entityManager of the master
     * @return a statement that has not run
     */
    public Query compileDelete(EntityManager entityManager) {
        CriteriaBuilder builder = entityManager.getCriteriaBuilder();
        CriteriaDelete<T> delete = builder.createCriteriaDelete(type);
        Root<T> root = delete.from(type);
        return entityManager.createQuery(delete.where(predicates(builder, root)));
    }

    /**
     * Makes a bulk update.
     *
     * @param entityManager of the master
     * @param changes what to change, at least one
     * @return a statement that has not run
     */
    public Query compileUpdate(EntityManager entityManager, List<Change> changes) {
        CriteriaBuilder builder = entityManager.getCriteriaBuilder();
        CriteriaUpdate<T> update = builder.createCriteriaUpdate(type);
        Root<T> root = update.from(type);
        changes.forEach(change -> change.apply(builder, update, root));
        return entityManager.createQuery(update.where(predicates(builder, root)));
    }

    @Override
    public String subject() {
        return type.getSimpleName();
    }

    @Override
    public String toString() {
        return conditions.isEmpty() ? subject() : subject() + " where " + conditions.size() + " condition(s)";
    }

    private Predicate[] predicates(CriteriaBuilder builder, Root<T> root) {
        return conditions.stream().map(condition -> condition.on(builder, root)).toArray(Predicate[]::new);
    }
}
