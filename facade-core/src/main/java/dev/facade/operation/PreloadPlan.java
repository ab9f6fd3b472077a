package dev.facade.operation;

import dev.facade.entity.Echo;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EmbeddableType;
import jakarta.persistence.metamodel.EntityType;
import jakarta.persistence.metamodel.ManagedType;
import jakarta.persistence.metamodel.PluralAttribute;
import jakarta.persistence.metamodel.SingularAttribute;
import jakarta.persistence.metamodel.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The associations to load, as a tree: each is loaded once, however many paths lead through it. Immutable once made.
 *
 * @param path from the entity that was given
 * @param query says which entities are loaded, or null
 * @param byKeys finds entities by their keys, or null
 * @param children what is loaded into what this one loads
 */
record PreloadPlan(
        String path,
        @Nullable Query<?> query,
        @Nullable Function<Collection<?>, ? extends Collection<?>> byKeys,
        Map<String, PreloadPlan> children) {

    static PreloadPlan of(Preload preload) {
        PreloadPlan root = new PreloadPlan("", null, null, new LinkedHashMap<>());
        for (String path : preload.paths()) {
            PreloadPlan level = root;
            for (String name : path.split("\\.")) {
                String below = level.path.isEmpty() ? name : level.path + "." + name;
                level = level.children.computeIfAbsent(
                        name,
                        key -> new PreloadPlan(
                                below,
                                preload.queries().get(below),
                                preload.functions().get(below),
                                new LinkedHashMap<>()));
            }
        }
        return root;
    }

    boolean isChosen() {
        return query != null || byKeys != null;
    }

    /** Refuses a path that does not exist, or a query that does not fit, before anything is read. */
    void check(ManagedType<?> type) {
        children.forEach((name, child) -> {
            Attribute<?, ?> attribute = attribute(type, name);
            if (child.isChosen()) {
                child.checkChoice(attribute);
            }
            if (targetType(attribute) instanceof ManagedType<?> target) {
                child.check(target);
            } else if (!child.children.isEmpty()) {
                throw new IllegalArgumentException("preload: "
                        + child.children.values().iterator().next().path + " (expected: nothing below "
                        + child.path + ", whose elements are plain values)");
            }
        });
    }

    private void checkChoice(Attribute<?, ?> attribute) {
        if (!(targetType(attribute) instanceof EntityType<?> target)
                || Map.class.isAssignableFrom(attribute.getJavaType())) {
            throw new IllegalArgumentException("preload: " + path + " by a query (expected: an association, no map)");
        }
        if (query == null) {
            return;
        }
        boolean whole = query.isOfEntities() && target.getJavaType().isAssignableFrom(query.<Object>entity());
        if (!whole || query.isCombined()) {
            throw new IllegalArgumentException("preload: " + path + " by " + query + " (expected: a query of whole "
                    + target.getJavaType().getSimpleName() + " entities, no combination)");
        }
    }

    static EntityType<?> target(Attribute<?, ?> attribute) {
        return (EntityType<?>) targetType(attribute);
    }

    static boolean isOfEntities(Attribute<?, ?> attribute) {
        return targetType(attribute) instanceof EntityType<?>;
    }

    private static Type<?> targetType(Attribute<?, ?> attribute) {
        return attribute instanceof PluralAttribute<?, ?, ?> many
                ? many.getElementType()
                : ((SingularAttribute<?, ?>) attribute).getType();
    }

    static boolean isEmbedded(Attribute<?, ?> attribute) {
        return targetType(attribute) instanceof EmbeddableType<?>;
    }

    /** An association, a collection of elements, or an embeddable that may hold some. */
    static Attribute<?, ?> attribute(ManagedType<?> type, String name) {
        List<String> known = new ArrayList<>();
        for (Attribute<?, ?> attribute : type.getAttributes()) {
            if (attribute.isAssociation() || attribute.isCollection() || isEmbedded(attribute)) {
                if (attribute.getName().equals(name)) {
                    return attribute;
                }
                known.add(attribute.getName());
            }
        }
        throw new IllegalArgumentException("preload: " + type.getJavaType().getSimpleName() + "." + Echo.of(name)
                + " (expected: one of the associations "
                + known.stream().sorted().toList() + ")");
    }
}
