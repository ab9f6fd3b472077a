package dev.facade.operation;

import jakarta.persistence.EntityManager;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.metamodel.EntityType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Writes entities on the EntityManager of a transaction. Thread-safe. */
final class EntityWriter {

    private final EntityModel model;

    EntityWriter(EntityModel model) {
        this.model = model;
    }

    /** Inserts new entities, and flushes. */
    void persist(FacadeTransaction transaction, List<?> entities) {
        EntityManager em = transaction.entityManager();
        List<InsertGraph> graphs = new ArrayList<>();
        transaction.onRollback(() -> graphs.forEach(InsertGraph::undo));
        boolean keepsReferences = false;
        try {
            for (Object entity : entities) {
                InsertGraph graph = new InsertGraph(em, model);
                graphs.add(graph);
                graph.prepare(model.typeOf("insert", entity), entity);
                em.persist(entity);
            }
            em.flush();
            keepsReferences = transaction.isManaged(); // the host's flush would cascade into what they stand for
        } finally {
            if (!transaction.isManaged()) {
                em.clear();
            }
            if (!keepsReferences) {
                graphs.forEach(InsertGraph::restoreReferences);
            }
        }
    }

    /** The row of an entity, managed; stale if it is gone or has another version. */
    Object existing(EntityManager em, String operation, EntityType<?> type, Object id, Object entity) {
        Object existing = em.find(type.getJavaType(), id);
        if (existing == null) {
            throw new OptimisticLockException(
                    operation + ": " + type.getName() + " " + id + " is gone; reload it before trying again",
                    null,
                    entity);
        }
        if (type.hasVersionAttribute()
                && !Objects.equals(
                        model.util().getVersion(existing), model.util().getVersion(entity))) {
            throw new OptimisticLockException(
                    operation + ": " + type.getName() + " " + id + " was changed by somebody else;"
                            + " reload it before trying again",
                    null,
                    entity);
        }
        return existing;
    }
}
