package dev.facade.changeset;

import dev.facade.engine.entity.EntityShape;
import dev.facade.engine.entity.Property;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The entities of an association, each to be found by its key and taken once. Used by one thread. */
final class Present {

    private final List<Object> all;
    private final Set<Object> taken = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Object> known = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Object, Deque<Object>> byKey = new HashMap<>();
    private final Map<Object, Deque<Object>> byText = new HashMap<>();

    Present(List<Object> all) {
        this.all = all;
        this.known.addAll(all);
        for (Object entity : all) {
            List<@Nullable Object> key = EntityShape.key(entity);
            byKey.computeIfAbsent(key, any -> new ArrayDeque<>()).add(entity);
            byText.computeIfAbsent(text(entity), any -> new ArrayDeque<>()).add(entity);
        }
    }

    private static List<String> text(Object entity) {
        List<String> text = new ArrayList<>();
        for (Property id : EntityShape.of(entity.getClass()).ids()) {
            text.add(String.valueOf(id.get(entity)));
        }
        return text;
    }

    /** The one whose key the values from outside name. */
    @Nullable
    Object takeNamed(Map<String, ?> params) {
        if (all.isEmpty()) {
            return null;
        }
        List<String> text = new ArrayList<>();
        for (Property id : EntityShape.of(all.get(0).getClass()).ids()) {
            Object given = params.get(id.name());
            if (given == null) {
                return null;
            }
            text.add(String.valueOf(given));
        }
        return text.isEmpty() ? null : next(byText.get(text));
    }

    /** The same one, or the one with its key. */
    @Nullable
    Object take(Object entity) {
        if (known.contains(entity) && taken.add(entity)) {
            return entity;
        }
        return Children.hasKey(entity) ? next(byKey.get(EntityShape.key(entity))) : null;
    }

    private @Nullable Object next(@Nullable Deque<Object> candidates) {
        while (candidates != null && !candidates.isEmpty()) {
            Object candidate = candidates.poll();
            if (taken.add(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /** The elements that nobody took, in their order. */
    List<Object> rest() {
        return all.stream().filter(entity -> !taken.contains(entity)).toList();
    }
}
