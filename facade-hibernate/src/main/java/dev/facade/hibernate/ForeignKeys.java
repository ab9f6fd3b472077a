package dev.facade.hibernate;

import dev.facade.spi.Tables;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.CollectionPart;
import org.hibernate.metamodel.mapping.DiscriminatedAssociationModelPart;
import org.hibernate.metamodel.mapping.EmbeddableValuedModelPart;
import org.hibernate.metamodel.mapping.EntityMappingType;
import org.hibernate.metamodel.mapping.ForeignKeyDescriptor;
import org.hibernate.metamodel.mapping.ModelPart;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.metamodel.mapping.internal.EntityCollectionPart;
import org.hibernate.metamodel.mapping.internal.ToOneAttributeMapping;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.UnionSubclassEntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * Which tables the rows of a table refer to: by to-ones, wherever they stand, and by join tables. A row refers to its
 * collections' tables, too. Immutable.
 *
 * <p>An association that may lead to any entity ({@code @Any}) leads to any table.
 */
final class ForeignKeys {

    private final Map<String, Tables> referred = new HashMap<>();

    private ForeignKeys() {}

    static ForeignKeys of(SessionFactoryImplementor factory) {
        ForeignKeys keys = new ForeignKeys();
        factory.getMappingMetamodel().forEachEntityDescriptor(keys::add);
        factory.getMappingMetamodel().forEachCollectionDescriptor(keys::add);
        return keys;
    }

    /** The tables to which the rows of some tables refer; the tables themselves only if their rows refer to them. */
    Tables from(Tables some) {
        Tables all = Tables.none();
        for (String name : some.names()) {
            all = all.and(referred.getOrDefault(name, Tables.none()));
        }
        return all;
    }

    private void add(EntityPersister persister) {
        boolean repeats = persister instanceof UnionSubclassEntityPersister; // each table has all columns
        Collection<String> own = MappedTables.spaces(persister);
        add(own, repeats, persister.getIdentifierMapping());
        persister.visitAttributeMappings(attribute -> add(own, repeats, attribute));
    }

    private void add(CollectionPersister collection) {
        PluralAttributeMapping many = collection.getAttributeMapping();
        if (many == null) {
            return;
        }
        Collection<String> owner = MappedTables.spaces(collection.getOwnerEntityPersister());
        Collection<String> own = MappedTables.spaces(collection);
        put(own, Tables.of(owner));
        addElement(own, many.getIndexDescriptor());
        if (!collection.isOneToMany()) { // else its rows are its elements
            put(owner, Tables.of(own));
            addElement(own, many.getElementDescriptor());
        }
    }

    private void addElement(Collection<String> from, @Nullable CollectionPart part) {
        if (part instanceof EntityCollectionPart entities) {
            put(from, tables(entities.getAssociatedEntityMappingType()));
        } else if (part != null) {
            add(from, true, part);
        }
    }

    private void add(Collection<String> from, boolean all, ModelPart part) {
        if (part instanceof ToOneAttributeMapping one) {
            if (one.getSideNature() == ForeignKeyDescriptor.Nature.KEY) {
                String key = one.getForeignKeyDescriptor().getKeyTable();
                put(!all && from.contains(key) ? Set.of(key) : from, tables(one.getAssociatedEntityMappingType()));
            }
        } else if (part instanceof EmbeddableValuedModelPart embedded) {
            embedded.getEmbeddableTypeDescriptor().forEachAttributeMapping(attribute -> add(from, all, attribute));
        } else if (part instanceof DiscriminatedAssociationModelPart) {
            put(from, Tables.unknown());
        }
    }

    private static Tables tables(EntityMappingType entity) {
        return Tables.of(MappedTables.spaces(entity.getEntityPersister()));
    }

    private void put(Collection<String> from, Tables to) {
        for (String name : Tables.of(from).names()) {
            referred.merge(name, to, Tables::and);
        }
    }
}
