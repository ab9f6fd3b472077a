package dev.facade.operation;

import dev.facade.entity.EntityShape;
import dev.facade.entity.Property;
import dev.facade.query.Expression;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityNotFoundException;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaQuery;
import jakarta.persistence.criteria.JoinType;
import jakarta.persistence.criteria.Predicate;
import jakarta.persistence.criteria.Root;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EmbeddableType;
import jakarta.persistence.metamodel.EntityType;
import jakarta.persistence.metamodel.ManagedType;
import jakarta.persistence.metamodel.PluralAttribute;
import jakarta.persistence.metamodel.SingularAttribute;
import jakarta.persistence.metamodel.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads associations into entities, one query for each level of a path and each 500 entities. Used by one thread.
 *
 * <p>Managed entities are filled by the fetch itself; detached ones are handed what a managed copy has loaded.
 */
final class Preloader {

    private static final int CHUNK = 500;

    private final EntityManager em;
    private final EntityModel model;
    private final ReadOptions options;

    Preloader(EntityManager em, EntityModel model, ReadOptions options) {
        this.em = em;
        this.model = model;
        this.options = options;
    }

    void load(Collection<?> entities, Preload preload) {
        List<Object> roots = present(entities);
        for (String path : preload.paths()) {
            List<Object> level = roots;
            StringBuilder prefix = new StringBuilder();
            for (String name : path.split("\\.")) {
                prefix.append(prefix.isEmpty() ? "" : ".").append(name);
                boolean last = prefix.length() == path.length();
                level = loadLevel(level, name, preload.queries().get(prefix.toString()), last && preload.isForced());
            }
        }
    }

    /** Refuses a path that does not exist, or a query that does not fit, before anything is read. */
    void check(EntityType<?> root, Preload preload) {
        for (String path : preload.paths()) {
            ManagedType<?> type = root;
            for (String name : path.split("\\.")) {
                type = targetOf(association(type, name));
            }
            Query<?> query = preload.queries().get(path);
            if (query != null && !(query.isOfEntities() && query.entity().equals(type.getJavaType()))) {
                throw new IllegalArgumentException("preload: " + path + " by " + query + " (expected: a query of whole "
                        + type.getJavaType().getSimpleName() + " entities)");
            }
        }
    }

    private static ManagedType<?> targetOf(Attribute<?, ?> attribute) {
        Type<?> target = attribute instanceof PluralAttribute<?, ?, ?> many
                ? many.getElementType()
                : ((SingularAttribute<?, ?>) attribute).getType();
        return (ManagedType<?>) target;
    }

    /** Associations, and the embeddables that may hold some. */
    private static Attribute<?, ?> association(ManagedType<?> type, String name) {
        List<String> known = new ArrayList<>();
        for (Attribute<?, ?> attribute : type.getAttributes()) {
            if (attribute.isAssociation() || isEmbedded(attribute)) {
                if (attribute.getName().equals(name)) {
                    return attribute;
                }
                known.add(attribute.getName());
            }
        }
        throw new IllegalArgumentException("preload: " + type.getJavaType().getSimpleName() + "." + name
                + " (expected: one of the associations " + known + ")");
    }

    private static boolean isEmbedded(Attribute<?, ?> attribute) {
        Type<?> type = attribute instanceof PluralAttribute<?, ?, ?> many
                ? many.getElementType()
                : ((SingularAttribute<?, ?>) attribute).getType();
        return type instanceof EmbeddableType<?>;
    }

    private List<Object> loadLevel(List<Object> owners, String name, @Nullable Query<?> query, boolean force) {
        List<Object> next = new ArrayList<>();
        Map<EntityType<?>, List<Object>> byType = new LinkedHashMap<>();
        List<Object> embeddables = new ArrayList<>();
        for (Object owner : owners) {
            if (model.isEntity(owner)) {
                byType.computeIfAbsent(model.typeOf("preload", owner), type -> new ArrayList<>())
                        .add(owner);
            } else {
                embeddables.add(owner);
            }
        }
        loadOfEmbeddables(embeddables, name, next);
        byType.forEach((type, same) -> {
            Attribute<?, ?> attribute = association(type, name);
            List<Object> unloaded = same.stream()
                    .filter(owner -> force || query != null || !model.util().isLoaded(owner, name))
                    .toList();
            for (int from = 0; from < unloaded.size(); from += CHUNK) {
                List<Object> chunk = unloaded.subList(from, Math.min(from + CHUNK, unloaded.size()));
                if (query == null) {
                    fetch(type, attribute, chunk);
                } else {
                    fetch(type, attribute, chunk, query);
                }
            }
            same.forEach(owner -> add(next, model.accessor().get(attribute, owner)));
        });
        return next;
    }

    /** An embeddable has no key of its own: what it refers to is read by its key. */
    private void loadOfEmbeddables(List<Object> owners, String name, List<Object> next) {
        for (Object owner : owners) {
            Property property = EntityShape.of(owner.getClass()).property(name);
            Object value = property.get(owner);
            if (value != null && model.isEntity(value) && !model.util().isLoaded(value)) {
                EntityType<?> type = model.typeOf("preload", value);
                property.set(owner, em.find(type.getJavaType(), model.requiredId("preload", type, value)));
            }
            add(next, property.get(owner));
        }
    }

