package dev.facade.changeset;

import dev.facade.changeset.Changeset.Action;
import dev.facade.engine.entity.Echo;
import dev.facade.engine.entity.EntityShape;
import dev.facade.engine.entity.Property;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The associated entities or embeddables of one field, as changesets. Used while a changeset is made. */
final class Children<E> {

    private final State<?> state;
    private final Property property;
    private final OnReplace onReplace;
    private final List<Object> left = new ArrayList<>();
    private boolean invalid;

    private Children(State<?> state, Property property, OnReplace onReplace) {
        this.state = state;
        this.property = property;
        this.onReplace = Objects.requireNonNull(onReplace, "onReplace");
    }

    static <E> Children<E> at(State<?> state, String field, OnReplace onReplace) {
        Property property = state.shape.property(field);
        if (!property.isAssociation() && !property.isEmbedded()) {
            throw new IllegalArgumentException(
                    "association: " + property + " (expected: an association or embeddable)");
        }
        if (Map.class.isAssignableFrom(property.type())) {
            throw new IllegalArgumentException("association: " + property
                    + " is a map (expected: a list or a set; write what is in it by itself)");
        }
        if (property.annotation(ManyToMany.class) != null && property.mappedBy() != null) {
            throw new IllegalArgumentException("association: " + property + " (expected: the side that stores it, "
                    + property.target().getSimpleName() + "." + property.mappedBy() + ")");
        }
        if (onReplace == OnReplace.UPDATE && isMany(property)) {
            throw new IllegalArgumentException("onReplace: " + onReplace + " of " + property + " (expected: for one)");
        }
        return new Children<>(state, property, onReplace);
    }

    private static boolean isMany(Property property) {
        return property.isToMany() || property.isElementCollection();
    }

    private String field() {
        return property.name();
    }

    // -- from outside

    void cast(BiFunction<E, Map<String, ?>, Changeset<E>> with) {
        if (!state.params.containsKey(field())) {
            return;
        }
        Object raw = state.params.get(field());
        if (!state.measured && Nesting.isTooDeep(raw)) {
            state.error(
                    field(),
                    "is nested deeper than %{count} levels",
                    Checks.parameters("validation", "assoc", "count", Nesting.DEEPEST));
            return;
        }
        if (isMany(property)) {
            castMany(raw, with);
        } else if (raw == null) {
            one(null);
        } else if (raw instanceof Map<?, ?> map) {
            castOne(strings(map), with);
        } else {
            complain();
        }
    }

    private void castOne(Map<String, ?> params, BiFunction<E, Map<String, ?>, Changeset<E>> with) {
        Object present = property.get(state.data);
        boolean same =
                present != null && (property.isEmbedded() || names(params, present) || onReplace == OnReplace.UPDATE);
        if (present != null && same) {
            checkLoaded();
            one(with.apply(cast(present), params).withAction(Action.UPDATE));
        } else {
            one(with.apply(fresh(), params).withAction(Action.INSERT));
        }
    }

    private void castMany(@Nullable Object raw, BiFunction<E, Map<String, ?>, Changeset<E>> with) {
        Collection<?> elements =
                raw == null ? List.of() : raw instanceof Map<?, ?> map ? byIndex(map) : asCollection(raw);
        if (elements == null || !elements.stream().allMatch(Map.class::isInstance)) {
            complain();
            return;
        }
        Present present = new Present(property.isEmbedded() ? List.of() : present());
        List<Changeset<?>> children = new ArrayList<>();
        for (Object element : elements) {
            Map<String, ?> params = strings((Map<?, ?>) element);
            Object match = present.takeNamed(params);
            children.add(
                    match == null
                            ? with.apply(fresh(), params).withAction(Action.INSERT)
                            : with.apply(cast(match), params).withAction(Action.UPDATE));
        }
        many(children, property.isEmbedded() ? present() : present.rest());
    }

    private static @Nullable Collection<?> asCollection(Object raw) {
        return raw instanceof Collection<?> many ? many : null;
    }

    /** Forms send lists as maps of index to element. */
    private static Collection<?> byIndex(Map<?, ?> map) {
        try {
            SortedMap<Integer, Object> sorted = new TreeMap<>();
            map.forEach((index, element) -> sorted.put(Integer.valueOf(index.toString()), element));
            return sorted.values();
        } catch (NumberFormatException noIndex) {
            return List.of("no map");
        }
    }

