package dev.facade.hibernate;

import jakarta.persistence.EntityManager;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.CollectionType;
import org.hibernate.type.ManyToOneType;
import org.hibernate.type.Type;

/** Lets references and unloaded collections stand for the associations of an entity that becomes managed. */
final class References {

    private References() {}

    /** Nothing of what the entity refers to is cascaded into, and no collection counts as replaced. */
    static void standIn(
            SharedSessionContractImplementor session,
            EntityManager entityManager,
            EntityPersister persister,
            Object id,
            Object entity) {
        Type[] types = persister.getPropertyTypes();
        for (int i = 0; i < types.length; i++) {
            Object value = persister.getValue(entity, i);
            if (types[i] instanceof CollectionType collection) {
                Object key = collection.getKeyOfOwner(entity, session);
                Object unloaded = collection.getCollection(key == null ? id : key, session, entity, false);
                persister.setValue(entity, i, unloaded);
            } else if (types[i] instanceof ManyToOneType association
                    && value != null
                    && !entityManager.contains(value)) {
                Object key = entityManager
                        .getEntityManagerFactory()
                        .getPersistenceUnitUtil()
                        .getIdentifier(value);
                if (key != null) {
                    persister.setValue(
                            entity, i, session.internalLoad(association.getAssociatedEntityName(), key, false, true));
                }
            }
        }
    }
}
