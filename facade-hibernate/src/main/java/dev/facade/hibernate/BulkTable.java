package dev.facade.hibernate;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.hibernate.Hibernate;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.internal.ForeignKeys;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.AttributeMapping;
import org.hibernate.metamodel.mapping.BasicEntityIdentifierMapping;
import org.hibernate.metamodel.mapping.EmbeddableValuedModelPart;
import org.hibernate.metamodel.mapping.EntityIdentifierMapping;
import org.hibernate.metamodel.mapping.ForeignKeyDescriptor;
import org.hibernate.metamodel.mapping.JdbcMapping;
import org.hibernate.metamodel.mapping.NonAggregatedIdentifierMapping;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.metamodel.mapping.internal.ToOneAttributeMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.sql.model.ast.ColumnValueBinding;
import org.jspecify.annotations.Nullable;

/** The table of an entity, as an insert needs it: Hibernate's own, with its attributes beside it. Immutable. */
final class BulkTable {

    /** What an entity refers to from elsewhere: no column of its own tells of it. */
    private record Elsewhere(String path, UnaryOperator<@Nullable Object> getter) {}

    private final EntityPersister persister;
    private final InsertModel model;
    private final Map<String, BulkAttribute> attributes = new LinkedHashMap<>();
    private final List<@Nullable BulkAttribute> stored = new ArrayList<>();
    private final List<Elsewhere> elsewhere = new ArrayList<>();
    private final List<BulkColumn> columns = new ArrayList<>();
    private final Map<String, Integer> positions = new HashMap<>();

    static BulkTable of(Class<?> entity, SharedSessionContractImplementor session) {
        return new BulkTable(session.getFactory().getMappingMetamodel().getEntityDescriptor(entity));
    }

    private BulkTable(EntityPersister persister) {
        this.persister = persister;
        checkTable();
        this.model = InsertModel.of(persister);
        if (model.obstacle() == null) {
            model.columns().forEach(this::add);
        }
        addKey(persister.getIdentifierMapping());
        persister.forEachAttributeMapping(attribute -> {
            BulkAttribute own = isElsewhere(attribute) ? null : attribute(attribute, false);
            stored.add(own);
            if (own != null) {
                attributes.putIfAbsent(own.name(), own);
            }
        });
        persister.forEachAttributeMapping(
                attribute -> addElsewhere(attribute, attribute.getAttributeName(), UnaryOperator.identity()));
    }

    private void checkTable() {
        if (name().startsWith("(")) {
            throw new UnsupportedOperationException(
                    "insertAll: " + persister.getEntityName() + " is a @Subselect (expected: an entity with a table)");
        }
    }

    private void add(ColumnValueBinding binding) {
        String name = binding.getColumnReference().getColumnExpression();
        if (columns.stream().noneMatch(column -> column.name().equals(name))) {
            BulkColumn column = BulkColumn.of(binding, persister.getFactory());
            if (column.bound()) {
                positions.put(name, columns.size());
            }
            columns.add(column);
        }
    }

    private void addKey(EntityIdentifierMapping key) {
        if (key instanceof NonAggregatedIdentifierMapping several) {
            several.getVirtualIdEmbeddable()
                    .forEachAttributeMapping(part -> attributes.put(part.getAttributeName(), attribute(part, true)));
        } else {
            String name = Objects.requireNonNull(key.getAttributeName());
            attributes.put(name, new BulkAttribute(name, key, persister.getGenerator(), true, columns, positions));
        }
    }

    private BulkAttribute attribute(AttributeMapping mapping, boolean id) {
        return new BulkAttribute(mapping.getAttributeName(), mapping, mapping.getGenerator(), id, columns, positions);
    }

    private static boolean isElsewhere(AttributeMapping attribute) {
        return attribute instanceof PluralAttributeMapping
                || (attribute instanceof ToOneAttributeMapping one
                        && one.getSideNature() == ForeignKeyDescriptor.Nature.TARGET);
    }

    private void addElsewhere(AttributeMapping attribute, String path, UnaryOperator<@Nullable Object> owner) {
        UnaryOperator<@Nullable Object> getter = entity -> {
            Object value = owner.apply(entity);
            return value == null ? null : attribute.getValue(value);
        };
        if (isElsewhere(attribute)) {
            elsewhere.add(new Elsewhere(path, getter));
        } else if (attribute instanceof EmbeddableValuedModelPart embedded) {
            embedded.getEmbeddableTypeDescriptor()
                    .forEachAttributeMapping(part -> addElsewhere(part, path + "." + part.getAttributeName(), getter));
        }
    }

