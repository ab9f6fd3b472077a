package dev.facade.engine.preload;

import dev.facade.engine.entity.EntityShape;
import dev.facade.engine.mapping.EntityModel;
import dev.facade.engine.mapping.PreloadPlan;
import dev.facade.query.Preload;
import jakarta.persistence.EntityManager;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EntityType;
import jakarta.persistence.metamodel.ManagedType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Loads associations into entities, level by level. Used by one thread.
 *
 * <p>Managed entities are filled by the fetch itself; detached ones are handed what a managed copy has loaded.
 */
public final class Preloader {

    private static final int CHUNK = 500;

    private final EntityManager em;
    private final EntityModel model;
    private final AssociationReads reads;

    public Preloader(EntityManager em, EntityModel model, AssociationReads reads) {
        this.em = em;
        this.model = model;
        this.reads = reads;
    }

    public void load(Collection<?> entities, Preload preload) {
        List<Owner> owners = new ArrayList<>();
        for (Object entity : entities) {
            if (entity != null) {
                owners.add(new Owner(entity, model.typeOf("preload", entity), entity, ""));
            }
        }
        if (!owners.isEmpty()) {
            PreloadPlan plan = PreloadPlan.of(preload);
            plan.check(
                    em.getMetamodel(),
                    owners.stream().map(Owner::type).distinct().toList());
            loadBelow(owners, plan, preload.isForced());
        }
    }

    /**
     * The owner of an association: an entity, or an embeddable in one.
     *
     * @param value the entity or embeddable
     * @param type of the entity
     * @param entity the entity
     * @param path from the entity to the embeddable, with a dot behind it; null if it is one of many
     */
    record Owner(
            Object value,
            EntityType<?> type,
            Object entity,
            @Nullable String path) {

        boolean isEmbeddable() {
            return value != entity;
        }
    }

    private void loadBelow(List<Owner> owners, PreloadPlan plan, boolean forced) {
        plan.children().forEach((name, child) -> {
            List<Owner> next = new ArrayList<>();
            Map<ManagedType<?>, List<Owner>> byType = new LinkedHashMap<>();
            owners.forEach(owner -> byType.computeIfAbsent(managedType(owner), type -> new ArrayList<>())
                    .add(owner));
            byType.forEach((type, same) -> PreloadPlan.own(type, name).ifPresent(attribute -> {
                loadOne(same, attribute, child, forced);
                same.forEach(owner -> follow(owner, attribute, next));
            }));
            if (!next.isEmpty()) {
                loadBelow(next, child, forced);
            }
        });
    }

    private ManagedType<?> managedType(Owner owner) {
        return owner.isEmbeddable() ? em.getMetamodel().embeddable(owner.value().getClass()) : owner.type();
    }

    private void loadOne(List<Owner> owners, Attribute<?, ?> attribute, PreloadPlan plan, boolean forced) {
        if (PreloadPlan.isEmbedded(attribute) && !attribute.isCollection()) {
            return; // comes with its entity
        }
        List<Owner> wanting = owners.stream()
                .filter(owner -> forced || plan.isChosen() || !isLoaded(owner, attribute, plan))
                .toList();
        for (int from = 0; from < wanting.size(); from += CHUNK) {
            List<Owner> chunk = wanting.subList(from, Math.min(from + CHUNK, wanting.size()));
            if (chunk.get(0).isEmbeddable() && !attribute.isCollection() && !plan.isChosen()) {
                loadReferences(chunk, attribute, plan);
            } else {
                reads.load(chunk, attribute, plan);
            }
        }
    }

    /** A reference that an embeddable holds is found by its key; one that it lacks, by the entity around it. */
    private void loadReferences(List<Owner> owners, Attribute<?, ?> attribute, PreloadPlan plan) {
        List<Owner> lacking = owners.stream()
                .filter(owner -> owner.path() != null && reads.get(attribute, owner) == null)
                .toList();
        if (!lacking.isEmpty()) {
            reads.load(lacking, attribute, plan);
        }
        List<Owner> holding =
                owners.stream().filter(owner -> !lacking.contains(owner)).toList();
        if (!holding.isEmpty()) {
            reads.findReferences(holding, attribute);
        }
    }

    /** What stands in the field of a detached entity says little: it counts if it was surely read from the database. */
    private boolean isLoaded(Owner owner, Attribute<?, ?> attribute, PreloadPlan plan) {
        Object value = reads.get(attribute, owner);
        if (em.contains(owner.entity())) {
            return owner.isEmbeddable()
                    ? value == null || model.util().isLoaded(value)
                    : !isOpaque(attribute, value, plan)
                            && model.util().isLoaded(owner.entity(), attribute.getName())
                            && (value == null
                                    || attribute.isCollection()
                                    || model.util().isLoaded(value));
        }
        if (value == null) {
            return false;
        }
        boolean loaded = owner.isEmbeddable()
                ? model.util().isLoaded(value)
                : model.util().isLoaded(owner.entity(), attribute.getName());
        return attribute.isCollection()
                ? loaded && model.extension().isRead(value)
                : model.isProxy(value) && model.util().isLoaded(value) && !isOpaque(attribute, value, plan);
    }

    /** Nothing can be put into a proxy that has been read. */
    private boolean isOpaque(Attribute<?, ?> attribute, @Nullable Object value, PreloadPlan plan) {
        return !plan.children().isEmpty()
                && value != null
                && attribute.isAssociation()
                && !attribute.isCollection()
                && !em.contains(value)
                && model.isProxy(value);
    }

    private void follow(Owner owner, Attribute<?, ?> attribute, List<Owner> next) {
        Object value = reads.get(attribute, owner);
        if (value instanceof Collection<?> many) {
            many.forEach(element -> add(owner, attribute, element, true, next));
        } else if (value instanceof Map<?, ?> map) {
            map.values().forEach(element -> add(owner, attribute, element, true, next));
        } else {
            add(owner, attribute, value, false, next);
        }
    }

    private void add(
            Owner owner, Attribute<?, ?> attribute, @Nullable Object value, boolean oneOfMany, List<Owner> next) {
        if (value == null) {
            return;
        }
        if (!PreloadPlan.isEmbedded(attribute)) {
            if (PreloadPlan.isOfEntities(attribute)) {
                next.add(new Owner(value, model.typeOf("preload", value), value, ""));
            }
            return;
        }
        String path = oneOfMany || owner.path() == null ? null : owner.path() + attribute.getName() + ".";
        next.add(new Owner(value, owner.type(), owner.entity(), path));
    }

    static @Nullable Object property(Object embeddable, String name) {
        return EntityShape.of(embeddable.getClass()).property(name).get(embeddable);
    }
}
