package dev.facade.engine.write;

import dev.facade.changeset.Changeset;
import dev.facade.changeset.Changeset.Action;
import dev.facade.engine.entity.EntityShape;
import dev.facade.engine.entity.Property;
import dev.facade.engine.mapping.EntityModel;
import jakarta.persistence.EntityManager;
import jakarta.persistence.OneToMany;
import jakarta.persistence.metamodel.EntityType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** The changes of a changeset to its own row, and to tables that belong to the row. Used by one thread. */
final class RowChanges {

    private final EntityModel model;
    private final EntityManager em;
    private final Changeset<?> changeset;
    private final Object entity;
    private final EntityShape shape;
    private final List<Runnable> later = new ArrayList<>();
    private final Set<String> notUpdatable;
    private Map<Property, @Nullable Object> before = Map.of();

    /** The changes, and the entity that they lead to. */
    RowChanges(EntityModel model, EntityManager em, Changeset<?> changeset, Object entity, EntityType<?> type) {
        this.model = model;
        this.em = em;
        this.changeset = changeset;
        this.entity = entity;
        this.shape = EntityShape.of(changeset.type());
        this.notUpdatable = model.notUpdatable(type);
    }

    /**
     * Tells whether only the row tells what to write: a value is forced that the entity has, or an embeddable changes
     * in part.
     */
    boolean needRow(EntityType<?> type) {
        return changeset.changes().entrySet().stream().anyMatch(change -> {
            Property property = shape.property(change.getKey());
            if (isPart(property, change.getValue())) {
                return !type.hasVersionAttribute(); // else nobody has changed the rest
            }
            return isStored(property) && Objects.deepEquals(property.get(changeset.data()), change.getValue());
        });
    }

    private static boolean isStored(Property property) {
        return !property.isTransient() && property.mappedBy() == null;
    }

    private static boolean isPart(Property property, @Nullable Object change) {
        return property.isEmbedded() && change instanceof Changeset<?> part && part.action() == Action.UPDATE;
    }

    void set(Object managed) {
        changeset.changes().forEach((field, change) -> {
            Property property = shape.property(field);
            if (isStored(property)) {
                set(property, change, managed);
            }
        });
        before = withParts(managed);
    }

    private void set(Property property, @Nullable Object change, Object managed) {
        Object value = property.get(entity);
        if (property.isId()) {
            throw new IllegalArgumentException(
                    "update: the key " + property.name() + " (expected: it stays; insert another entity)");
        }
        if (property.isToMany()) {
            setMany(property, references(property, value, managed), managed);
        } else if (notUpdatable.contains(property.name())) {
            property.set(entity, property.get(property.isAssociation() ? changeset.data() : managed));
        } else if (property.isAssociation()) {
            property.set(managed, value == null ? null : reference(value));
        } else if (property.isEmbedded() && !property.isElementCollection()) {
            Object whole = change instanceof Changeset<?> part && isPart(property, change)
                    ? merged(property.get(managed), part)
                    : value;
            property.set(entity, whole);
            property.set(managed, referring(whole));
        } else {
            property.set(managed, value);
        }
        if (property.isToMany() || property.isElementCollection()) {
            later.add(() -> property.set(entity, value)); // not the provider's wrapper
        }
    }

    /** A collection whose orphans are removed stays the same one: the provider compares it with what it held. */
    private static void setMany(Property property, Collection<Object> elements, Object managed) {
        OneToMany many = property.annotation(OneToMany.class);
        if (many != null && many.orphanRemoval() && property.get(managed) instanceof Collection<?> present) {
            @SuppressWarnings("unchecked")
            Collection<Object> held = (Collection<Object>) present;
            held.clear();
            held.addAll(elements);
        } else {
            property.set(managed, elements);
        }
    }

    /** What is there, with the changes of a part: what others have written meanwhile stays. */
    private @Nullable Object merged(@Nullable Object present, Changeset<?> part) {
        Object applied = part.applyChanges();
        EntityShape parts = EntityShape.of(part.type());
        Object base = present == null ? parts.newInstance() : present;
        if (!part.type().isInstance(base)) {
            return applied;
        }
        Map<String, @Nullable Object> values = new HashMap<>();
        for (Property property : parts.properties()) {
            Object change = part.changes().get(property.name());
            Object mine = property.get(part.data());
            if (change instanceof Changeset<?> inner && isPart(property, change)) {
                values.put(property.name(), merged(property.get(base), inner));
            } else if (part.changed(property.name())) {
                values.put(property.name(), property.get(applied));
            } else if (property.isAssociation() && isSame(mine, property.get(base))) {
                values.put(property.name(), mine); // it may be loaded
            }
        }
        return parts.copy(base, values);
    }