    /** Whether the values from outside name this entity by its key. */
    private static boolean names(Map<String, ?> params, Object entity) {
        List<Property> ids = EntityShape.of(entity.getClass()).ids();
        return !ids.isEmpty()
                && ids.stream()
                        .allMatch(id -> params.get(id.name()) != null
                                && String.valueOf(params.get(id.name())).equals(String.valueOf(id.get(entity))));
    }

    private void complain() {
        state.error(
                field(),
                "is invalid",
                Checks.parameters("validation", "assoc", "type", isMany(property) ? "list" : "map"));
    }

    // -- by the program

    void put(@Nullable Object value) {
        if (!isMany(property)) {
            one(value == null ? null : child(value, property.get(state.data)));
            return;
        }
        if (!(value instanceof Collection<?> elements)) {
            throw new IllegalArgumentException(field() + ": " + Echo.of(value) + " (expected: a collection)");
        }
        Present present = new Present(present());
        List<Changeset<?>> children = new ArrayList<>();
        for (Object element : elements) {
            if (element == null) {
                throw new IllegalArgumentException(field() + ": null among others (expected: entities or changesets)");
            }
            Object data = element instanceof Changeset<?> changeset ? changeset.data() : element;
            children.add(child(element, present.take(data)));
        }
        many(children, present.rest());
    }

    private Changeset<?> child(Object value, @Nullable Object match) {
        Changeset<?> changeset = value instanceof Changeset<?> given ? given : Changeset.change(value);
        if (!property.target().isInstance(changeset.data())) {
            throw new IllegalArgumentException(
                    field() + ": a " + changeset.type().getName() + " (expected: a "
                            + property.target().getName() + ")");
        }
        if (changeset.action() != Action.NONE) {
            return changeset;
        }
        boolean exists = (match != null && isSame(match, changeset.data())) || hasGeneratedKey(changeset.data());
        if (exists) {
            return changeset.withAction(Action.UPDATE);
        }
        return hasKey(changeset.data()) ? changeset : changeset.withAction(Action.INSERT); // only the database knows
    }

    private static boolean hasGeneratedKey(Object entity) {
        return hasKey(entity)
                && EntityShape.of(entity.getClass()).ids().stream()
                        .anyMatch(id -> id.annotation(GeneratedValue.class) != null);
    }

    static boolean isSame(@Nullable Object left, Object right) {
        if (left == right || left == null) {
            return left == right;
        }
        return hasKey(right) && EntityShape.key(left).equals(EntityShape.key(right));
    }

    static boolean hasKey(Object entity) {
        List<Property> ids = EntityShape.of(entity.getClass()).ids();
        return !ids.isEmpty() && ids.stream().allMatch(id -> isGiven(id, id.get(entity)));
    }

    /** A primitive key is 0 until there is one. */
    private static boolean isGiven(Property id, @Nullable Object value) {
        boolean zero = id.type().isPrimitive() && value instanceof Number number && number.longValue() == 0;
        return value != null && !zero;
    }

    // -- putting them

    private void one(@Nullable Changeset<?> child) {
        Object present = property.get(state.data);
        boolean replaced = present != null && (child == null || !isSame(present, child.data()));
        if (present != null && replaced && !property.isEmbedded()) {
            leave(present);
        }
        finish(child, child == null ? present == null : present != null && !replaced && isNothing(child));
    }

    private void many(List<Changeset<?>> given, List<Object> missing) {
        List<Changeset<?>> children = Set.class.isAssignableFrom(property.type()) ? unique(given) : given;
        if (!property.isEmbedded()) {
            missing.forEach(this::leave);
        }
        boolean unchanged = missing.isEmpty()
                && children.size() == present().size()
                && children.stream().allMatch(Children::isNothing)
                && (property.annotation(OrderColumn.class) == null || isInOrder(children));
        finish(children, unchanged);
    }

    private boolean isInOrder(List<Changeset<?>> children) {
        Iterator<Object> present = present().iterator();
        return children.stream().allMatch(child -> isSame(present.next(), child.data()));
    }

    private static boolean isNothing(Changeset<?> child) {
        return child.action() == Action.UPDATE && child.changes().isEmpty() && child.isValid() && !child.isPrepared();
    }

