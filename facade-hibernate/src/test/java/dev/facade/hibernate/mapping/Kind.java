package dev.facade.hibernate.mapping;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * A kind of mapping: a row of the table. Its name is unique.
 *
 * @param <E> the entity
 */
final class Kind<E> {

    final String name;
    final Class<E> type;
    private final IntFunction<E> sample;
    final List<Class<?>> others = new ArrayList<>();
    final List<Object> settings = new ArrayList<>();
    final Map<String, Object> changes = new LinkedHashMap<>();
    final List<String> preloads = new ArrayList<>();
    final List<String> tables = new ArrayList<>();
    final List<String> generated = new ArrayList<>();
    final Set<Db> databases = EnumSet.allOf(Db.class);
    IntFunction<List<?>> needs = number -> List.of();
    Consumer<E> mutation = this::change;
    Supplier<List<String>> heard = List::of;
    boolean isDerived;

    private Kind(String name, Class<E> type, IntFunction<E> sample) {
        this.name = name;
        this.type = type;
        this.sample = sample;
    }

    /**
     * Begins a kind.
     *
     * @param sample makes the entity of a number, new and equal in each call; keys that are assigned follow the number
     */
    static <E> Kind<E> of(String name, Class<E> type, IntFunction<E> sample) {
        return new Kind<>(name, type, sample);
    }

    /** Other entities and classes that are mapped along. */
    Kind<E> with(Class<?>... types) {
        others.addAll(Arrays.asList(types));
        return this;
    }

    /** Entities that are there before those of the kind are written, new and equal in each call. */
    Kind<E> needs(Supplier<List<?>> entities) {
        needs = number -> entities.get();
        return this;
    }

    /** As {@link #needs}, by the number of the samples that are written. */
    Kind<E> needsFor(IntFunction<List<?>> entities) {
        needs = entities;
        return this;
    }

    /** An attribute and the value that it is changed to; by its name for changesets and bulk updates. */
    Kind<E> change(String attribute, Object value) {
        changes.put(attribute, value);
        return this;
    }

    /** How an entity is changed by hand, if that is more than {@link #change(String, Object)} says. */
    Kind<E> mutate(Consumer<E> how) {
        mutation = how;
        return this;
    }

    /** Associations that are preloaded. */
    Kind<E> preload(String... paths) {
        preloads.addAll(Arrays.asList(paths));
        return this;
    }

    /** Tables that Hibernate's metamodel does not tell. */
    Kind<E> tables(String... names) {
        tables.addAll(Arrays.asList(names));
        return this;
    }

    /** What differs from run to run beyond generated keys: {@code table.column}, or the name of a field. */
    Kind<E> generated(String... names) {
        generated.addAll(Arrays.asList(names));
        return this;
    }

    /** A setting that needs a factory of its own. */
    Kind<E> setting(String key, Object value) {
        settings.add(key);
        settings.add(value);
        return this;
    }

    /** What its callbacks have told since this was asked last. */
    Kind<E> heard(Supplier<List<String>> calls) {
        heard = calls;
        return this;
    }

    /** The databases that have it, if not all do. */
    Kind<E> on(Db... only) {
        databases.retainAll(Arrays.asList(only));
        return this;
    }

    /** The database makes its rows from others; nobody writes them. The keys are the numbers. */
    Kind<E> derived() {
        isDerived = true;
        return this;
    }

    E sample(int number) {
        return sample.apply(number);
    }

    private void change(E entity) {
        changes.forEach((attribute, value) -> Fields.set(entity, attribute, value));
    }

    @Override
    public String toString() {
        return name;
    }
}
