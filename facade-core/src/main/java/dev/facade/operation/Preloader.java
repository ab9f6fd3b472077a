package dev.facade.operation;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityNotFoundException;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaQuery;
import jakarta.persistence.criteria.JoinType;
import jakarta.persistence.criteria.Predicate;
import jakarta.persistence.criteria.Root;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EntityType;
import jakarta.persistence.metamodel.PluralAttribute;
import jakarta.persistence.metamodel.SingularAttribute;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    void load(Collection<?> entities, List<String> paths) {
        List<Object> roots = present(entities);
        for (String path : paths) {
            List<Object> level = roots;
            for (String name : path.split("\\.")) {
                level = loadLevel(level, name);
            }
        }
    }

    /** Refuses a path that does not exist before anything is read. */
    void check(EntityType<?> root, List<String> paths) {
        for (String path : paths) {
            EntityType<?> type = root;
            for (String name : path.split("\\.")) {
                type = targetOf(association(type, name));
            }
        }
    }

    private EntityType<?> targetOf(Attribute<?, ?> attribute) {
        Class<?> target = attribute instanceof PluralAttribute<?, ?, ?> many
                ? many.getElementType().getJavaType()
                : attribute.getJavaType();
        return model.type("preload", target);
    }

    private static Attribute<?, ?> association(EntityType<?> type, String name) {
        List<String> known = new ArrayList<>();
        for (Attribute<?, ?> attribute : type.getAttributes()) {
            if (attribute.isAssociation()) {
                if (attribute.getName().equals(name)) {
                    return attribute;
                }
                known.add(attribute.getName());
            }
        }
        throw new IllegalArgumentException(
                "preload: " + type.getName() + "." + name + " (expected: one of the associations " + known + ")");
    }

    private List<Object> loadLevel(List<Object> owners, String name) {
        Map<EntityType<?>, List<Object>> byType = new LinkedHashMap<>();
        for (Object owner : owners) {
            byType.computeIfAbsent(model.typeOf("preload", owner), type -> new ArrayList<>())
                    .add(owner);
        }
        List<Object> next = new ArrayList<>();
        byType.forEach((type, same) -> {
            Attribute<?, ?> attribute = association(type, name);
            List<Object> unloaded = same.stream()
                    .filter(owner -> !model.util().isLoaded(owner, name))
                    .toList();
            for (int from = 0; from < unloaded.size(); from += CHUNK) {
                fetch(type, attribute, unloaded.subList(from, Math.min(from + CHUNK, unloaded.size())));
            }
            same.forEach(owner -> add(next, model.accessor().get(attribute, owner)));
        });
        return next;
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