    private boolean isSame(@Nullable Object left, @Nullable Object right) {
        return left != null
                && right != null
                && Objects.equals(model.util().getIdentifier(left), model.util().getIdentifier(right));
    }

    /** A copy, in which the flush may set values, and whose entities are references, so that nothing cascades into them. */
    private @Nullable Object referring(@Nullable Object embeddable) {
        if (embeddable == null) {
            return null;
        }
        EntityShape parts = EntityShape.of(embeddable.getClass());
        Map<String, @Nullable Object> values = new HashMap<>();
        for (Property property : parts.properties()) {
            Object value = property.get(embeddable);
            if (value != null && property.isAssociation() && !property.isToMany()) {
                values.put(property.name(), reference(value));
            } else if (value != null && property.isEmbedded() && !property.isElementCollection()) {
                values.put(property.name(), referring(value));
            }
        }
        return parts.type().isRecord() && values.isEmpty() ? embeddable : parts.copy(embeddable, values);
    }

    private Collection<Object> references(Property property, @Nullable Object value, Object managed) {
        List<Object> references = new ArrayList<>();
        if (value instanceof SortedSet<?> sorted) {
            sorted.forEach(element -> references.add(row(element)));
        } else if (value instanceof Collection<?> many) {
            many.forEach(element -> references.add(reference(element)));
        }
        return property.holding(references, managed);
    }

    /** What is sorted is compared, which a mere reference need not survive. */
    private Object row(Object associated) {
        EntityType<?> type = model.typeOf("update", associated);
        Object row = model.find(em, type, model.requiredId("update", type, associated));
        return row == null ? associated : row;
    }

    private Object reference(Object associated) {
        if (em.contains(associated)) {
            return associated;
        }
        EntityType<?> type = model.typeOf("update", associated);
        return em.getReference(type.getJavaType(), model.requiredId("update", type, associated));
    }

    /** Gives the entity what the flush has set. */
    void bringBack(Object managed) {
        changed(before, managed, entity).forEach((property, value) -> property.set(entity, value));
        later.forEach(Runnable::run);
    }

    /** What is different from before: the version, and what listeners and generators have set. */
    private static Map<Property, @Nullable Object> changed(
            Map<Property, @Nullable Object> before, Object managed, Object own) {
        Map<Property, @Nullable Object> changed = new HashMap<>();
        before.forEach((property, value) -> {
            Object now = property.get(managed);
            Object mine = property.get(own);
            if (value instanceof Parts parts && now != null && mine != null) {
                Map<String, @Nullable Object> inner = new HashMap<>();
                changed(parts.values(), now, mine).forEach((part, set) -> inner.put(part.name(), set));
                if (!inner.isEmpty()) {
                    changed.put(property, EntityShape.of(mine.getClass()).copy(mine, inner));
                }
            } else if (!(value instanceof Parts) && !Objects.deepEquals(value, now)) {
                changed.put(property, now);
            }
        });
        return changed;
    }

    /** The values in an embeddable. */
    private record Parts(Map<Property, @Nullable Object> values) {}

    static Map<Property, @Nullable Object> plain(Object managed) {
        Map<Property, @Nullable Object> values = new HashMap<>();
        for (Property property : EntityShape.of(managed.getClass()).properties()) {
            if (!property.isAssociation() && !property.isEmbedded() && !property.isElementCollection()) {
                values.put(property, property.get(managed));
            }
        }
        return values;
    }

    private static Map<Property, @Nullable Object> withParts(Object managed) {
        Map<Property, @Nullable Object> values = plain(managed);
        for (Property property : EntityShape.of(managed.getClass()).properties()) {
            if (property.isEmbedded() && !property.isElementCollection() && !property.isId()) {
                Object embedded = property.get(managed);
                values.put(property, embedded == null ? null : new Parts(withParts(embedded)));
            }
        }
        return values;
    }
}
