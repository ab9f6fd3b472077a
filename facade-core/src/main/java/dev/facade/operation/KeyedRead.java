package dev.facade.operation;

import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaQuery;
import jakarta.persistence.criteria.Root;
import jakarta.persistence.metamodel.EntityType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Reads entities of one class by their keys, some hundred with each statement. Used by one thread. */
final class KeyedRead<T> {

    private static final int CHUNK = 500;

    private final EntityManager em;
    private final EntityModel model;
    private final EntityType<T> type;

    KeyedRead(EntityManager em, EntityModel model, EntityType<T> type) {
        this.em = em;
        this.model = model;
        this.type = type;
    }

    /** The entities that are there, by key. */
    Map<Object, T> read(String operation, List<Object> entities, UnaryOperator<TypedQuery<T>> configured) {
        Map<Object, T> found = new HashMap<>();
        for (int from = 0; from < entities.size(); from += CHUNK) {
            List<Object> chunk = entities.subList(from, Math.min(from + CHUNK, entities.size()));
            for (T row : configured.apply(query(operation, chunk)).getResultList()) {
                found.put(model.util().getIdentifier(row), row);
            }
        }
        return found;
    }

    private TypedQuery<T> query(String operation, List<Object> entities) {
        CriteriaBuilder builder = em.getCriteriaBuilder();
        CriteriaQuery<T> query = builder.createQuery(type.getJavaType());
        Root<T> root = query.from(type.getJavaType());
        return em.createQuery(query.select(root).where(model.anyOf(builder, root, type, operation, entities)));
    }
}
