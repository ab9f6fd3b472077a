package dev.facade.engine.entity;

import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.Persistence;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The properties of an entity or embeddable class, as reflection sees them. Immutable, thread-safe, cached by class. */
public final class EntityShape {

    private static final ClassValue<EntityShape> SHAPES = new ClassValue<>() {
        @Override
        protected EntityShape computeValue(Class<?> type) {
            return new EntityShape(type);
        }
    };

    private final Class<?> type;
    private final Map<String, Property> properties = new LinkedHashMap<>();
    private final List<Field> fields = new ArrayList<>();

    private EntityShape(Class<?> type) {
        this.type = type;
        AttributeNames names = new AttributeNames(type);
        for (Class<?> level = type; level != null && level != Object.class; level = level.getSuperclass()) {
            names.of(level).forEach(property -> properties.putIfAbsent(property.name(), property));
            for (Field field : level.getDeclaredFields()) {
                if (AttributeNames.isOwn(field)) {
                    field.setAccessible(true);
                    fields.add(field);
                }
            }
        }
    }

    /**
     * Returns the shape of a class.
     *
     * @param type an entity or embeddable class, or a provider's subclass of one
     * @return its shape
     * @throws IllegalArgumentException if it is a class of the JDK
     */
    public static EntityShape of(Class<?> type) {
        if (type.getName().startsWith("java.") || type.isArray() || type.isPrimitive()) {
            throw new IllegalArgumentException(
                    "entity: " + type.getName() + " (expected: an entity or embeddable class)");
        }
        Class<?> mapped = type;
        while (!isMapped(mapped)
                && mapped.getSuperclass() != null
                && mapped.getSuperclass() != Object.class
                && isMapped(mapped.getSuperclass())) {
            mapped = mapped.getSuperclass();
        }
        return SHAPES.get(mapped);
    }

    static boolean isMapped(Class<?> type) {
        return type.isAnnotationPresent(Entity.class)
                || type.isAnnotationPresent(Embeddable.class)
                || type.isAnnotationPresent(MappedSuperclass.class);
    }

    /**
     * Returns the class.
     *
     * @return the class
     */
    public Class<?> type() {
        return type;
    }

    /**
     * Returns all properties, those of superclasses too.
     *
     * @return the properties
     */
    public Collection<Property> properties() {
        return properties.values();
    }

    /**
     * Returns the key's properties.
     *
     * @return none for an embeddable
     */
    public List<Property> ids() {
        return properties.values().stream().filter(Property::isId).toList();
    }

    /**
     * Returns the key of an entity.
     *
     * @param entity an instance, maybe one that is not loaded
     * @return the values of the key's properties; of an associated entity in it, those of its key
     */
    public static List<@Nullable Object> key(Object entity) {
        List<@Nullable Object> key = new ArrayList<>();
        for (Property id : of(entity.getClass()).ids()) {
            Object value = id.get(entity);
            if (id.isAssociation() && id.type().isInstance(value)) {
                key.addAll(key(value));
            } else {
                key.add(value);
            }
        }
        return key;
    }

    /**
     * Names an entity by its key: its own words might have to load it.
     *
     * @param entity an instance, maybe one that is not loaded
     * @return its class's name and its key
     */
    public static String named(Object entity) {
        List<@Nullable Object> key = key(entity);
        return of(entity.getClass()).type().getSimpleName() + " " + (key.size() == 1 ? key.get(0) : key);
    }

    /**
     * Tells whether a value is loaded.
     *
     * @param value an entity, a collection, or any other
     * @return false for what a provider has left to be loaded later
     */
    public static boolean isLoaded(@Nullable Object value) {
        return value == null || Persistence.getPersistenceUtil().isLoaded(value);
    }

    /**
     * Returns a property by name.
     *
     * @param name its name
     * @return the property
     * @throws IllegalArgumentException if there is none, with the nearest name that there is
     */
    public Property property(String name) {
        Property found = properties.get(name);
        if (found == null) {
            throw new IllegalArgumentException("field: " + type.getSimpleName() + "." + Echo.of(name)
                    + " (expected: one of " + new TreeSet<>(properties.keySet())
                    + EditDistance.advice(properties.keySet(), name) + ")");
        }
        return found;
    }

    /**
     * Tells whether there is a property.
     *
     * @param name its name
     * @return true if there is
     */
    public boolean has(String name) {
        return properties.containsKey(name);
    }

    /**
     * Makes an empty instance.
     *
     * @return what the constructor without parameters makes; of a record, one without values
     * @throws IllegalArgumentException if there is no such constructor
     */
    public Object newInstance() {
        return type.isRecord() ? newRecord(Map.of()) : made(new Class<?>[0]);
    }

    private Object newRecord(Map<String, ? extends @Nullable Object> values) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        @Nullable Object[] parts = new @Nullable Object[components.length];
        for (int i = 0; i < parts.length; i++) {
            Object value = values.get(components[i].getName());
            parts[i] = value == null ? Array.get(Array.newInstance(types[i], 1), 0) : value; // null, or a primitive's 0
        }
        return made(types, parts);
    }

    private Object made(Class<?>[] types, @Nullable Object... parts) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(parts);
        } catch (InvocationTargetException failure) {
            throw new IllegalArgumentException(type.getName() + ": its constructor failed", failure.getCause());
        } catch (ReflectiveOperationException failure) {
            throw new IllegalArgumentException(
                    type.getName() + ": cannot be made (expected: a constructor without parameters)", failure);
        }
    }

    /**
     * Makes a shallow copy.
     *
     * @param entity an instance
     * @return another one with the same values
     */
    public Object copy(Object entity) {
        return copy(entity, Map.of());
    }

    /**
     * Makes a shallow copy with some values changed.
     *
     * @param entity an instance
     * @param changes property to value, of the property's type
     * @return another one
     */
    public Object copy(Object entity, Map<String, ? extends @Nullable Object> changes) {
        if (type.isRecord()) {
            Map<String, @Nullable Object> values = new HashMap<>();
            properties.forEach((name, property) ->
                    values.put(name, changes.containsKey(name) ? changes.get(name) : property.get(entity)));
            return newRecord(values);
        }
        Object copy = newInstance();
        if (isMapped(entity.getClass())) {
            fields.forEach(field -> copy(field, entity, copy));
        } else { // a proxy, whose own fields are empty
            properties.values().stream()
                    .filter(Property::isSettable)
                    .forEach(property -> property.set(copy, property.get(entity)));
        }
        changes.forEach((name, value) -> property(name).set(copy, value));
        return copy;
    }

    /** As it lies in memory: an accessor may do more. */
    private static void copy(Field field, Object from, Object to) {
        try {
            field.set(to, field.get(from));
        } catch (IllegalAccessException failure) {
            throw new IllegalStateException("cannot access " + field, failure);
        }
    }
}