    /** A set has each entity once: the second one of two is in error. */
    private static List<Changeset<?>> unique(List<Changeset<?>> children) {
        List<Changeset<?>> unique = new ArrayList<>();
        Set<Object> entities = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<List<@Nullable Object>> keys = new HashSet<>();
        for (Changeset<?> child : children) {
            boolean again =
                    !entities.add(child.data()) | !(keys.add(EntityShape.key(child.data())) || !hasKey(child.data()));
            unique.add(again ? taken(child) : child);
        }
        return unique;
    }

    private static Changeset<?> taken(Changeset<?> child) {
        List<Property> ids = EntityShape.of(child.data().getClass()).ids();
        String field = ids.isEmpty() ? "id" : ids.get(0).name();
        return child.addError(field, "has already been taken", Map.of("validation", "unique"));
    }

    private void leave(Object entity) {
        if (onReplace == OnReplace.RAISE) {
            throw new IllegalArgumentException(field() + ": " + EntityShape.named(entity)
                    + " would be left out (expected: all present ones, or another OnReplace)");
        }
        if (onReplace == OnReplace.MARK_INVALID) {
            complain();
            invalid = true;
        }
        left.add(entity);
    }

    private void finish(@Nullable Object value, boolean unchanged) {
        if (unchanged) {
            state.takeBack(field());
        } else if (!invalid) {
            state.change(field(), value, new State.Replacement(onReplace, List.copyOf(left)));
        }
    }

    private void checkLoaded() {
        if (!EntityShape.isLoaded(property.get(state.data))) {
            throw new IllegalArgumentException("association: " + property
                    + " is not loaded (expected: loaded, by Preload.of(\"" + field() + "\"))");
        }
    }

    private List<Object> present() {
        checkLoaded();
        Object value = property.get(state.data);
        return value instanceof Collection<?> many ? new ArrayList<>(many) : new ArrayList<>();
    }

    @SuppressWarnings("unchecked")
    private E fresh() {
        return (E) EntityShape.of(property.target()).newInstance();
    }

    @SuppressWarnings("unchecked")
    private E cast(Object entity) {
        return (E) entity;
    }

    private static Map<String, ?> strings(Map<?, ?> map) {
        Nesting.Measured strings = new Nesting.Measured();
        map.forEach((key, value) -> strings.put(String.valueOf(key), value));
        return strings;
    }

    // -- looking at them

    static Stream<Changeset<?>> of(@Nullable Object value) {
        if (value instanceof Changeset<?> one) {
            return Stream.of(one);
        }
        if (value instanceof Collection<?> many) {
            return many.stream().filter(Changeset.class::isInstance).map(child -> (Changeset<?>) child);
        }
        return Stream.empty();
    }

    static @Nullable Object applied(@Nullable Object value) {
        if (value instanceof Changeset<?> one) {
            return goes(one) ? null : one.applyChanges();
        }
        if (value instanceof Collection<?> many && many.stream().anyMatch(Changeset.class::isInstance)) {
            return new ArrayList<>(many.stream()
                    .map(child -> (Changeset<?>) child)
                    .filter(child -> !goes(child))
                    .map(Changeset::applyChanges)
                    .toList());
        }
        return value;
    }

    /** Tells whether nothing stays of it: a child that goes, or many that all do. */
    static boolean isGone(@Nullable Object value) {
        return (value instanceof Changeset<?> one && goes(one))
                || (value instanceof Collection<?> many && many.stream().allMatch(Children::isGone));
    }

    private static boolean goes(Changeset<?> child) {
        return child.action() == Action.DELETE || child.action() == Action.REPLACE;
    }

    /** A list as the kind of collection that the field wants. */
    static @Nullable Object fitting(Property property, @Nullable Object value, Object owner) {
        return value instanceof List<?> list && (property.isToMany() || property.isElementCollection())
                ? property.holding(list, owner)
                : value;
    }

    /** Null if there is nothing to tell. */
    static @Nullable Object traversed(@Nullable Object value, Function<Changeset<?>, Map<String, Object>> tell) {
        if (value instanceof Changeset<?> one) {
            Map<String, Object> told = tell.apply(one);
            return told.isEmpty() ? null : told;
        }
        List<Map<String, Object>> told = of(value).map(tell).toList();
        return told.stream().allMatch(Map::isEmpty) ? null : told;
    }
}
