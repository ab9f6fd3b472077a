package dev.facade.engine.mapping;

import dev.facade.engine.entity.Echo;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EmbeddableType;
import jakarta.persistence.metamodel.EntityType;
import jakarta.persistence.metamodel.ManagedType;
import jakarta.persistence.metamodel.Metamodel;
import jakarta.persistence.metamodel.PluralAttribute;
import jakarta.persistence.metamodel.SingularAttribute;
import jakarta.persistence.metamodel.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The associations to load, as a tree: each is loaded once, however many paths lead through it. Immutable once made.
 *
 * @param path from the entity that was given
 * @param query says which entities are loaded, or null
 * @param byKeys finds entities by their keys, or null
 * @param children what is loaded into what this one loads
 */
public record PreloadPlan(
        String path,
        @Nullable Query<?> query,
        @Nullable Function<Collection<?>, ? extends Collection<?>> byKeys,
        Map<String, PreloadPlan> children) {

    public static PreloadPlan of(Preload preload) {
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

    public boolean isChosen() {
        return query != null || byKeys != null;
    }

    /** Refuses a path that does not exist, or a query that does not fit, before anything is read. */
    public void check(Metamodel metamodel, List<? extends ManagedType<?>> types) {
        children.forEach((name, child) -> {
            Attribute<?, ?> attribute = attribute(metamodel, types, name);
            if (child.isChosen()) {
                child.checkChoice(attribute);
            }
            if (targetType(attribute) instanceof ManagedType<?> target) {
                child.check(metamodel, List.of(target));
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

    public static EntityType<?> target(Attribute<?, ?> attribute) {
        return (EntityType<?>) targetType(attribute);
    }

    public static boolean isOfEntities(Attribute<?, ?> attribute) {
        return targetType(attribute) instanceof EntityType<?>;
    }

    private static Type<?> targetType(Attribute<?, ?> attribute) {
        return attribute instanceof PluralAttribute<?, ?, ?> many
                ? many.getElementType()
                : ((SingularAttribute<?, ?>) attribute).getType();
    }

    public static boolean isEmbedded(Attribute<?, ?> attribute) {
        return targetType(attribute) instanceof EmbeddableType<?>;
    }

    /** An association, a collection of elements, or an embeddable that may hold some; of a type or of its subtypes. */
    static Attribute<?, ?> attribute(Metamodel metamodel, List<? extends ManagedType<?>> types, String name) {
        List<String> known = new ArrayList<>();
        for (ManagedType<?> type : withSubtypes(metamodel, types)) {
            Optional<Attribute<?, ?>> own = own(type, name);
            if (own.isPresent()) {
                return own.get();
            }
            loadable(type).map(Attribute::getName).forEach(known::add);
        }
        throw new IllegalArgumentException("preload: "
                + types.get(0).getJavaType().getSimpleName() + "." + Echo.of(name)
                + " (expected: one of the associations "
                + known.stream().distinct().sorted().toList() + ")");
    }

    /** That of a type itself; nothing if only others of its hierarchy have it. */
    public static Optional<Attribute<?, ?>> own(ManagedType<?> type, String name) {
        return loadable(type)
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst();
    }

    private static Stream<Attribute<?, ?>> loadable(ManagedType<?> type) {
        return type.getAttributes().stream()
                .<Attribute<?, ?>>map(attribute -> attribute)
                .filter(attribute -> attribute.isAssociation() || attribute.isCollection() || isEmbedded(attribute));
    }

    private static List<ManagedType<?>> withSubtypes(Metamodel metamodel, List<? extends ManagedType<?>> types) {
        List<ManagedType<?>> all = new ArrayList<>(types);
        metamodel.getManagedTypes().stream()
                .filter(candidate -> !types.contains(candidate)
                        && types.stream()
                                .anyMatch(type -> type.getJavaType().isAssignableFrom(candidate.getJavaType())))
                .forEach(all::add);
        return all;
    }
}
