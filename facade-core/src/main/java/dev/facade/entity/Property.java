package dev.facade.entity;

import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinColumns;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.Transient;
import jakarta.persistence.Version;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One property of an entity class: a field, with its accessors if it has any. Immutable, thread-safe. */
public final class Property {

    private final Field field;
    private final @Nullable Method getter;
    private final @Nullable Method setter;

    Property(Field field, @Nullable Method getter, @Nullable Method setter) {
        this.field = field;
        this.getter = getter;
        this.setter = setter;
        field.setAccessible(true);
    }

    /**
     * Returns its name.
     *
     * @return the field's name
     */
    public String name() {
        return field.getName();
    }

    /**
     * Returns its type.
     *
     * @return the field's type
     */
    public Class<?> type() {
        return field.getType();
    }

    /**
     * Returns what is in it: the element of a collection, the value of a map, else its type.
     *
     * @return a class
     */
    public Class<?> target() {
        if (type().isArray()) {
            return type().getComponentType();
        }
        if (field.getGenericType() instanceof ParameterizedType generic && isContainer()) {
            Type[] arguments = generic.getActualTypeArguments();
            return arguments[arguments.length - 1] instanceof Class<?> known ? known : Object.class;
        }
        return type();
    }

    private boolean isContainer() {
        return Collection.class.isAssignableFrom(type()) || Map.class.isAssignableFrom(type());
    }

    /**
     * Returns one of its annotations, on the field or on its getter.
     *
     * @param type the annotation
     * @param <A> the annotation
     * @return the annotation, or null
     */
    public <A extends Annotation> @Nullable A annotation(Class<A> type) {
        A found = field.getAnnotation(type);
        return found != null || getter == null ? found : ((AnnotatedElement) getter).getAnnotation(type);
    }

    private boolean has(Class<? extends Annotation> type) {
        return annotation(type) != null;
    }

    /**
     * Tells whether it is part of the key.
     *
     * @return true for an id
     */
    public boolean isId() {
        return has(Id.class) || has(EmbeddedId.class);
    }

    /**
     * Tells whether it is the version.
     *
     * @return true for a version
     */
    public boolean isVersion() {
        return has(Version.class);
    }

    /**
     * Tells whether it is not stored.
     *
     * @return true for a virtual property
     */
    public boolean isTransient() {
        return has(Transient.class) || Modifier.isTransient(field.getModifiers());
    }

    /**
     * Tells whether it leads to other entities.
     *
     * @return true for an association
     */
    public boolean isAssociation() {
        return has(ManyToOne.class) || has(OneToOne.class) || isToMany();
    }

    /**
     * Tells whether it leads to many other entities.
     *
     * @return true for an association to many
     */
    public boolean isToMany() {
        return has(OneToMany.class) || has(ManyToMany.class);
    }

    /**
     * Tells whether it holds embeddables, one or many.
     *
     * @return true for an embedded property
     */
    public boolean isEmbedded() {
        return has(Embedded.class)
                || (target().isAnnotationPresent(Embeddable.class) && (!isContainer() || has(ElementCollection.class)));
    }

    /**
     * Tells whether it holds many values of its own.
     *
     * @return true for a collection of elements
     */
    public boolean isElementCollection() {
        return has(ElementCollection.class);
    }

    /**
     * Tells whether an update may write it.
     *
     * @return false if the mapping of its columns forbids it
     */
    public boolean isUpdatable() {
        Column column = annotation(Column.class);
        JoinColumn join = annotation(JoinColumn.class);
        JoinColumns joins = annotation(JoinColumns.class);
        return (column == null || column.updatable())
                && (join == null || join.updatable())
                && (joins == null || Arrays.stream(joins.value()).allMatch(JoinColumn::updatable));
    }

    /**
     * Returns the property of the other side that stores the association.
     *
     * @return its name, or null if this side stores it
     */
    public @Nullable String mappedBy() {
        OneToMany many = annotation(OneToMany.class);
        OneToOne one = annotation(OneToOne.class);
        ManyToMany both = annotation(ManyToMany.class);
        String name =
                many != null ? many.mappedBy() : one != null ? one.mappedBy() : both != null ? both.mappedBy() : "";
        return name.isEmpty() ? null : name;
    }

    /**
     * Reads it.
     *
     * @param entity an instance, or a provider's proxy of one
     * @return its value
     */
    public @Nullable Object get(Object entity) {
        try {
            if (getter != null && isProxy(entity)) {
                return getter.invoke(entity);
            }
            return field.get(entity);
        } catch (InvocationTargetException | IllegalAccessException failure) {
            throw inaccessible(failure);
        }
    }

    /**
     * Writes it.
     *
     * @param entity an instance, or a provider's proxy of one
     * @param value of its type
     */
    public void set(Object entity, @Nullable Object value) {
        try {
            if (setter != null && isProxy(entity)) {
                setter.invoke(entity, value);
            } else if (value != null || !type().isPrimitive()) {
                field.set(entity, value);
            }
        } catch (IllegalArgumentException mismatch) {
            throw new IllegalArgumentException(
                    name() + ": " + value + " of type "
                            + Objects.requireNonNull(value).getClass().getName() + " (expected: "
                            + type().getName() + ")",
                    mismatch);
        } catch (InvocationTargetException | IllegalAccessException failure) {
            throw inaccessible(failure);
        }
    }

    /** The fields of a proxy are empty; its accessors lead to the entity. */
    private boolean isProxy(Object entity) {
        return !EntityShape.isMapped(entity.getClass());
    }

    private IllegalStateException inaccessible(ReflectiveOperationException failure) {
        return new IllegalStateException("cannot access " + field, failure);
    }

    @Override
    public String toString() {
        return field.getDeclaringClass().getSimpleName() + "." + name();
    }
}
