package dev.facade.query;

import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaQuery;
import java.util.Objects;
import java.util.function.Function;

/** A criteria query that is built anew for each node. */
record CriteriaQueryable<T>(Class<T> type, Function<CriteriaBuilder, CriteriaQuery<T>> builder)
        implements Queryable<T> {

    CriteriaQueryable {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(builder, "builder");
    }

    @Override
    public TypedQuery<T> compile(EntityManager entityManager) {
        return entityManager.createQuery(builder.apply(entityManager.getCriteriaBuilder()));
    }

    @Override
    public String subject() {
        return type.getSimpleName();
    }
}
