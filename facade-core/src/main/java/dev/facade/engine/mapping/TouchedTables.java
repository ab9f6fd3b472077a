package dev.facade.engine.mapping;

import dev.facade.engine.call.Hooks;
import dev.facade.query.Preload;
import dev.facade.query.Queryable;
import dev.facade.spi.Tables;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EntityType;
import jakarta.persistence.metamodel.ManagedType;
import jakarta.persistence.metamodel.MapAttribute;
import jakarta.persistence.metamodel.PluralAttribute;
import jakarta.persistence.metamodel.SingularAttribute;
import jakarta.persistence.metamodel.Type;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which tables operations touch, as far as the provider tells. Thread-safe; no database is asked. */
public final class TouchedTables {

    private final EntityManagerFactory factory;
    private final EntityModel model;
    private final boolean preparesQueries;

    public TouchedTables(EntityManagerFactory factory, EntityModel model, Hooks hooks) {
        this.factory = factory;
        this.model = model;
        this.preparesQueries = hooks.preparesQueries();
    }

    /** The tables that a query reads. */
    public Tables of(Queryable<?> query) {
        try (EntityManager em = factory.createEntityManager()) {
            return model.extension().tables(query.compile(em));
        }
    }

    /** The tables that are read when an entity is looked up by its key. */
    public Tables of(EntityType<?> entity) {
        return model.extension().tablesRead(factory, entity.getJavaType());
    }

    /** The tables that belong to an entity. */
    Tables owned(Class<?> entity) {
        return model.extension().tablesOf(factory, entity);
    }

    /** The tables that belong to an entity, and those of the rows that come back with it. */
    public Tables written(Class<?> entity) {
        return owned(entity).and(model.extension().tablesRead(factory, entity));
    }

    /** Some tables, and what their rows refer to. */
    public Tables withReferred(Tables tables) {
        return tables.isKnown() && tables != Tables.none()
                ? tables.and(model.extension().tablesReferred(factory, tables))
                : tables;
    }

    /** The tables that are read to load an association along with an entity. */
    public Tables along(EntityType<?> entity, @Nullable Preload preload) {
        if (preload == null) {
            return Tables.none();
        }
        if (preload.isChosen() || preparesQueries) {
            return Tables.unknown();
        }
        Tables all = Tables.none();
        for (String path : preload.paths()) {
            all = all.and(along(entity, path));
        }
        return all;
    }

    private Tables along(EntityType<?> entity, String path) {
        Tables all = Tables.none();
        ManagedType<?> owner = entity;
        for (String name : path.split("\\.")) {
            if (owner instanceof EntityType<?> owning) {
                all = all.and(owned(owning.getJavaType()));
            }
            Attribute<?, ?> attribute = PreloadPlan.attribute(factory.getMetamodel(), List.of(owner), name);
            if (attribute.getDeclaringType() instanceof EntityType<?> declaring) {
                all = all.and(owned(declaring.getJavaType())); // a subclass may have tables of its own
            }
            if (attribute instanceof MapAttribute<?, ?, ?> map && map.getKeyType() instanceof ManagedType<?>) {
                return Tables.unknown();
            }
            Type<?> target = attribute instanceof PluralAttribute<?, ?, ?> many
                    ? many.getElementType()
                    : ((SingularAttribute<?, ?>) attribute).getType();
            if (!(target instanceof ManagedType<?> next)) {
                return all;
            }
            if (!(next instanceof EntityType<?>) && attribute.isCollection()) {
                return Tables.unknown(); // what its elements refer to comes along
            }
            all = next instanceof EntityType<?> associated ? all.and(of(associated)) : all;
            owner = next;
        }
        return all;
    }

    /** The tables of entities for which no read waits. */
    public Tables exempt(Set<Class<?>> entities) {
        Tables all = Tables.none();
        for (Class<?> entity : entities) {
            EntityType<?> type = model.type("exempt", entity);
            if (type.getSupertype() instanceof EntityType<?> parent) {
                throw new IllegalArgumentException("exempt: " + entity.getName() + " shares tables with "
                        + parent.getName() + " (expected: the root of its hierarchy)");
            }
            Tables tables = owned(type.getJavaType());
            if (!tables.isKnown()) {
                throw new IllegalArgumentException("exempt: " + entity.getName() + " with "
                        + factory.getClass().getName() + " (expected: Hibernate, which tells its tables)");
            }
            all = all.and(tables);
        }
        return all;
    }
}