    EntityPersister persister() {
        return persister;
    }

    String name() {
        return persister.getIdentifierTableMapping().getTableName();
    }

    Iterable<BulkAttribute> attributes() {
        return attributes.values();
    }

    /** The attributes of an entity's state, in its order; null for those that have no column here. */
    List<@Nullable BulkAttribute> stored() {
        return stored;
    }

    List<BulkColumn> columns() {
        return columns;
    }

    /** The place of a bound column's value in a row. */
    int position(String column) {
        return Objects.requireNonNull(positions.get(column), column);
    }

    /** Why a row is more than one plain insert, so that the provider must write it itself; or null. */
    @Nullable
    String obstacle() {
        return model.obstacle();
    }

    /** Refuses what the provider must write itself. */
    void checkPlain(String what, String instead) {
        if (obstacle() != null) {
            throw new UnsupportedOperationException("insertAll: " + what + " of " + persister.getEntityName()
                    + ", which " + obstacle() + " (expected: an entity in one table that is inserted plainly; "
                    + instead + ")");
        }
    }

    @Nullable
    BulkAttribute version() {
        return persister.isVersioned()
                ? attributes.get(
                        persister.getVersionMapping().getVersionAttribute().getAttributeName())
                : null;
    }

    BulkAttribute attribute(String name) {
        BulkAttribute known = attributes.get(name);
        if (known != null) {
            return known;
        }
        for (Elsewhere other : elsewhere) {
            if (other.path().equals(name)) {
                throw new IllegalArgumentException("attribute: " + entity() + "." + name
                        + " is a collection, or the other side's reference (expected: one with columns)");
            }
        }
        throw new IllegalArgumentException("attribute: " + entity() + "." + name + " (expected: one of "
                + new TreeSet<>(attributes.keySet()) + Nearest.hint(name, attributes.keySet()) + ")");
    }

    /** The key, if it is one attribute. */
    @Nullable
    BulkAttribute key() {
        BulkAttribute first = attributes.values().iterator().next();
        return persister.getIdentifierMapping() instanceof NonAggregatedIdentifierMapping ? null : first;
    }

    String entity() {
        return persister.getMappedClass().getSimpleName();
    }

    /** Refuses an entity with new elements in its collections, or with a new child that refers to it: they would be lost. */
    void checkElsewhere(Object entity, SharedSessionContractImplementor session) {
        for (Elsewhere other : elsewhere) {
            Object value = other.getter().apply(entity);
            if (value != null && isNew(value, session)) {
                throw new IllegalArgumentException(entity() + "." + other.path() + ": " + value
                        + " (expected: empty; insertAll of entities without their class cascades)");
            }
        }
    }

    private static boolean isNew(Object value, SharedSessionContractImplementor session) {
        if (value instanceof PersistentCollection<?> known && (!known.wasInitialized() || !known.isDirty())) {
            return false;
        }
        if (value instanceof Collection<?> many) {
            return !many.isEmpty();
        }
        if (value instanceof Map<?, ?> map) {
            return !map.isEmpty();
        }
        return value.getClass().isArray()
                || (Hibernate.isInitialized(value)
                        && ForeignKeys.isTransient(session.bestGuessEntityName(value), value, null, session));
    }

    /** Reads a key that is one value. */
    @Nullable
    Object key(ResultSet row, SharedSessionContractImplementor session) throws SQLException {
        JdbcMapping mapping = ((BasicEntityIdentifierMapping) persister.getIdentifierMapping()).getJdbcMapping();
        return mapping.convertToDomainValue(mapping.getJdbcValueExtractor().extract(row, 1, session));
    }

    /** The column of a key that is one value. */
    String keyColumn() {
        if (persister.getIdentifierMapping() instanceof BasicEntityIdentifierMapping key) {
            return key.getSelectionExpression();
        }
        throw new UnsupportedOperationException("returning: the key of " + entity()
                + " has several columns (expected: one, where the database tells the keys)");
    }
}
