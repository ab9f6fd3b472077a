package dev.facade.engine.write;

import dev.facade.engine.entity.EntityShape;
import dev.facade.engine.entity.Property;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The new children of an entity that is inserted as a copy of itself: they point at the copy from now on, since it is the
 * one that is stored. Used by one thread.
 */
final class PointingBack {

    private final Object from;
    private final Object to;
    private final List<Runnable> undo = new ArrayList<>();

    /**
     * Lets them point at the copy.
     *
     * @param from the entity
     * @param to its copy
     * @param changed the associations whose children are written by themselves
     */
    PointingBack(Object from, Object to, Set<String> changed) {
        this.from = from;
        this.to = to;
        for (Property property : EntityShape.of(to.getClass()).properties()) {
            String back = property.mappedBy();
            if (back != null && !changed.contains(property.name())) {
                children(property.get(to)).forEach(child -> turn(child, back));
            }
        }
    }

    /** Puts everything back, when the insert has failed. */
    void undo() {
        undo.forEach(Runnable::run);
    }

    private static Collection<?> children(@Nullable Object value) {
        if (value == null || !EntityShape.isLoaded(value)) {
            return List.of();
        }
        return value instanceof Map<?, ?> map
                ? map.values()
                : value instanceof Collection<?> many ? many : List.of(value);
    }

    private void turn(@Nullable Object child, String back) {
        EntityShape shape = child == null || !EntityShape.isLoaded(child) ? null : EntityShape.of(child.getClass());
        if (child == null || shape == null || !shape.has(back)) {
            return;
        }
        Property property = shape.property(back);
        Object present = property.get(child);
        if (present == from) {
            property.set(child, to);
            undo.add(() -> property.set(child, from));
        } else if (property.isToMany() && present instanceof Collection<?> many && EntityShape.isLoaded(many)) {
            List<Object> others = new ArrayList<>();
            many.forEach(one -> others.add(one == from ? to : one));
            if (many.stream().anyMatch(one -> one == from)) {
                property.set(child, property.holding(others, child));
                undo.add(() -> property.set(child, many));
            }
        }
    }
}
