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
    private final BulkEntity preparation;
    private final boolean owned;
    private final boolean defaulted;
    private @Nullable VisibleRows visible;
    private @Nullable Class<?> recordClass;
    private Map<String, Method> accessors = Map.of();

    BulkRow(
            EntityManager entityManager,
            SharedSessionContractImplementor session,
            BulkTable table,
            BulkEntity preparation) {
        this.entityManager = entityManager;
        this.session = session;
        this.table = table;
        this.preparation = preparation;
        this.owned = preparation.needsOwner();
        this.defaulted = table.persister().isDynamicInsert();
    }

    /** The cells, or null if a listener wants the row left out. */
    @Nullable
    Object @Nullable [] cells(@Nullable Object row) {
        @Nullable Object[] cells = new @Nullable Object[table.columns().size()];
        if (isNamed(row)) {
            fillNamed(cells, row instanceof Map<?, ?> map ? named(map) : components(Objects.requireNonNull(row)));
            return cells;
        }
        return fillEntity(cells, entity(row)) ? cells : null;
    }

    /** Tells whether a row is a map or a record, not an entity. */
    boolean isNamed(@Nullable Object row) {
        return row instanceof Map<?, ?>
                || (row instanceof Record
                        && !Hibernate.getClass(row).equals(table.persister().getMappedClass()));
    }

    Object entity(@Nullable Object row) {
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

    private boolean fillEntity(@Nullable Object[] cells, Object entity) {
        table.checkElsewhere(entity, session);
        @Nullable Object[] state = preparation.state(entity);
        Object key = preparation.key(entity);
        if (preparation.isVetoed(entity, key, state)) {
            return false;
        }
        preparation.generate(entity, state);
        for (int i = 0; i < state.length; i++) {
            BulkAttribute attribute = table.stored().get(i);
            if (attribute != null && state[i] == null && defaulted) {
                attribute.fill(DEFAULT, cells);
            } else if (attribute != null) {
                attribute.write(state[i], cells, session);
            }
        }
        fillKey(key, cells); // last: a column that an association has too is the key's
        return true;
    }

    private void fillKey(@Nullable Object key, @Nullable Object[] cells) {
        BulkAttribute single = table.key();
        if (single != null && key != null) {
            single.write(key, cells, session);
        } else if (single != null) {
            fillUnset(single, cells);
        } else {
            fillParts(key, cells);
        }
    }

    private void fillParts(@Nullable Object key, @Nullable Object[] cells) {
        table.persister()
                .getIdentifierTableMapping()
                .getKeyMapping()
                .breakDownKeyJdbcValues(
                        key, (cell, column) -> cells[table.position(column.getColumnName())] = cell, session);
    }

    private void fillUnset(BulkAttribute key, @Nullable Object[] cells) {
        boolean made = key.generator() != null && key.generator().generatedOnExecution();
        if (!made) {
            throw new IllegalArgumentException(key.name() + ": null (expected: the key of a " + table.entity()
                    + ", which is assigned by the program)");
        }
        key.fill(DEFAULT, cells);
    }

    private void fillNamed(@Nullable Object[] cells, Map<String, @Nullable Object> values) {
        values.keySet().forEach(table::attribute);
        Object owner = owned ? preparation.owner(table, values) : null;
        for (BulkAttribute attribute : table.attributes()) {
            Object value = values.get(attribute.name());
            if (attribute.isId() && value == null) {
                fillMadeKey(attribute, owner, cells);
            } else if (owner != null && attribute.isReferenceOfKey()) {
                continue; // the key is made of it
            } else if (values.containsKey(attribute.name())) {
                fillGiven(attribute, owner, value, cells);
            } else if (!attribute.columns().isEmpty()) {
                fillMade(attribute, owner, cells);
            }
        }
        if (owner != null && preparation.hasCompositeKey()) {
            fillKey(preparation.key(owner), cells);
        }
    }

    private void fillMadeKey(BulkAttribute attribute, @Nullable Object owner, @Nullable Object[] cells) {
        if (!preparation.hasCompositeKey()) {
            Object made = attribute == table.key() ? preparation.nextKey(owner) : null;
            if (made == null) {
                fillUnset(attribute, cells);
            } else {
                attribute.write(made, cells, session);
            }
        }
    }

    /** What nobody gives and nothing generates, be it a part of an embeddable, is the column's default. */
    private void fillMade(BulkAttribute attribute, @Nullable Object owner, @Nullable Object[] cells) {
        Object made =
                attribute == table.version() ? preparation.version() : preparation.generate(attribute, owner, null);
        if (made != null) {
            attribute.write(made, cells, session);
        }
        for (BulkColumn column : attribute.columns()) {
            int position = table.position(column.name());
            if (cells[position] == null) {
                cells[position] = DEFAULT;
            }
        }
    }

    private void fillGiven(
            BulkAttribute attribute, @Nullable Object owner, @Nullable Object value, @Nullable Object[] cells) {
        if (value instanceof Query<?> query) {
            fillSql(attribute, Expression.subquery(query), cells);
        } else if (value instanceof Expression<?> expression) {
            fillSql(attribute, expression, cells);
        } else {
            attribute.check(value);
            attribute.write(preparation.generate(attribute, owner, value), cells, session);
        }
    }

    /** Hibernate translates an assignment; what stands behind its equals sign is the cell. */
    private void fillSql(BulkAttribute attribute, Expression<?> expression, @Nullable Object[] cells) {
        if (attribute.columns().size() != 1) {
            throw new IllegalArgumentException(
                    attribute.name() + ": an expression (expected: of an attribute with one column)");
        }
        Translation translation = Translation.of(Query.from(table.persister().getMappedClass())
                .compileAssignments(entityManager, List.of(Change.set(attribute.name(), expression))));
        if (visible == null) {
            visible = VisibleRows.of(entityManager, table.persister().getMappedClass());
        }
        Assignments assigned = Assignments.of(translation, visible);
        String target = attribute.columns().get(0).name() + "=";
        if (!assigned.text().startsWith(target)) {
            throw new UnsupportedOperationException(
                    attribute.name() + ": an expression, " + assigned.text() + " (expected: " + target + " …)");
        }
        String text = assigned.text().substring(target.length());
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
