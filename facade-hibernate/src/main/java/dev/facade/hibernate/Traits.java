package dev.facade.hibernate;

import dev.facade.spi.ProviderExtension.AttributeTrait;
import dev.facade.spi.ProviderExtension.Trait;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.hibernate.dialect.MariaDBDialect;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.loader.ast.internal.SingleIdEntityLoaderProvidedQueryImpl;
import org.hibernate.metamodel.mapping.BasicValuedModelPart;
import org.hibernate.metamodel.mapping.EmbeddableValuedModelPart;
import org.hibernate.persister.entity.AbstractEntityPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.UnionSubclassEntityPersister;

/** The unusual traits of mappings. Thread-safe. */
final class Traits {

    private Traits() {}

    static Set<Trait> of(EntityPersister persister) {
        EnumSet<Trait> traits = EnumSet.noneOf(Trait.class);
        if (!persister.isMutable()) {
            traits.add(Trait.IMMUTABLE);
        }
        if (persister.getIdentifierTableMapping().getTableName().startsWith("(") && !isUnion(persister)) {
            traits.add(Trait.NO_TABLE);
        }
        if (persister instanceof AbstractEntityPersister loading
                && loading.getSingleIdLoader() instanceof SingleIdEntityLoaderProvidedQueryImpl) {
            traits.add(Trait.FOUND_BY_SQL);
        }
        boolean isVersionedByMariaDb = persister.getTemporalMapping() != null
                && persister.getFactory().getJdbcServices().getDialect() instanceof MariaDBDialect;
        if ((isUnion(persister) && isPostgres(persister)) || isVersionedByMariaDb) {
            traits.add(Trait.NOT_LOCKABLE);
        }
        return traits;
    }

    /** The rows of a class with a table for each of its subclasses are those of a union. */
    private static boolean isUnion(EntityPersister persister) {
        return persister instanceof UnionSubclassEntityPersister && persister.hasSubclasses();
    }

    static Set<String> attributes(EntityPersister persister, AttributeTrait trait) {
        Set<String> names = new HashSet<>();
        persister.forEachAttributeMapping(attribute -> {
            boolean has = switch (trait) {
                case LARGE_OBJECT ->
                    isPostgres(persister)
                            && attribute instanceof BasicValuedModelPart basic
                            && basic.getJdbcMapping().getJdbcType().isLob();
                case AGGREGATE ->
                    attribute instanceof EmbeddableValuedModelPart embedded
                            && embedded.getEmbeddableTypeDescriptor().getAggregateMapping() != null;
            };
            if (has) {
                names.add(attribute.getAttributeName());
            }
        });
        return names;
    }

    private static boolean isPostgres(EntityPersister persister) {
        return persister.getFactory().getJdbcServices().getDialect() instanceof PostgreSQLDialect;
    }
}
