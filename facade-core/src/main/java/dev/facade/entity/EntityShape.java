package dev.facade.entity;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The properties of an entity class, as reflection sees them. Immutable. */
public final class EntityShape {

    /** One property. */
    public record Property(Field field) {
        public void set(Object entity, @Nullable Object value) {
            try {
                field.setAccessible(true);
                field.set(entity, value);
            } catch (IllegalAccessException failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    private final Class<?> type;
    private final Map<String, Property> properties = new LinkedHashMap<>();

    private EntityShape(Class<?> type) {
        this.type = type;
        for (Class<?> level = type; level != null && level != Object.class; level = level.getSuperclass()) {
            for (Field field : level.getDeclaredFields()) {
                properties.putIfAbsent(field.getName(), new Property(field));
            }
        }
    }

    public static EntityShape of(Class<?> type) {
        return new EntityShape(type);
    }

    public Property property(String name) {
        Property found = properties.get(name);
        if (found == null) {
            throw new IllegalArgumentException("attribute: " + type.getSimpleName() + "." + name + " (expected: one of "
                    + properties.keySet() + ")");
        }
        return found;
    }

    public Object newInstance() {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException failure) {
            throw new IllegalArgumentException(type.getName(), failure);
        }
    }
}
