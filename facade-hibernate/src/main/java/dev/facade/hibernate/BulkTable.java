package dev.facade.hibernate;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.AttributeMapping;
import org.hibernate.metamodel.mapping.BasicEntityIdentifierMapping;
import org.hibernate.metamodel.mapping.EntityIdentifierMapping;
import org.hibernate.metamodel.mapping.JdbcMapping;
import org.hibernate.metamodel.mapping.NonAggregatedIdentifierMapping;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.SingleTableEntityPersister;
import org.jspecify.annotations.Nullable;

/** The table of an entity, as an insert needs it. All names come from the mapping. Immutable. */
final class BulkTable {

    private final EntityPersister persister;
    private final Map<String, BulkAttribute> attributes = new LinkedHashMap<>();
    private final List<AttributeMapping> collections = new ArrayList<>();
    private final List<BulkColumn> columns = new ArrayList<>();
    private final Map<String, String> constants = new LinkedHashMap<>();

    static BulkTable of(Class<?> entity, SharedSessionContractImplementor session) {
        EntityPersister persister = session.getFactory().getMappingMetamodel().getEntityDescriptor(entity);
        return new BulkTable(persister, session.getFactory());
    }

    private BulkTable(EntityPersister persister, SessionFactoryImplementor factory) {
        this.persister = persister;
        if (!(persister instanceof SingleTableEntityPersister)) {
            throw new UnsupportedOperationException("insertAll: the rows of " + persister.getEntityName()
                    + " are spread over tables (expected: entities in one table; insert them as entities)");
        }
        addKey(persister.getIdentifierMapping(), factory);
        persister.forEachAttributeMapping(attribute -> {
            if (attribute instanceof PluralAttributeMapping) {
                collections.add(attribute);
            } else {
                add(attribute, false, factory);
            }
        });
        addConstants();
    }

    private void addKey(EntityIdentifierMapping key, SessionFactoryImplementor factory) {
        if (key instanceof NonAggregatedIdentifierMapping several) {
            several.getVirtualIdEmbeddable().forEachAttributeMapping(attribute -> add(attribute, true, factory));
            return;
        }
        add(new BulkAttribute(
                key.getAttributeName(),
                key,
                key::getIdentifier,
                persister.getGenerator(),
                true,
                columns.size(),
                persister.getTableName(),
                factory));
    }

    private void add(AttributeMapping attribute, boolean id, SessionFactoryImplementor factory) {
        add(new BulkAttribute(
                attribute.getAttributeName(),
                attribute,
                attribute::getValue,
                attribute.getGenerator(),
                id,
                columns.size(),
                persister.getTableName(),
                factory));
    }

    private void add(BulkAttribute attribute) {
        attributes.put(attribute.name(), attribute);
        columns.addAll(attribute.columns());
    }

    private void addConstants() {
        if (persister.getDiscriminatorMapping() != null
                && !persister.getDiscriminatorMapping().isFormula()) {
            constants.put(
                    persister.getDiscriminatorMapping().getSelectionExpression(), persister.getDiscriminatorSQLValue());
        }
        if (persister.getSoftDeleteMapping() != null) {
            throw new UnsupportedOperationException("insertAll: " + persister.getEntityName()
                    + " is deleted softly (expected: insert its rows as entities)");
        }
    }

    EntityPersister persister() {
        return persister;
    }

    String name() {
        return persister.getTableName();
    }

    Iterable<BulkAttribute> attributes() {
        return attributes.values();
    }

    List<BulkColumn> columns() {
        return columns;
    }

    /** Columns with the same value in each row, by name: the discriminator. */
    Map<String, String> constants() {
        return constants;
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
        for (AttributeMapping collection : collections) {
            if (collection.getAttributeName().equals(name)) {
                throw new IllegalArgumentException(
                        "attribute: " + entity() + "." + name + " is a collection (expected: one with columns)");
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

    /** Refuses an entity with elements in its collections, which would be lost. */
    void checkCollections(Object entity) {
        for (AttributeMapping collection : collections) {
            Object value = collection.getValue(entity);
            boolean filled = (value instanceof java.util.Collection<?> many && !many.isEmpty())
                    || (value instanceof Map<?, ?> map && !map.isEmpty());
            if (filled) {
                throw new IllegalArgumentException(entity() + "." + collection.getAttributeName() + ": " + value
                        + " (expected: empty; insertAll of entities without their class cascades)");
            }
        }
    }

    /** Reads a key that is one value. */
    @Nullable
    Object key(ResultSet row, SharedSessionContractImplementor session) throws SQLException {
        JdbcMapping mapping = ((BasicEntityIdentifierMapping) persister.getIdentifierMapping()).getJdbcMapping();
        return mapping.convertToDomainValue(mapping.getJdbcValueExtractor().extract(row, 1, session));
    }

    /** The column of a key that is one value. */
    BulkColumn keyColumn() {
        if (persister.getIdentifierMapping() instanceof BasicEntityIdentifierMapping) {
            return columns.get(0);
        }
        throw new UnsupportedOperationException("returning: the key of " + entity()
                + " has several columns (expected: one, where the database tells the keys)");
    }
}
