package dev.facade.engine.mapping;

import jakarta.persistence.PersistenceException;
import jakarta.persistence.metamodel.Attribute;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads and writes an attribute of an entity, as its mapping does; of a proxy, through its accessors. */
public final class Accessor {

    private final EntityModel model;

    Accessor(EntityModel model) {
        this.model = model;
    }

    public @Nullable Object get(Attribute<?, ?> attribute, Object entity) {
        try {
            Member member = attribute.getJavaMember();
            Method getter = model.isProxy(entity) || member instanceof Method ? getter(attribute) : null;
            if (getter != null) {
                getter.setAccessible(true);
                return getter.invoke(entity);
            }
            Field field = field(attribute);
            return field.get(entity);
        } catch (ReflectiveOperationException failure) {
            throw inaccessible(attribute, failure);
        }
    }

    public void set(Attribute<?, ?> attribute, Object entity, @Nullable Object value) {
        try {
            boolean bySetter = model.isProxy(entity) || attribute.getJavaMember() instanceof Method;
            Method setter = bySetter ? setter(attribute) : null;
            if (setter != null) {
                setter.setAccessible(true);
                setter.invoke(entity, value);
            } else {
                field(attribute).set(entity, value);
            }
        } catch (ReflectiveOperationException failure) {
            throw inaccessible(attribute, failure);
        }
    }

    private static Field field(Attribute<?, ?> attribute) throws NoSuchFieldException {
        Field field = attribute.getJavaMember() instanceof Field mapped
                ? mapped
                : attribute.getDeclaringType().getJavaType().getDeclaredField(attribute.getName());
        field.setAccessible(true);
        return field;
    }

    private static @Nullable Method getter(Attribute<?, ?> attribute) {
        if (attribute.getJavaMember() instanceof Method mapped) {
            return mapped;
        }
        for (String prefix : new String[] {"get", "is", ""}) {
            Method method = method(attribute, prefix);
            if (method != null) {
                return method;
            }
        }
        return null;
    }

    private static @Nullable Method setter(Attribute<?, ?> attribute) {
        return method(attribute, "set", attribute.getJavaType());
    }

    private static @Nullable Method method(Attribute<?, ?> attribute, String prefix, Class<?>... parameters) {
        String name = attribute.getName();
        String bean =
                prefix.isEmpty() ? name : prefix + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        try {
            return attribute.getDeclaringType().getJavaType().getDeclaredMethod(bean, parameters);
        } catch (NoSuchMethodException absent) {
            return null;
        }
    }

    private static PersistenceException inaccessible(Attribute<?, ?> attribute, ReflectiveOperationException failure) {
        Throwable cause = failure instanceof InvocationTargetException ? failure.getCause() : failure;
        return new PersistenceException(
                "cannot access " + attribute.getDeclaringType().getJavaType().getName() + "." + attribute.getName()
                        + "; open its package to dev.facade.core if it lives in a module",
                cause);
    }
}
