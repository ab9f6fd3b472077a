package dev.facade.engine.mapping;

import dev.facade.engine.entity.Echo;
import dev.facade.engine.entity.EntityShape;
import dev.facade.engine.entity.Lossless;
import dev.facade.query.Condition;
import dev.facade.query.Expression;
import dev.facade.spi.ProviderExtension;
import dev.facade.spi.ProviderExtension.AttributeTrait;
import dev.facade.spi.ProviderExtension.Trait;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Lob;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceUnitUtil;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EmbeddableType;
import jakarta.persistence.metamodel.EntityType;
import jakarta.persistence.metamodel.IdentifiableType;
import jakarta.persistence.metamodel.Metamodel;
import jakarta.persistence.metamodel.SingularAttribute;
import jakarta.persistence.metamodel.Type;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The facade's view of entities: class, key, version, state. Thread-safe. */
public final class EntityModel {

    private final Metamodel metamodel;
    private final PersistenceUnitUtil util;
    private final Map<Class<?>, EntityType<?>> types;
    private final Set<Class<?>> withLobs;
    private final Accessor accessor = new Accessor(this);
    private final ProviderExtension extension;
    private final EntityManagerFactory factory;
    private final String database;

    public EntityModel(EntityManagerFactory factory) {
        this.factory = factory;
        this.metamodel = factory.getMetamodel();
        this.util = factory.getPersistenceUnitUtil();
        this.extension = ProviderExtension.of(factory);
        this.database = extension.database(factory);
        this.types = metamodel.getEntities().stream()
                .filter(type -> type.getJavaType() != null)
                .collect(Collectors.toUnmodifiableMap(EntityType::getJavaType, Function.identity()));
        this.withLobs = types.values().stream()
                .filter(type -> type.getAttributes().stream().anyMatch(attribute -> is(attribute, Lob.class)))
                .map(EntityType::getJavaType)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The names of the classes of a factory's entities. */
    public static Set<String> names(EntityManagerFactory factory) {
        return factory.getMetamodel().getEntities().stream()
                .map(entity -> entity.getJavaType().getName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The classes of all entities. */
    public Set<Class<?>> types() {
        return types.keySet();
    }

    /** The master's metamodel. */
    public Metamodel metamodel() {
        return metamodel;
    }

    public PersistenceUnitUtil util() {
        return util;
    }

    /** The provider's abilities beyond JPA. */
    public ProviderExtension extension() {
        return extension;
    }

    public boolean isOnMariaDb() {
        return database.equals("MariaDB");
    }

    /** Its name, or empty if nobody knows. */
    public String database() {
        return database;
    }

    public Accessor accessor() {
        return accessor;
    }

    @SuppressWarnings("unchecked")
    public <T> EntityType<T> type(String operation, Class<T> type) {
        EntityType<?> known = types.get(Objects.requireNonNull(type, "type"));
        if (known == null) {
            throw new IllegalArgumentException(operation + ": " + type.getName()
                    + " is no entity of the master (expected: one of "
                    + types.keySet().stream().map(Class::getName).sorted().toList() + ")");
        }
        return (EntityType<T>) known;
    }

    /** The entity type of an instance, which may be a provider's proxy; never initializes one. */
    public EntityType<?> typeOf(String operation, @Nullable Object entity) {
        if (entity == null) {
            throw new IllegalArgumentException(operation + ": null (expected: an entity)");
        }
        EntityType<?> known = lookUp(entity);
        return known == null ? type(operation, entity.getClass()) : known;
    }

    /** The nearest entity type that all instances share, each with a key. */
    public EntityType<?> commonType(String operation, List<Object> entities) {
        EntityType<?> type = typeOf(operation, entities.get(0));
        for (Object entity : entities) {
            EntityType<?> other = typeOf(operation, entity);
            type = common(operation, type, other);
            requiredId(operation, other, entity);
        }
        return type;
    }

    private static EntityType<?> common(String operation, EntityType<?> type, EntityType<?> other) {
        for (IdentifiableType<?> above = type; above != null; above = above.getSupertype()) {
            if (above instanceof EntityType<?> entity && entity.getJavaType().isAssignableFrom(other.getJavaType())) {
                return entity;
            }
        }
        throw new IllegalArgumentException(operation + ": " + other.getName() + " among " + type.getName()
                + " (expected: entities of one class or hierarchy)");
    }

    /** The class of an entity as it is mapped, never a proxy's. */
    @SuppressWarnings("unchecked")
    public <T> Class<T> entityClass(T entity) {
        return (Class<T>) typeOf("entity", entity).getJavaType();
    }

    public boolean isEntity(Object candidate) {
        return lookUp(candidate) != null;
    }

    /** A provider's proxy is an instance of a generated subclass, whose own fields are empty. */
    public boolean isProxy(Object entity) {
        return !types.containsKey(entity.getClass());
    }

    private @Nullable EntityType<?> lookUp(Object entity) {
        for (Class<?> type = entity.getClass(); type != null; type = type.getSuperclass()) {
            EntityType<?> known = types.get(type);
            if (known != null) {
                return known;
            }
        }
        return null;
    }

    /** The key, or null when it is not set. */
    public @Nullable Object id(EntityType<?> type, Object entity) {
        Object id = util.getIdentifier(entity);
        boolean unset = id instanceof Number number
                && number.longValue() == 0
                && hasGeneratedId(type)
                && idType(type).isPrimitive();
        return unset ? null : id;
    }

    public Object requiredId(String operation, EntityType<?> type, Object entity) {
        Object id = id(type, entity);
        if (id == null) {
            throw new IllegalArgumentException(
                    operation + ": " + type.getName() + " without id (expected: an entity that was inserted before)");
        }
        return id;
    }

    /** A key as the entity has it. */
    public Object fittingId(EntityType<?> type, @Nullable Object id) {
        if (id == null) {
            throw new IllegalArgumentException("id: null (expected: the primary key of " + type.getName() + ")");
        }
        if (!type.hasSingleIdAttribute()) {
            return id; // the provider checks an IdClass
        }
        try {
            return Lossless.fitting("id", id, idType(type));
        } catch (IllegalArgumentException mismatch) {
            throw new IllegalArgumentException("id: " + Echo.of(id) + " of type "
                    + id.getClass().getName() + " (expected: "
                    + Lossless.boxed(idType(type)).getName() + ", the primary key of " + type.getName() + ")");
        }
    }

    /** The rows that have the keys of some entities. */
    public Condition anyOf(String operation, EntityType<?> type, List<Object> entities) {
        if (type.hasSingleIdAttribute()) {
            List<Object> ids = entities.stream()
                    .map(entity -> requiredId(operation, type, entity))
                    .distinct()
                    .toList();
            return Expression.rootField(idAttribute(type).getName()).in(ids);
        }
        return entities.stream()
                .map(entity -> keyed(type, name -> accessor.get(type.getSingularAttribute(name), entity)))
                .reduce(Condition::or)
                .orElseThrow();
    }

    /** As {@link #anyOf}, of proxies, whose own fields are empty. */
    public Condition anyOfKeys(EntityType<?> type, List<Object> proxies) {
        return proxies.stream()
                .map(proxy -> keyed(type, util.getIdentifier(proxy)))
                .reduce(Condition::or)
                .orElseThrow();
    }

    /** The row that has a key. */
    public Condition keyed(EntityType<?> type, Object id) {
        if (type.hasSingleIdAttribute()) {
            return Expression.rootField(idAttribute(type).getName()).eq(id);
        }
        return keyed(type, name -> EntityShape.of(id.getClass()).property(name).get(id));
    }

    private static Condition keyed(EntityType<?> type, Function<String, @Nullable Object> part) {
        return idAttributes(type).stream()
                .map(name -> Expression.rootField(name).eq(Objects.requireNonNull(part.apply(name), name)))
                .reduce(Condition::and)
                .orElseThrow();
    }

    /** Refuses a write of what is selected from other tables. */
    public void checkTable(String operation, Class<?> entity) {
        if (types.containsKey(entity) && traits(entity).contains(Trait.NO_TABLE)) {
            throw new UnsupportedOperationException(operation + ": " + entity.getName()
                    + " is a @Subselect (expected: an entity with a table, one of those that it selects from)");
        }
    }

    /** Refuses a lock that the database does not take. */
    public void checkLockable(String operation, Class<?> entity) {
        if (types.containsKey(entity) && !isLockable(entity)) {
            throw new UnsupportedOperationException(operation + ": a lock of " + entity.getName()
                    + ", whose rows this database cannot lock in the statement that reads them (expected: no lock, but a"
                    + " @Version)");
        }
    }

    public boolean isLockable(Class<?> entity) {
        return !traits(entity).contains(Trait.NOT_LOCKABLE);
    }

    /** Tells whether a find reads something else than a query does. */
    public boolean isFoundBySql(Class<?> entity) {
        return traits(entity).contains(Trait.FOUND_BY_SQL);
    }

    private Set<Trait> traits(Class<?> entity) {
        return extension.traits(factory, entity);
    }

    /** Refuses a condition on what the database cannot compare. */
    public void checkComparable(Set<Attribute<?, ?>> compared) {
        for (Attribute<?, ?> attribute : compared) {
            Class<?> owner = attribute.getDeclaringType().getJavaType();
            if (hasLob(owner) && has(owner, attribute.getName(), AttributeTrait.LARGE_OBJECT)) {
                throw new UnsupportedOperationException("where: " + owner.getName() + "." + attribute.getName()
                        + " is a @Lob, of which this database compares the number only (expected: no condition on it; or a"
                        + " mapping without @Lob)");
            }
        }
    }

    /** Refuses to change an embeddable by a statement that does not know it as a value. */
    public void checkAssignable(String operation, Class<?> entity, String path) {
        if (has(entity, path, AttributeTrait.AGGREGATE)) {
            throw new UnsupportedOperationException(operation + ": " + entity.getName() + "." + path
                    + " is an embeddable in one column (expected: an update by changeset)");
        }
    }

    private boolean has(Class<?> entity, String attribute, AttributeTrait trait) {
        return types.containsKey(entity)
                && extension.attributes(factory, entity, trait).contains(attribute);
    }

    /** Refuses an update of what the mapping lets nobody change. */
    public void checkMutable(String operation, EntityType<?> type) {
        if (traits(type.getJavaType()).contains(Trait.IMMUTABLE)) {
            throw new IllegalArgumentException(operation + ": " + type.getName()
                    + " is @Immutable (expected: an entity whose rows may change; delete and insert remain)");
        }
    }

    /** The attributes that no update writes. */
    public Set<String> notUpdatable(EntityType<?> type) {
        return extension.notUpdatable(factory, type.getJavaType());
    }

    /** The text columns in an entity's tables. */
    public List<ProviderExtension.TextColumn> textColumns(Class<?> type) {
        return extension.textColumns(factory, type);
    }

    public boolean hasGeneratedId(EntityType<?> type) {
        return type.hasSingleIdAttribute() && is(idAttribute(type), GeneratedValue.class);
    }

    /** Tells whether an entity is new, as far as it tells by itself; null when only the database knows. */
    public @Nullable Boolean tellsNew(EntityType<?> type, Object entity) {
        if (id(type, entity) == null) {
            return true;
        }
        if (hasGeneratedId(type) || !util.isLoaded(entity)) {
            return false;
        }
        if (!type.hasVersionAttribute()) {
            return null;
        }
        Object version = util.getVersion(entity);
        if (version == null) {
            return true;
        }
        boolean firstOrUnset = version instanceof Number number && number.longValue() == 0;
        return firstOrUnset ? null : false;
    }

    public boolean isNew(EntityManager master, EntityType<?> type, Object entity) {
        Boolean told = tellsNew(type, entity);
        return told != null ? told : find(master, type, requiredId("state", type, entity)) == null;
    }

    /** The row of a key, managed; null only if the database has said that there is none. */
    public @Nullable Object find(EntityManager em, EntityType<?> type, Object id) {
        return extension.find(em, type.getJavaType(), id, LockModeType.NONE, Map.of());
    }

    public boolean hasLob(Class<?> type) {
        return withLobs.contains(type);
    }

    public static SingularAttribute<?, ?> idAttribute(EntityType<?> type) {
        for (SingularAttribute<?, ?> attribute : type.getSingularAttributes()) {
            if (attribute.isId()) {
                return attribute;
            }
        }
        throw new IllegalArgumentException(type.getName() + ": has no id attribute (expected: one)");
    }

    /** The names of the key's attributes: several with an IdClass. */
    public static List<String> idAttributes(EntityType<?> type) {
        return type.getSingularAttributes().stream()
                .filter(SingularAttribute::isId)
                .map(SingularAttribute::getName)
                .sorted()
                .toList();
    }

    /** How a row comes about whose key the mapping would generate. */
    public static String withKeyOfOnesOwn(EntityType<?> type) {
        return "insertAll(" + type.getName() + ".class, List.of(entity)) for a new row with a key of your own";
    }

    /**
     * Tells whether a value is embedded as a class of the program, and not one of the JDK's that takes several columns.
     */
    public static boolean isEmbedded(EmbeddableType<?> type, @Nullable Object value) {
        return type.getJavaType().isInstance(value)
                && !type.getJavaType().getName().startsWith("java.");
    }

    /** Tells whether the key is one value, neither embedded nor an association. */
    public static boolean hasSimpleId(EntityType<?> type) {
        return type.hasSingleIdAttribute()
                && idAttribute(type).getType().getPersistenceType() == Type.PersistenceType.BASIC;
    }

    public static @Nullable Attribute<?, ?> versionAttribute(EntityType<?> type) {
        for (SingularAttribute<?, ?> attribute : type.getSingularAttributes()) {
            if (attribute.isVersion()) {
                return attribute;
            }
        }
        return null;
    }

    private static boolean is(Attribute<?, ?> attribute, Class<? extends Annotation> annotation) {
        return attribute.getJavaMember() instanceof AnnotatedElement member && member.isAnnotationPresent(annotation);
    }

    private static Class<?> idType(EntityType<?> type) {
        return type.hasSingleIdAttribute() ? idAttribute(type).getJavaType() : Object.class;
    }
}
