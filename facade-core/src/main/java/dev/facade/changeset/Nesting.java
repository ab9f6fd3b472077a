package dev.facade.changeset;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How deep values from outside may be nested: what goes through them calls itself for each level. */
final class Nesting {

    /** Maps and lists in each other, so half as many associations. */
    static final int DEEPEST = 200;

    private Nesting() {}

    /** The values of one element of a form that was measured as a whole. */
    static final class Measured extends LinkedHashMap<String, @Nullable Object> {

        private static final long serialVersionUID = 1L;
    }

    private record Level(Object value, int depth) {}

    static boolean isTooDeep(@Nullable Object value) {
        Deque<Level> open = new ArrayDeque<>();
        push(open, value, 1);
        while (!open.isEmpty()) {
            Level level = open.pop();
            if (level.depth > DEEPEST) {
                return true;
            }
            Collection<?> inside = level.value instanceof Map<?, ?> map ? map.values() : (Collection<?>) level.value;
            inside.forEach(one -> push(open, one, level.depth + 1));
        }
        return false;
    }

    private static void push(Deque<Level> open, @Nullable Object value, int depth) {
        if (value instanceof Map<?, ?> || value instanceof Collection<?>) {
            open.push(new Level(value, depth));
        }
    }
}
