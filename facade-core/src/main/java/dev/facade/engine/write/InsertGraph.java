package dev.facade.engine.write;

import dev.facade.engine.entity.EntityShape;
import dev.facade.engine.mapping.EntityModel;
import jakarta.persistence.CascadeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EmbeddableType;
import jakarta.persistence.metamodel.EntityType;
import jakarta.persistence.metamodel.SingularAttribute;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A new entity and the new ones it cascades to, made ready for {@code persist}. Used by one thread.
 *
 * <p>A detached entity that a new one refers to counts as existing: for the time of the insert a reference stands in its
 * place, so that nothing cascades into it. A failed insert takes generated ids, versions and wrapped collections back.
 */
public final class InsertGraph {

    private final EntityManager em;
    private final EntityModel model;
    private final List<Runnable> restore = new ArrayList<>();
    private final List<Runnable> undo = new ArrayList<>();
    private final Set<Object> visited = Collections.newSetFromMap(new IdentityHashMap<>());

    InsertGraph(EntityManager em, EntityModel model) {
        this.em = em;
        this.model = model;
    }

    /** Refuses an entity that the database has given an id already. */
    public static void checkNew(EntityModel model, EntityType<?> type, Object entity) {
        if (model.hasGeneratedId(type) && model.id(type, entity) != null) {
            throw new IllegalArgumentException("insert: " + type.getName() + " has the id " + model.id(type, entity)
                    + " already (expected: a new entity, whose key is generated; use update for a row that exists, "
                    + EntityModel.withKeyOfOnesOwn(type) + ")");
        }
    }

    /** Puts back what references stood in for; the persistence context must have been cleared. */
    void restoreReferences() {
        restore.forEach(Runnable::run);
    }

    /** Puts ids, versions and collections back as they were. */
    void undo() {
        undo.forEach(Runnable::run);
    }

    /** Lets references stand in for what is detached, here and in the new entities that this one cascades to. */
    void prepare(EntityType<?> type, Object entity) {
        if (!visited.add(entity)) {
            return;
        }
        remember(type.hasSingleIdAttribute() ? EntityModel.idAttribute(type) : null, entity);
        remember(EntityModel.versionAttribute(type), entity);
        for (Attribute<?, ?> attribute : type.getAttributes()) {
            if (attribute.isCollection()) {
                remember(attribute, entity); // persist wraps it, and a wrapper cannot be persisted again
            }
            if (attribute.isAssociation() && model.util().isLoaded(entity, attribute.getName())) {
                visitAssociation(attribute, entity);
            }
            EmbeddableType<?> embeddable = embeddable(attribute);
            Object value = embeddable == null ? null : model.accessor().get(attribute, entity);
            if (embeddable != null && EntityModel.isEmbedded(embeddable, value)) {
                replace(attribute, entity, value, standIn(embeddable, value));
            }
        }
    }

    /** The type of a plain attribute that is embedded. */
    private static @Nullable EmbeddableType<?> embeddable(Attribute<?, ?> attribute) {
        return attribute instanceof SingularAttribute<?, ?> one
                        && !one.isId()
                        && one.getType() instanceof EmbeddableType<?> embeddable
                ? embeddable
                : null;
    }

    /** The embeddable; a copy if references stand in for what it refers to. */
    private Object standIn(EmbeddableType<?> type, Object embeddable) {
        EntityShape shape = EntityShape.of(embeddable.getClass());
        Map<String, @Nullable Object> swapped = new LinkedHashMap<>();
        for (Attribute<?, ?> part : type.getAttributes()) {
            Object value =
                    shape.has(part.getName()) ? shape.property(part.getName()).get(embeddable) : null;
            EmbeddableType<?> inner = embeddable(part);
            Object stand = inner != null && EntityModel.isEmbedded(inner, value)
                    ? standIn(inner, value)
                    : standIn(part, value, false);
            if (stand != value) {
                swapped.put(part.getName(), stand);
            }
        }
        return swapped.isEmpty() ? embeddable : shape.copy(embeddable, swapped);
    }

