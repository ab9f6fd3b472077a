package dev.facade.engine.entity;

import jakarta.persistence.Access;
import jakarta.persistence.AccessType;
import jakarta.persistence.Transient;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a class under the names that its mapping gives them: those of fields, or those of properties where it
 * goes by accessors. Immutable.
 */
final class AttributeNames {

    private final TypeArguments arguments;
    private final boolean byAccessors;

    AttributeNames(Class<?> type) {
        this.arguments = new TypeArguments(type);
        this.byAccessors = !type.isRecord() && goesByAccessors(type);
    }

    /** Where its annotations are says it; what is annotated in both places goes by fields. */
    private static boolean goesByAccessors(Class<?> type) {
        boolean accessors = false;
        for (Class<?> level = type; level != null && level != Object.class; level = level.getSuperclass()) {
            if (has(level.getDeclaredFields(), AttributeNames::isMapped)) {
                return false;
            }
            accessors |= has(level.getDeclaredMethods(), AttributeNames::isMapped);
        }
        return accessors;
    }

    private static boolean isMapped(AnnotatedElement member) {
        return (!(member instanceof Method method) || isGetter(method))
                && !member.isAnnotationPresent(Access.class)
                && Arrays.stream(member.getAnnotations()).anyMatch(AttributeNames::isOfMapping);
    }

    private static boolean has(AnnotatedElement[] members, Predicate<AnnotatedElement> mark) {
        return Arrays.stream(members).anyMatch(mark);
    }

    private static boolean isOfMapping(Annotation annotation) {
        String name = annotation.annotationType().getName();
        return (name.startsWith("jakarta.persistence.") && !(annotation instanceof Transient))
                || name.startsWith("org.hibernate.annotations.");
    }

    /** Tells whether a field is the class's own, neither the compiler's nor a provider's. */
    static boolean isOwn(Field field) {
        return !Modifier.isStatic(field.getModifiers())
                && !field.isSynthetic()
                && !field.getName().startsWith("$$_");
    }

    /** The properties that a class declares itself. */
    Stream<Property> of(Class<?> level) {
        Access access = level.getAnnotation(Access.class);
        boolean accessors = access == null ? byAccessors : access.value() == AccessType.PROPERTY;
        Map<String, Property> found = new LinkedHashMap<>();
        for (Field field : level.getDeclaredFields()) {
            if (isOwn(field) && (!accessors || stands(field, AccessType.FIELD) || isVirtual(field))) {
                found.put(field.getName(), ofField(level, field));
            }
        }
        for (Method method : level.getDeclaredMethods()) {
            if (isGetter(method) && (accessors || stands(method, AccessType.PROPERTY))) {
                Property property = ofGetter(level, method);
                if (!accessors || !property.isTransient() || !found.containsKey(property.name())) {
                    found.put(property.name(), property);
                }
            }
        }
        return found.values().stream();
    }

    private static boolean stands(AnnotatedElement member, AccessType type) {
        Access access = member.getAnnotation(Access.class);
        return access != null && access.value() == type;
    }

    private static boolean isVirtual(Field field) {
        return field.isAnnotationPresent(Transient.class) || Modifier.isTransient(field.getModifiers());
    }

    private static boolean isGetter(Method method) {
        boolean plain = method.getParameterCount() == 0
                && !method.isSynthetic()
                && !Modifier.isStatic(method.getModifiers())
                && method.getReturnType() != void.class;
        boolean truth = method.getReturnType() == boolean.class || method.getReturnType() == Boolean.class;
        return plain && (isPrefixed(method, "get") || (truth && isPrefixed(method, "is")));
    }

    private static boolean isPrefixed(Method method, String prefix) {
        String name = method.getName();
        return name.startsWith(prefix)
                && name.length() > prefix.length()
                && !Character.isLowerCase(name.charAt(prefix.length()));
    }

    private Property ofGetter(Class<?> level, Method getter) {
        String bean = getter.getName().substring(getter.getName().startsWith("is") ? 2 : 3);
        getter.setAccessible(true);
        return Property.ofGetter(
                decapitalized(bean), getter, method(level, "set" + bean, getter.getReturnType()), arguments);
    }

    /** As of beans: {@code getURL} reads {@code URL}. */
    private static String decapitalized(String bean) {
        boolean acronym =
                bean.length() > 1 && Character.isUpperCase(bean.charAt(0)) && Character.isUpperCase(bean.charAt(1));
        return acronym ? bean : Character.toLowerCase(bean.charAt(0)) + bean.substring(1);
    }

    private Property ofField(Class<?> level, Field field) {
        String bean = field.getName().substring(0, 1).toUpperCase(Locale.ROOT)
                + field.getName().substring(1);
        Method getter = method(level, "get" + bean);
        getter = getter != null ? getter : method(level, "is" + bean);
        getter = getter != null ? getter : method(level, field.getName());
        boolean fits = getter != null && field.getType().isAssignableFrom(getter.getReturnType());
        Method setter = method(level, "set" + bean, field.getType());
        return Property.ofField(field, arguments, fits ? getter : null, setter);
    }

    private static @Nullable Method method(Class<?> level, String name, Class<?>... parameters) {
        try {
            Method method = level.getDeclaredMethod(name, parameters);
            method.setAccessible(true);
            return method;
        } catch (NoSuchMethodException absent) {
            return null;
        }
    }
}
