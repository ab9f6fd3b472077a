package dev.facade.hibernate.mapping;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hibernate.Hibernate;

/** The fields of any object, by reflection. */
final class Fields {

    private Fields() {}

    /** Those of a class and its superclasses that are state; the superclasses' first. */
    static List<Field> of(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> owner = type; owner != null && owner != Object.class; owner = owner.getSuperclass()) {
            List<Field> own = new ArrayList<>();
            for (Field field : owner.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
                    field.setAccessible(true);
                    own.add(field);
                }
            }
            fields.addAll(0, own);
        }
        return fields;
    }

    static Object get(Field field, Object owner) {
        try {
            return field.get(owner);
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static Object get(Object owner, String name) {
        return get(field(owner, name), owner);
    }

    static boolean has(Object owner, String name) {
        return of(Hibernate.unproxy(owner).getClass()).stream()
                .anyMatch(field -> field.getName().equals(name));
    }

    /** The value of an attribute: by its field, or by its getter where it has no field of its name. */
    static Object value(Object owner, String name) {
        return of(owner.getClass()).stream()
                .filter(field -> field.getName().equals(name))
                .findFirst()
                .map(field -> Optional.ofNullable(get(field, owner)))
                .orElseGet(() -> Optional.ofNullable(got(owner, name)))
                .orElse(null);
    }

    private static Object got(Object owner, String name) {
        String end = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        for (Method method : owner.getClass().getDeclaredMethods()) {
            if (method.getName().equals("get" + end) || method.getName().equals("is" + end)) {
                try {
                    return method.invoke(owner);
                } catch (ReflectiveOperationException impossible) {
                    throw new AssertionError(impossible);
                }
            }
        }
        throw new AssertionError(owner.getClass() + " has no attribute " + name);
    }

    static void set(Object owner, String name, Object value) {
        try {
            field(owner, name).set(owner, value);
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static Field field(Object owner, String name) {
        return of(owner.getClass()).stream()
                .filter(field -> field.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(owner.getClass() + " has no field " + name));
    }
}
