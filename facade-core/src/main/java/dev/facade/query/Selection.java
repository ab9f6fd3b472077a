package dev.facade.query;

import dev.facade.engine.entity.EntityShape;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The selected expressions of a query, and the form of its rows. Immutable.
 *
 * @param expressions what is selected; none means the source itself
 * @param row makes a row of the values
 * @param shape what a row is
 */
record Selection<T extends @Nullable Object>(List<Expression<?>> expressions, RowMaker<T> row, Shape shape) {

    /** The forms of a row. */
    enum Shape {
        ENTITY,
        VALUE,
        MAP,
        RECORD
    }

    /** Makes a row of the values that were selected. */
    @FunctionalInterface
    interface RowMaker<T extends @Nullable Object> {
        T of(@Nullable Object[] values);
    }

    @SuppressWarnings("unchecked")
    static <T> Selection<T> whole() {
        return new Selection<>(List.of(), values -> (T) values[0], Shape.ENTITY);
    }

    @SuppressWarnings("unchecked")
    static <V extends @Nullable Object> Selection<V> value(Expression<V> expression) {
        return new Selection<>(List.of(expression), values -> (V) values[0], Shape.VALUE);
    }

    static Selection<List<@Nullable Object>> list(Expression<?>... expressions) {
        return new Selection<>(atLeastOne(expressions), values -> new ArrayList<>(Arrays.asList(values)), Shape.VALUE);
    }

    static Selection<Map<String, @Nullable Object>> map(Expression<?>... expressions) {
        List<Expression<?>> all = atLeastOne(expressions);
        List<String> names = names(all);
        return new Selection<>(all, values -> mapOf(names, values), Shape.MAP);
    }

    private static Map<String, @Nullable Object> mapOf(List<String> names, @Nullable Object[] values) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            map.put(names.get(i), values[i]);
        }
        return map;
    }

    /** Instances of a class whose constructor takes the values, records first of all. */
    static <R> Selection<R> construct(Class<R> type, Expression<?>... expressions) {
        List<Expression<?>> all = atLeastOne(expressions);
        Constructor<R> constructor = constructor(type, all.size());
        return new Selection<>(all, values -> made(constructor, values), Shape.RECORD);
    }

    @SuppressWarnings("unchecked")
    private static <R> Constructor<R> constructor(Class<R> type, int size) {
        List<Constructor<?>> fitting = Arrays.stream(type.getDeclaredConstructors())
                .filter(candidate -> candidate.getParameterCount() == size)
                .toList();
        if (fitting.size() != 1) {
            throw new IllegalArgumentException("select: " + type.getName() + " has " + fitting.size()
                    + " constructors of " + size + " parameter(s) (expected: one, for the values selected)");
        }
        fitting.get(0).setAccessible(true);
        return (Constructor<R>) fitting.get(0);
    }

    private static <R> R made(Constructor<R> constructor, @Nullable Object[] values) {
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException failure) {
            if (failure.getCause() instanceof RuntimeException thrown) {
                throw thrown;
            }
            throw new IllegalStateException("select: " + constructor + " failed", failure.getCause());
        } catch (ReflectiveOperationException | IllegalArgumentException failure) {
            throw new IllegalArgumentException(
                    "select: " + Arrays.toString(values) + " (expected: the parameters of " + constructor + ")",
                    failure);
        }
    }

    /** Detached instances with some attributes set and the others as their constructor left them. */
    @SuppressWarnings("unchecked")
    static <T> Selection<T> partial(Class<T> type, Expression<?>... expressions) {
        List<Expression<?>> all = atLeastOne(expressions);
        List<String> names = names(all);
        EntityShape shape = EntityShape.of(type);
        names.forEach(shape::property);
        return new Selection<>(
                all,
                values -> {
                    T row = (T) shape.newInstance();
                    for (int i = 0; i < names.size(); i++) {
                        shape.property(names.get(i)).set(row, values[i]);
                    }
                    return row;
                },
                Shape.ENTITY);
    }

    /** Adds a value to each row: an entry of a map, an attribute of an entity. */
    Selection<T> merge(Expression<?> expression) {
        String name = names(List.of(expression)).get(0);
        if (shape == Shape.VALUE || shape == Shape.RECORD) {
            throw new IllegalArgumentException(
                    "merge: " + name + " into a " + shape + " (expected: a query of entities or maps)");
        }
        int size = Math.max(1, expressions.size());
        List<Expression<?>> more = new ArrayList<>(expressions.isEmpty() ? List.of(Expression.root()) : expressions);
        more.add(expression);
        return new Selection<>(
                List.copyOf(more),
                values -> {
                    T merged = row.of(Arrays.copyOf(values, size));
                    put(merged, name, values[size]);
                    return merged;
                },
                shape);
    }

    @SuppressWarnings("unchecked")
    private static void put(@Nullable Object row, String name, @Nullable Object value) {
        if (row instanceof Map<?, ?> map) {
            ((Map<String, @Nullable Object>) map).put(name, value);
        } else if (row != null) {
            EntityShape.of(row.getClass()).property(name).set(row, value);
        }
    }

    private static List<Expression<?>> atLeastOne(Expression<?>... expressions) {
        if (expressions.length == 0) {
            throw new IllegalArgumentException("select: nothing (expected: at least one expression)");
        }
        return List.of(expressions);
    }

    static List<String> names(List<Expression<?>> expressions) {
        List<String> names = new ArrayList<>();
        for (Expression<?> expression : expressions) {
            String name = expression.name();
            if (name == null || names.contains(name)) {
                throw new IllegalArgumentException("select: "
                        + Objects.requireNonNullElse(name, "an expression without a name")
                        + " (expected: unique names, given by as(\"name\"))");
            }
            names.add(name);
        }
        return names;
    }
}