    /** The entities that a query finds among the associated ones, in its order. */
    private void fetch(EntityType<?> type, Attribute<?, ?> attribute, List<Object> owners, Query<?> query) {
        List<Object> ids = owners.stream()
                .map(owner -> model.requiredId("preload", type, owner))
                .distinct()
                .toList();
        String name = attribute.getName();
        String key = EntityModel.idAttribute(type).getName();
        EntityType<?> target = model.type("preload", targetOf(attribute).getJavaType());
        String targetKey = EntityModel.idAttribute(target).getName();
        Query<?> pairs = Query.from(type.getJavaType())
                .as("facade_owner")
                .join(name, "facade_associated")
                .where(Expression.field("facade_owner." + key).in(ids))
                .selectTuple(
                        Expression.field("facade_owner." + key), Expression.field("facade_associated." + targetKey));
        Map<Object, List<Object>> ofOwner = new HashMap<>();
        Set<Object> wanted = new LinkedHashSet<>();
        for (Object raw : options.timed(pairs.compile(em)).getResultList()) {
            Object[] pair = (Object[]) raw;
            ofOwner.computeIfAbsent(pair[0], id -> new ArrayList<>()).add(pair[1]);
            wanted.add(pair[1]);
        }
        Query<?> narrowed = query.where(Expression.field(targetKey).in(wanted));
        List<?> found = wanted.isEmpty()
                ? List.of()
                : options.timed(narrowed.compile(em)).getResultList();
        for (Object owner : owners) {
            List<Object> associated = ofOwner.getOrDefault(model.requiredId("preload", type, owner), List.of());
            List<Object> own = new ArrayList<>();
            found.stream()
                    .filter(entity -> associated.contains(model.util().getIdentifier(entity)))
                    .forEach(own::add);
            model.accessor().set(attribute, owner, shaped(attribute, own));
        }
    }

    private static @Nullable Object shaped(Attribute<?, ?> attribute, List<Object> found) {
        if (!attribute.isCollection()) {
            return found.isEmpty() ? null : found.get(0);
        }
        if (Map.class.isAssignableFrom(attribute.getJavaType())) {
            throw new IllegalArgumentException(
                    "preload: " + attribute.getName() + " by a query (expected: none, since it is a map)");
        }
        return Set.class.isAssignableFrom(attribute.getJavaType()) ? new LinkedHashSet<>(found) : found;
    }

    private <T> void fetch(EntityType<T> type, Attribute<?, ?> attribute, List<Object> owners) {
        CriteriaBuilder builder = em.getCriteriaBuilder();
        CriteriaQuery<T> query = builder.createQuery(type.getJavaType());
        Root<T> root = query.from(type.getJavaType());
        root.fetch(attribute.getName(), JoinType.LEFT);
        query.select(root).where(anyOf(builder, root, type, owners));
        Map<Object, T> copies = new HashMap<>();
        for (T copy : options.timed(em.createQuery(query)).getResultList()) {
            copies.put(model.util().getIdentifier(copy), copy);
        }
        for (Object owner : owners) {
            T copy = copies.get(model.util().getIdentifier(owner));
            if (copy == null) {
                throw new EntityNotFoundException("preload: " + type.getName() + " "
                        + model.util().getIdentifier(owner)
                        + " is not there (deleted, or not replayed yet); reload it, or pass Target.master()");
            }
            if (copy != owner) {
                model.accessor().set(attribute, owner, model.accessor().get(attribute, copy));
            }
        }
    }

    private Predicate anyOf(CriteriaBuilder builder, Root<?> root, EntityType<?> type, List<Object> owners) {
        if (type.hasSingleIdAttribute()) {
            List<Object> ids = owners.stream()
                    .map(owner -> model.requiredId("preload", type, owner))
                    .distinct()
                    .toList();
            return root.get(EntityModel.idAttribute(type).getName()).in(ids);
        }
        return builder.or(owners.stream()
                .map(owner -> sameKey(builder, root, type, owner))
                .toArray(Predicate[]::new));
    }

    private Predicate sameKey(CriteriaBuilder builder, Root<?> root, EntityType<?> type, Object owner) {
        List<Predicate> parts = new ArrayList<>();
        for (SingularAttribute<?, ?> attribute : type.getSingularAttributes()) {
            if (attribute.isId()) {
                Object part = Objects.requireNonNull(model.accessor().get(attribute, owner), attribute.getName());
                parts.add(builder.equal(root.get(attribute.getName()), part));
            }
        }
        return builder.and(parts.toArray(Predicate[]::new));
    }

    private static List<Object> present(Collection<?> entities) {
        List<Object> present = new ArrayList<>();
        entities.forEach(entity -> add(present, entity));
        return present;
    }

    private static void add(List<Object> level, @Nullable Object value) {
        if (value instanceof Collection<?> many) {
            many.forEach(element -> add(level, element));
        } else if (value instanceof Map<?, ?> map) {
            map.values().forEach(element -> add(level, element));
        } else if (value != null) {
            level.add(value);
        }
    }
}
