package dev.facade.hibernate;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.spi.PostInsertEvent;
import org.hibernate.generator.values.GeneratedValues;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * Inserts entities by Hibernate's own statements, in JDBC batches: those in several tables, with a history, with SQL of
 * their own. Used by one thread.
 */
final class ProviderInsert {

    private final SharedSessionContractImplementor session;
    private final BulkTable table;
    private final BulkEntity preparation;
    private final EntityPersister persister;
    private final List<Object> keys = new ArrayList<>();

    ProviderInsert(SharedSessionContractImplementor session, BulkTable table, BulkEntity preparation) {
        this.session = session;
        this.table = table;
        this.preparation = preparation;
        this.persister = table.persister();
    }

    /** Returns false if a listener wants the entity left out. */
    boolean insert(Object entity) {
        table.checkElsewhere(entity, session);
        @Nullable Object[] state = preparation.state(entity);
        @Nullable Object[] before = persister.getValues(entity);
        Object key = preparation.key(entity);
        if (preparation.isVetoed(entity, key, state)) {
            return false;
        }
        try {
            GeneratedValues generated = key == null
                    ? persister.getInsertCoordinator().insert(entity, state, session)
                    : persister.getInsertCoordinator().insert(entity, key, state, session);
            inserted(entity, key == null ? madeKey(generated) : key, state);
        } finally {
            persister.setValues(entity, before); // Hibernate leaves there what it generates
        }
        return true;
    }

    private Object madeKey(@Nullable GeneratedValues generated) {
        return Objects.requireNonNull(
                Objects.requireNonNull(generated, "generated").getGeneratedValue(persister.getIdentifierMapping()));
    }

    private void inserted(Object entity, Object key, @Nullable Object[] state) {
        keys.add(key);
        session.getFactory()
                .getEventListenerGroups()
                .eventListenerGroup_POST_INSERT
                .fireLazyEventOnEachListener(
                        () -> new PostInsertEvent(entity, key, state, persister, session),
                        (listener, event) -> listener.onPostInsert(event));
    }

    /** Sends what is still to be sent, and returns the keys since the last time. */
    List<Object> flush() {
        session.getJdbcCoordinator().executeBatch();
        List<Object> flushed = List.copyOf(keys);
        keys.clear();
        return flushed;
    }
}