    private void remember(@Nullable Attribute<?, ?> attribute, Object entity) {
        if (attribute != null) {
            Object before = model.accessor().get(attribute, entity);
            undo.add(() -> model.accessor().set(attribute, entity, before));
        }
    }

    private void visitAssociation(Attribute<?, ?> attribute, Object entity) {
        Object value = model.accessor().get(attribute, entity);
        if (value instanceof Collection<?> many) {
            if (cascadesPersist(attribute)) {
                visitCollection(attribute, entity, many);
            }
        } else if (value instanceof Map<?, ?> map) {
            if (cascadesPersist(attribute) && !(map instanceof SortedMap)) {
                visitMap(attribute, entity, map);
            }
        } else if (value != null && model.isEntity(value)) {
            replace(attribute, entity, value, standIn(attribute, value, false));
        }
    }

    private void visitCollection(Attribute<?, ?> attribute, Object entity, Collection<?> many) {
        Collection<@Nullable Object> swapped = emptyAs(many);
        boolean changed = false;
        for (Object element : many) {
            Object stand = standIn(attribute, element, many instanceof SortedSet);
            swapped.add(stand);
            changed |= stand != element;
        }
        if (changed) {
            replace(attribute, entity, many, swapped);
        }
    }

    @SuppressWarnings("unchecked")
    private static Collection<@Nullable Object> emptyAs(Collection<?> many) {
        if (many instanceof SortedSet<?> sorted) {
            return new TreeSet<>((Comparator<Object>) sorted.comparator());
        }
        return many instanceof List ? new ArrayList<>() : new LinkedHashSet<>();
    }

    private void visitMap(Attribute<?, ?> attribute, Object entity, Map<?, ?> map) {
        Map<@Nullable Object, @Nullable Object> swapped = new LinkedHashMap<>();
        boolean changed = false;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Object stand = standIn(attribute, entry.getValue(), false);
            swapped.put(entry.getKey(), stand);
            changed |= stand != entry.getValue();
        }
        if (changed) {
            replace(attribute, entity, map, swapped);
        }
    }

    private void replace(Attribute<?, ?> attribute, Object entity, Object original, @Nullable Object stand) {
        if (stand != original) {
            model.accessor().set(attribute, entity, stand);
            restore.add(() -> model.accessor().set(attribute, entity, original));
        }
    }

    /** What is sorted is compared, which a mere reference need not survive. */
    private @Nullable Object standIn(Attribute<?, ?> attribute, @Nullable Object associated, boolean sorted) {
        if (associated == null || !model.isEntity(associated) || em.contains(associated)) {
            return associated;
        }
        EntityType<?> type = model.typeOf("insert", associated);
        boolean cascades = cascadesPersist(attribute);
        Boolean told = model.tellsNew(type, associated);
        boolean isNew = told != null ? told : cascades && model.isNew(em, type, associated);
        if (!isNew) {
            Object id = model.requiredId("insert", type, associated);
            Object row = sorted ? model.find(em, type, id) : null;
            return row != null ? row : em.getReference(type.getJavaType(), id);
        }
        if (cascades) {
            prepare(type, associated);
        }
        return associated;
    }

    private static boolean cascadesPersist(Attribute<?, ?> attribute) {
        if (!(attribute.getJavaMember() instanceof AnnotatedElement member)) {
            return false;
        }
        List<CascadeType> cascades = new ArrayList<>();
        OneToOne oneToOne = member.getAnnotation(OneToOne.class);
        ManyToOne manyToOne = member.getAnnotation(ManyToOne.class);
        OneToMany oneToMany = member.getAnnotation(OneToMany.class);
        ManyToMany manyToMany = member.getAnnotation(ManyToMany.class);
        cascades.addAll(oneToOne == null ? List.of() : Arrays.asList(oneToOne.cascade()));
        cascades.addAll(manyToOne == null ? List.of() : Arrays.asList(manyToOne.cascade()));
        cascades.addAll(oneToMany == null ? List.of() : Arrays.asList(oneToMany.cascade()));
        cascades.addAll(manyToMany == null ? List.of() : Arrays.asList(manyToMany.cascade()));
        return cascades.contains(CascadeType.ALL) || cascades.contains(CascadeType.PERSIST);
    }
}
