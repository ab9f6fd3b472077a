package dev.facade.engine.write;

import dev.facade.engine.entity.Echo;
import dev.facade.engine.entity.EntityShape;
import dev.facade.engine.entity.Property;
import dev.facade.engine.mapping.EntityModel;
import dev.facade.engine.transaction.FacadeTransaction;
import jakarta.persistence.CascadeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.OneToOne;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EntityType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes entities on the EntityManager of a transaction. Thread-safe. */
public final class EntityWriter {

    private final EntityModel model;

    public EntityWriter(EntityModel model) {
        this.model = model;
    }

    /** Inserts new entities, and flushes. */
    public void persist(FacadeTransaction transaction, List<?> entities) {
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

    /** Writes an entity's state over its row; what no update writes stays as it is stored. */
    public <T> T merge(EntityManager em, String operation, EntityType<?> type, Object id, T entity) {
        Object row = existing(em, operation, type, id, entity);
        Map<Attribute<?, ?>, @Nullable Object> stored = new HashMap<>();
        Set<String> fixed = model.notUpdatable(type);
        for (Attribute<?, ?> attribute : type.getAttributes()) {
            if (fixed.contains(attribute.getName())) {
                stored.put(attribute, model.accessor().get(attribute, row));
            }
        }
        T merged = em.merge(entity);
        stored.forEach((attribute, value) -> model.accessor().set(attribute, row, value));
        return merged;
    }

    /** The row of an entity, managed; stale if it is gone or has another version. */
    public Object existing(EntityManager em, String operation, EntityType<?> type, Object id, Object entity) {
        Object existing = model.find(em, type, id);
        if (existing == null) {
            throw new OptimisticLockException(
                    operation + ": " + type.getName() + " " + Echo.of(id) + " is gone; reload it before trying again"
                            + (operation.equals("insertOrUpdate") && model.hasGeneratedId(type)
                                    ? ", or use " + EntityModel.withKeyOfOnesOwn(type)
                                    : ""),
                    null,
                    entity);
        }
        Object stored = type.hasVersionAttribute() ? model.util().getVersion(existing) : null;
        Object given = type.hasVersionAttribute() ? model.util().getVersion(entity) : null;
        if (!Objects.equals(stored, given)) {
            throw new OptimisticLockException(
                    operation + ": " + type.getName() + " " + Echo.of(id) + " has version " + stored
                            + ", this instance " + given
                            + ": it was changed since by somebody else, or by a write here whose returned entity was"
                            + " not taken; reload it before trying again",
                    null,
                    entity);
        }
        return model.extension().unproxied(existing);
    }

    /**
     * Removes a row, and flushes. What only points at it leaves the persistence context first, unless removal cascades to
     * it: whether the row may go is for the database to say.
     */
    public void remove(FacadeTransaction transaction, Object managed) {
        EntityManager em = transaction.entityManager();
        if (!transaction.isManaged()) {
            for (Property property : EntityShape.of(managed.getClass()).properties()) {
                OneToOne one = property.annotation(OneToOne.class);
                if (one != null && !one.mappedBy().isEmpty() && !removes(one)) {
                    Object pointing = property.get(managed);
                    if (pointing != null && em.contains(pointing)) {
                        em.detach(pointing);
                    }
                }
            }
        }
        letGo(em, managed);
        em.remove(managed);
        em.flush();
    }

    /**
     * Lets a row go from the entities that hold it, before it is removed; otherwise a flush would cascade into it and
     * keep it.
     */
    void letGo(EntityManager em, Object row) {
        for (Property property : EntityShape.of(row.getClass()).properties()) {
            Object holder = property.isAssociation() && !property.isToMany() ? property.get(row) : null;
            if (holder != null && em.contains(holder) && model.util().isLoaded(holder)) {
                letGo(model.extension().unproxied(holder), property, row);
            }
        }
    }

    private void letGo(Object holder, Property back, Object row) {
        Object id = model.util().getIdentifier(row);
        for (Property property : EntityShape.of(holder.getClass()).properties()) {
            boolean holds = back.name().equals(property.mappedBy())
                    && property.target().isInstance(row)
                    && model.util().isLoaded(holder, property.name());
            Object held = holds ? property.get(holder) : null;
            if (held instanceof Collection<?> many) {
                many.removeIf(element -> id.equals(model.util().getIdentifier(element)));
            } else if (held instanceof Map<?, ?> map) {
                map.values().removeIf(element -> id.equals(model.util().getIdentifier(element)));
            } else if (held != null) {
                property.set(holder, null);
            }
        }
    }

    private static boolean removes(OneToOne one) {
        List<CascadeType> cascades = List.of(one.cascade());
        return one.orphanRemoval() || cascades.contains(CascadeType.ALL) || cascades.contains(CascadeType.REMOVE);
    }
}
