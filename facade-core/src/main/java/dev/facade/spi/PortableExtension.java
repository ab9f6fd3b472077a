package dev.facade.spi;

import dev.facade.engine.entity.Echo;
import dev.facade.engine.entity.EntityShape;
import dev.facade.engine.entity.Property;
import dev.facade.option.Schema;
import dev.facade.query.Expression;
import jakarta.persistence.Column;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Lob;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceUnitUtil;
import jakarta.persistence.Query;
import java.lang.reflect.RecordComponent;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The abilities of JPA alone. Thread-safe. */
enum PortableExtension implements ProviderExtension {
    INSTANCE;

    private static final int BATCH = 50;
    private static final int DEFAULT_LENGTH = 255; // of JPA

    @Override
    public boolean accepts(EntityManagerFactory factory) {
        return true;
    }

    /** By the URL that it was given; one with a data source has none. */
    @Override
    public String database(EntityManagerFactory factory) {
        String url = String.valueOf(factory.getProperties().get("jakarta.persistence.jdbc.url"));
        return Stream.of("PostgreSQL", "MariaDB", "H2")
                .filter(name -> url.startsWith("jdbc:" + name.toLowerCase(Locale.ROOT) + ":"))
                .findFirst()
                .orElse("");
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> @Nullable T attach(EntityManager entityManager, T entity) {
        PersistenceUnitUtil util = entityManager.getEntityManagerFactory().getPersistenceUnitUtil();
        Object found = entityManager.find(entity.getClass(), util.getIdentifier(entity));
        boolean versioned =
                entityManager.getMetamodel().entity(entity.getClass()).hasVersionAttribute();
        boolean same = found != null && (!versioned || Objects.equals(util.getVersion(found), util.getVersion(entity)));
        return same ? (T) found : null;
    }

    @Override
    public Object unproxied(Object managed) {
        return managed;
    }

    /** A provider reads into collections of its own; those of the JDK come from a program, or may do so. */
    @Override
    public boolean isRead(Object collection) {
        return !collection.getClass().getName().startsWith("java.");
    }

    @Override
    public void lock(EntityManager entityManager, Class<?> entity, Object id) {
        entityManager.find(entity, id, LockModeType.PESSIMISTIC_WRITE);
    }

    @Override
    public void touch(EntityManager entityManager, Object managed) {
        if (!entityManager.getMetamodel().entity(managed.getClass()).hasVersionAttribute()) {
            throw new UnsupportedOperationException(
                    "force: " + managed.getClass().getName()
                            + " with "
                            + entityManager.getEntityManagerFactory().getClass().getName()
                            + " (expected: Hibernate, or an entity with a version)");
        }
        entityManager.lock(managed, LockModeType.OPTIMISTIC_FORCE_INCREMENT);
    }

    @Override
    public Set<Trait> traits(EntityManagerFactory factory, Class<?> entity) {
        return Set.of();
    }

    @Override
    public Set<String> attributes(EntityManagerFactory factory, Class<?> entity, AttributeTrait trait) {
        return Set.of();
    }

    @Override
    public Set<String> notUpdatable(EntityManagerFactory factory, Class<?> entity) {
        return EntityShape.of(entity).properties().stream()
                .filter(property -> !property.isUpdatable())
                .map(Property::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The text columns of the entity itself, by its annotations. */
    @Override
    public List<TextColumn> textColumns(EntityManagerFactory factory, Class<?> entity) {
        List<TextColumn> columns = new ArrayList<>();
        for (Property property : EntityShape.of(entity).properties()) {
            if (property.type() == String.class && !property.isTransient()) {
                Column column = property.annotation(Column.class);
                boolean free = property.annotation(Lob.class) != null
                        || (column != null && !column.columnDefinition().isEmpty());
                Integer length = free ? null : Integer.valueOf(column == null ? DEFAULT_LENGTH : column.length());
                boolean named = column != null && !column.name().isEmpty();
                columns.add(new TextColumn(property.name(), named ? column.name() : property.name(), length));
            }
        }
        return columns;
    }

    @Override
    public Inserted insert(EntityManager entityManager, Rows rows) {
        if (rows.conflict() != null) {
            throw refused("a conflict rule", entityManager.getEntityManagerFactory());
        }
        PersistenceUnitUtil util = entityManager.getEntityManagerFactory().getPersistenceUnitUtil();
        List<Object> keys = new ArrayList<>();
        List<Object> batch = new ArrayList<>();
        long count = 0;
        while (rows.values().hasNext()) {
            Object entity = entity(rows.entity(), rows.values().next(), entityManager.getEntityManagerFactory());
            entityManager.persist(entity);
            batch.add(entity);
            count++;
            if (batch.size() == BATCH || !rows.values().hasNext()) {
                entityManager.flush();
                if (rows.keys()) {
                    batch.forEach(written -> keys.add(util.getIdentifier(written)));
                }
                batch.clear();
                entityManager.clear();
                rows.progress().accept(count);
            }
        }
        return new Inserted(count, 0, keys);
    }

    private static Object entity(Class<?> type, @Nullable Object row, EntityManagerFactory factory) {
        if (type.isInstance(row)) {
            return row;
        }
        EntityShape shape = EntityShape.of(type);
        Object entity = shape.newInstance();
        values(type, row).forEach((name, value) -> {
            if (value instanceof Expression<?> || value instanceof dev.facade.query.Query<?>) {
                throw refused("an expression as a value of " + name, factory);
            }
            shape.property(name).set(entity, value);
        });
        return entity;
    }

    /** The values of a row that is a map or a record. */
    private static Map<String, @Nullable Object> values(Class<?> type, @Nullable Object row) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        if (row instanceof Map<?, ?> map) {
            map.forEach((name, value) -> values.put(String.valueOf(name), value));
        } else if (row instanceof Record) {
            for (RecordComponent component : row.getClass().getRecordComponents()) {
                values.put(component.getName(), value(row, component));
            }
        } else {
            throw new IllegalArgumentException("row: " + Echo.of(row) + " (expected: a " + type.getSimpleName()
                    + ", a map by attribute name, or a record by component name)");
        }
        return values;
    }

    private static @Nullable Object value(Object row, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(row);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalArgumentException("row: cannot read " + component + " of " + Echo.of(row), failure);
        }
    }

    @Override
    public Inserted insertSelected(EntityManager entityManager, Selected selected) {
        throw refused("insertAll from a query", entityManager.getEntityManagerFactory());
    }

    @Override
    public Set<String> generated(EntityManagerFactory factory, Class<?> entity) {
        return Set.of();
    }

    @Override
    public EntityManager open(EntityManagerFactory factory, Schema schema, Consumer<Object> seen) {
        throw refused(schema.toString(), factory);
    }

    @Override
    public boolean resolvesTenants(EntityManagerFactory factory) {
        return false;
    }

    @Override
    public void restore(EntityManager entityManager) {} // its pool is the caller's

    @Override
    public Optional<String> mappedSchema(EntityManagerFactory factory, Class<?> entity) {
        return Optional.empty();
    }

    @Override
    public Connection heldConnection(EntityManager entityManager) {
        throw new UnsupportedOperationException("connection: " + entityManager + " keeps none");
    }

    @Override
    public boolean keepsConnection(EntityManagerFactory factory) {
        return false;
    }

    @Override
    public boolean afterCommit(EntityManager entityManager, Runnable hook) {
        return false;
    }

    /** It counts as on, as it is by default in EclipseLink, unless the unit says in any provider's words that it is off. */
    @Override
    public boolean hasSharedCache(EntityManagerFactory factory) {
        Map<String, Object> unit = factory.getProperties();
        boolean off = isSet(unit, "jakarta.persistence.sharedCache.mode", "NONE")
                || isSet(unit, "eclipselink.cache.shared.default", "false")
                || (isSet(unit, "hibernate.cache.use_second_level_cache", "false")
                        && !isSet(unit, "hibernate.cache.use_query_cache", "true"));
        return !off;
    }

    private static boolean isSet(Map<String, Object> unit, String key, String value) {
        return value.equals(String.valueOf(unit.get(key)));
    }

    @Override
    public Tables tables(Query query) {
        return Tables.unknown();
    }

    @Override
    public Tables tablesRead(EntityManagerFactory factory, Class<?> entity) {
        return Tables.unknown();
    }

    @Override
    public Tables tablesOf(EntityManagerFactory factory, Class<?> entity) {
        return Tables.unknown();
    }

    @Override
    public Tables tablesReferred(EntityManagerFactory factory, Tables tables) {
        return Tables.unknown();
    }

    @Override
    public boolean join(EntityManager entityManager, Writing writing) {
        return false;
    }

    @Override
    public boolean observe(EntityManagerFactory factory, WriteObserver observer) {
        return false;
    }

    @Override
    public String toSql(Query query) {
        throw new UnsupportedOperationException("toSql: " + query.getClass().getName()
                + " does not tell its SQL (expected: Hibernate with" + " facade-hibernate on the class path)");
    }

    @Override
    public List<String> explain(EntityManager entityManager, Query query) {
        throw refused("explain", entityManager.getEntityManagerFactory());
    }

    private static UnsupportedOperationException refused(String what, EntityManagerFactory factory) {
        return new UnsupportedOperationException(
                what + ": " + factory.getClass().getName()
                        + " cannot (expected: Hibernate with facade-hibernate on the class path)");
    }
}
