package dev.facade.engine.entity;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.HashMap;
import java.util.Map;

/** The types that the type variables of superclasses stand for in a class. Immutable, thread-safe. */
final class TypeArguments {

    private final Map<TypeVariable<?>, Type> known = new HashMap<>();

    TypeArguments(Class<?> type) {
        for (Class<?> level = type; level != null; level = level.getSuperclass()) {
            if (level.getGenericSuperclass() instanceof ParameterizedType generic) {
                TypeVariable<?>[] variables = level.getSuperclass().getTypeParameters();
                for (int i = 0; i < variables.length; i++) {
                    known.put(variables[i], generic.getActualTypeArguments()[i]);
                }
            }
        }
    }

    Type resolved(Type type) {
        Type resolved = type;
        while (resolved instanceof TypeVariable<?> && known.containsKey(resolved)) {
            resolved = known.get(resolved);
        }
        return resolved;
    }

    /** The narrowest class that is known of a type. */
    Class<?> narrowest(Type type) {
        Type resolved = resolved(type);
        if (resolved instanceof Class<?> plain) {
            return plain;
        }
        if (resolved instanceof ParameterizedType generic) {
            return (Class<?>) generic.getRawType();
        }
        if (resolved instanceof GenericArrayType array) {
            return Array.newInstance(narrowest(array.getGenericComponentType()), 0)
                    .getClass();
        }
        return resolved instanceof TypeVariable<?> variable
                ? narrowest(variable.getBounds()[0])
                : narrowest(((WildcardType) resolved).getUpperBounds()[0]);
    }
}
