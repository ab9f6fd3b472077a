package dev.facade.hibernate;

import dev.facade.query.Change;
import dev.facade.query.Expression;
import dev.facade.query.Query;
import jakarta.persistence.EntityManager;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hibernate.Hibernate;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.type.descriptor.java.VersionJavaType;
import org.jspecify.annotations.Nullable;

/**
 * Turns a row of the caller's into cells, one for each column: a value as JDBC has it, {@link #DEFAULT}, or a {@link Sql}
 * expression. Used by one thread.
 */
final class BulkRow {

    /** The column's own default. */
    static final Object DEFAULT = new Object();

    /** A cell that the database computes, from the first values of a translation. */
    record Sql(String text, Translation translation, int size) {}

    private final EntityManager entityManager;
    private final SharedSessionContractImplementor session;
    private final BulkTable table;
    private final @Nullable KeyBlock keys;
    private @Nullable VisibleRows visible;
    private @Nullable Class<?> recordClass;
    private Map<String, Method> accessors = Map.of();

    BulkRow(EntityManager entityManager, SharedSessionContractImplementor session, BulkTable table) {
        this.entityManager = entityManager;
        this.session = session;
        this.table = table;
        BulkAttribute key = table.key();
        this.keys = key == null ? null : new KeyBlock(session, key);
    }

    void expect(int rows) {
        if (keys != null) {
            keys.reserve(rows);
        }
    }

    @Nullable
    Object[] cells(@Nullable Object row) {
        @Nullable Object[] cells = new @Nullable Object[table.columns().size()];
        if (row instanceof Map<?, ?> map) {
            fillNamed(cells, named(map));
        } else if (row instanceof Record
                && !Hibernate.getClass(row).equals(table.persister().getMappedClass())) {
            fillNamed(cells, components(row));
        } else {
            fillEntity(cells, entity(row));
        }
        return cells;
    }

    private Object entity(@Nullable Object row) {
        Class<?> expected = table.persister().getMappedClass();
        Object entity = row == null ? null : Hibernate.unproxy(row);
        if (entity == null || !entity.getClass().equals(expected)) {
            throw new IllegalArgumentException("row: " + row
                    + (row == null ? "" : " of " + row.getClass().getName())
                    + " (expected: a " + expected.getName() + ", a map by attribute name, or a record by component"
                    + " name)");
        }
        return entity;
    }

    private void fillEntity(@Nullable Object[] cells, Object entity) {
        table.checkCollections(entity);
        session.getFactory().getEventEngine().getCallbackRegistry().preCreate(entity);
        BulkAttribute version = table.version();
        for (BulkAttribute attribute : table.attributes()) {
            Object value = attribute.get(entity);
            boolean unset = value == null || (attribute.generator() != null && attribute.isUnset(value));
            if (!unset) {
                attribute.write(value, cells, session);
            } else if (!fillGenerated(attribute, version, entity, cells)) {
                fillUnset(attribute, cells);
            }
        }
    }

    /** An unset key is the database's business, any other unset attribute is null. */
    private void fillUnset(BulkAttribute attribute, @Nullable Object[] cells) {
        if (attribute.isId()) {
            fillKey(attribute, cells);
        } else {
            attribute.write(null, cells, session);
        }
    }

    private void fillKey(BulkAttribute attribute, @Nullable Object[] cells) {
        boolean made = attribute.generator() != null && attribute.generator().generatedOnExecution();
        if (!made) {
            throw new IllegalArgumentException(attribute.name() + ": null (expected: the key of a " + table.entity()
                    + ", which is assigned by the program)");
        }
        attribute.fill(DEFAULT, cells);
    }

    private boolean fillGenerated(
            BulkAttribute attribute,
            @Nullable BulkAttribute version,
            @Nullable Object owner,
            @Nullable Object[] cells) {
        Object generated = attribute.isId() && keys != null
                ? keys.next(owner)
                : attribute == version ? seed() : attribute.generate(session, owner);
        if (generated != null) {
            attribute.write(generated, cells, session);
        }
        return generated != null;
    }

    private @Nullable Object seed() {
        return ((VersionJavaType<?>) table.persister().getVersionMapping().getJavaType())
                .seed(null, null, null, session);
    }

    private void fillNamed(@Nullable Object[] cells, Map<String, @Nullable Object> values) {
        values.keySet().forEach(table::attribute);
        BulkAttribute version = table.version();
        for (BulkAttribute attribute : table.attributes()) {
            Object value = values.get(attribute.name());
            boolean isGiven = values.containsKey(attribute.name()) && !(attribute.isId() && value == null);
            if (isGiven) {
                fillGiven(attribute, value, cells);
            } else if (!fillGenerated(attribute, version, null, cells)) {
                if (attribute.isId()) {
                    fillKey(attribute, cells);
                } else {
                    attribute.fill(DEFAULT, cells);
                }
            }
        }
    }

    private void fillGiven(BulkAttribute attribute, @Nullable Object value, @Nullable Object[] cells) {
        if (value instanceof Query<?> query) {
            fillSql(attribute, Expression.subquery(query), cells);
        } else if (value instanceof Expression<?> expression) {
            fillSql(attribute, expression, cells);
        } else {
            attribute.check(value);
            attribute.write(value, cells, session);
        }
    }

    /** Hibernate translates an assignment; what stands behind its equals sign is the cell. */
    private void fillSql(BulkAttribute attribute, Expression<?> expression, @Nullable Object[] cells) {
        if (attribute.columns().size() != 1) {
            throw new IllegalArgumentException(
                    attribute.name() + ": an expression (expected: of an attribute with one column)");
        }
        Translation translation = Translation.of(Query.from(table.persister().getMappedClass())
                .compileUpdate(entityManager, List.of(Change.set(attribute.name(), expression))));
        if (visible == null) {
            visible = VisibleRows.of(entityManager, table.persister().getMappedClass());
        }
        Assignments assigned = Assignments.of(translation, visible);
        String text = assigned.text().substring(assigned.text().indexOf('=') + 1);
        attribute.fill(new Sql("(" + text + ")", translation, assigned.size()), cells);
    }

    private static Map<String, @Nullable Object> named(Map<?, ?> map) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        map.forEach((name, value) -> {
            if (!(name instanceof String text)) {
                throw new IllegalArgumentException("row: the key " + name + " (expected: an attribute's name)");
            }
            values.put(text, value);
        });
        return values;
    }

    private Map<String, @Nullable Object> components(Object row) {
        if (!row.getClass().equals(recordClass)) {
            recordClass = row.getClass();
            accessors = accessors(row.getClass());
        }
        Map<String, @Nullable Object> values = new HashMap<>(accessors.size() * 2);
        for (Map.Entry<String, Method> accessor : accessors.entrySet()) {
            try {
                values.put(accessor.getKey(), accessor.getValue().invoke(row));
            } catch (ReflectiveOperationException failure) {
                throw new IllegalArgumentException("row: cannot read " + accessor.getKey() + " of " + row, failure);
            }
        }
        return values;
    }

    private Map<String, Method> accessors(Class<?> type) {
        Map<String, Method> found = new LinkedHashMap<>();
        for (RecordComponent component : Objects.requireNonNull(type.getRecordComponents())) {
            table.attribute(component.getName());
            component.getAccessor().setAccessible(true);
            found.put(component.getName(), component.getAccessor());
        }
        return found;
    }
}
