package dev.facade.hibernate;

import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceUnitUtil;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.AnyType;
import org.hibernate.type.CollectionType;
import org.hibernate.type.ComponentType;
import org.hibernate.type.EntityType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/** Lets references and unloaded collections stand for the associations of an entity that becomes managed. */
final class References {

    private final SharedSessionContractImplementor session;
    private final EntityManager entityManager;
    private final PersistenceUnitUtil util;
    private final Object id;
    private final Object entity;

    private References(EntityManager entityManager, Object id, Object entity) {
        this.session = entityManager.unwrap(SharedSessionContractImplementor.class);
        this.entityManager = entityManager;
        this.util = entityManager.getEntityManagerFactory().getPersistenceUnitUtil();
        this.id = id;
        this.entity = entity;
    }

    /**
     * Nothing of what the entity refers to is cascaded into, and no collection counts as replaced. Embeddables are copied
     * first, since the caller's entity has them too.
     */
    static void standIn(EntityManager entityManager, EntityPersister persister, Object id, Object entity) {
        References references = new References(entityManager, id, entity);
        Type[] types = persister.getPropertyTypes();
        for (int i = 0; i < types.length; i++) {
            Object value = persister.getValue(entity, i);
            Object stand = references.standIn(types[i], value);
            if (stand != value) {
                persister.setValue(entity, i, stand);
            }
        }
    }

    private @Nullable Object standIn(Type type, @Nullable Object value) {
        if (type instanceof CollectionType collection) {
            Object key = collection.getKeyOfOwner(entity, session);
            return collection.getCollection(key == null ? id : key, session, entity, false);
        }
        if (value == null) {
            return null;
        }
        if (type instanceof EntityType association) {
            return reference(association.getAssociatedEntityName(), value);
        }
        if (type instanceof AnyType) {
            return reference(session.bestGuessEntityName(value), value);
        }
        return type instanceof ComponentType component ? copy(component, value) : value;
    }

    /** What has no key was never stored: the row refers to something else, or to nothing. */
    private @Nullable Object reference(String entityName, Object value) {
        if (entityManager.contains(value)) {
            return value;
        }
        Object key = util.getIdentifier(value);
        boolean lazy = session.getFactory()
                .getMappingMetamodel()
                .getEntityDescriptor(entityName)
                .hasProxy();
        return key == null ? null : session.internalLoad(entityName, key, false, !lazy);
    }

    private Object copy(ComponentType component, Object value) {
        Object copy = component.deepCopy(value, session.getFactory());
        @Nullable Object[] parts = component.getPropertyValues(value);
        Type[] types = component.getSubtypes();
        for (int i = 0; i < parts.length; i++) {
            parts[i] = standIn(types[i], parts[i]);
        }
        return component.replacePropertyValues(copy, parts, session);
    }
}
