package dev.facade.engine.entity;

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
import java.lang.invoke.MethodType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One property of an entity class: a field, with its accessors if it has any; or accessors alone, where the mapping goes
 * by them. Immutable, thread-safe.
 */
public final class Property {

    private final String name;
    private final Member member;
    private final Type generic;
    private final @Nullable Field field;
    private final TypeArguments arguments;
    private final Class<?> type;
    private final @Nullable Method getter;
    private final @Nullable Method setter;

    private Property(
            String name,
            Member member,
            Type generic,
            TypeArguments arguments,
            @Nullable Field field,
            @Nullable Method getter,
            @Nullable Method setter) {
        this.name = name;
        this.member = member;
        this.generic = generic;
        this.arguments = arguments;
        this.type = arguments.narrowest(generic);
        this.field = field;
        this.getter = getter;
        this.setter = setter;
    }

    /** A field, whose accessors are called on proxies only. */
    static Property ofField(Field field, TypeArguments arguments, @Nullable Method getter, @Nullable Method setter) {
        field.setAccessible(true);
        return new Property(field.getName(), field, field.getGenericType(), arguments, field, getter, setter);
    }

    /** Accessors, whatever they keep the value in. */
    static Property ofGetter(String name, Method getter, @Nullable Method setter, TypeArguments arguments) {
        return new Property(name, getter, getter.getGenericReturnType(), arguments, null, getter, setter);
    }

    /**
     * Returns its name.
     *
     * @return the attribute's name
     */
    public String name() {
        return name;
    }

    /**
     * Returns its type.
     *
     * @return its type; where that is a type variable, what it stands for in the entity
     */
    public Class<?> type() {
        return type;
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
        return isContainer() ? argument(1) : type();
    }

    /**
     * Returns what the keys of a map are.
     *
     * @return a class
     */
    public Class<?> key() {
        return argument(2);
    }

    /** Of a container, counted from the last one. */
    private Class<?> argument(int fromLast) {
        if (arguments.resolved(generic) instanceof ParameterizedType parameterized) {
            Type[] all = parameterized.getActualTypeArguments();
            return all.length < fromLast ? Object.class : arguments.narrowest(all[all.length - fromLast]);
        }
        return Object.class;
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
        A found = field == null ? null : field.getAnnotation(type);
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
        return has(Transient.class) || (field != null && Modifier.isTransient(field.getModifiers()));
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
     * Returns elements as the kind of collection that it holds.
     *
     * @param elements in their order
     * @param owner whose present collection says how a sorted one is sorted
     * @return a list, a set, or a sorted set
     */
    @SuppressWarnings("unchecked")
    public Collection<Object> holding(Collection<?> elements, Object owner) {
        if (SortedSet.class.isAssignableFrom(type())) {
            SortedSet<Object> sorted = new TreeSet<>(
                    get(owner) instanceof SortedSet<?> set ? (Comparator<Object>) set.comparator() : null);
            sorted.addAll(elements);
            return sorted;
        }
        return Set.class.isAssignableFrom(type()) ? new LinkedHashSet<>(elements) : new ArrayList<>(elements);
    }

    /**
     * Reads it. The key of a proxy is known without loading it.
     *
     * @param entity an instance, or a provider's proxy of one
     * @return its value
     */
    public @Nullable Object get(Object entity) {
        try {
            Object key = isId() && isProxy(entity) ? ProxyKey.of(entity) : null;
            if (key != null) {
                return part(key);
            }
            if (field == null || (getter != null && isProxy(entity))) {
                return Objects.requireNonNull(getter).invoke(entity);
            }
            return field.get(entity);
        } catch (ReflectiveOperationException failure) {
            throw inaccessible(failure);
        }
    }

    /** Of a key, which may be an instance of an IdClass. */
    private @Nullable Object part(Object key) {
        boolean whole = MethodType.methodType(type()).wrap().returnType().isInstance(key)
                || key.getClass().getName().startsWith("java.") // that of the entity which this one's key refers to
                || !EntityShape.of(key.getClass()).has(name());
        return whole ? key : EntityShape.of(key.getClass()).property(name()).get(key);
    }

    /**
     * Writes it.
     *
     * @param entity an instance, or a provider's proxy of one
     * @param value of its type
     */
    public void set(Object entity, @Nullable Object value) {
        try {
            if (value == null && type().isPrimitive()) {
                return; // it stays as it is
            }
            if (setter != null && (field == null || isProxy(entity))) {
                setter.invoke(entity, value);
            } else if (field != null) {
                field.set(entity, value);
            } else {
                throw new IllegalArgumentException(this + " has no setter (expected: one)");
            }
        } catch (IllegalArgumentException mismatch) {
            throw new IllegalArgumentException(
                    name() + ": " + Echo.of(value) + " of type "
                            + Objects.requireNonNull(value).getClass().getName() + " (expected: "
                            + type().getName() + ")",
                    mismatch);
        } catch (InvocationTargetException | IllegalAccessException failure) {
            throw inaccessible(failure);
        }
    }

    /** Tells whether it is more than a computed value. */
    boolean isSettable() {
        return field != null || setter != null;
    }

    /** The fields of a proxy are empty; its accessors lead to the entity. */
    private boolean isProxy(Object entity) {
        return !EntityShape.isMapped(entity.getClass());
    }

    private IllegalStateException inaccessible(ReflectiveOperationException failure) {
        return new IllegalStateException("cannot access " + member, failure);
    }

    @Override
    public String toString() {
        return member.getDeclaringClass().getSimpleName() + "." + name;
    }
}
