package dev.facade.engine.lease;

import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Work on the JDBC connection of an EntityManager, which is the one that its transaction reads and writes on.
 *
 * @param <T> what it returns
 */
@FunctionalInterface
public interface ConnectionWork<T extends @Nullable Object> {

    T on(Connection connection) throws SQLException;

    default T on(EntityManager em) {
        boolean hibernate = em.getMetamodel().getClass().getName().startsWith("org.hibernate.");
        if (!hibernate && em.getTransaction().isActive()) {
            return told(em.unwrap(Connection.class)); // EclipseLink lends the transaction's only so
        }
        try {
            return em.<Connection, T>callWithConnection(this::told);
        } catch (PersistenceException failure) {
            throw failure;
        } catch (RuntimeException wrapper) { // Hibernate's around what the work throws
            throw wrapper.getCause() instanceof PersistenceException failure ? failure : wrapper;
        }
    }

    private T told(Connection connection) {
        try {
            return on(connection);
        } catch (SQLException failure) {
            throw new PersistenceException("sql: " + failure.getMessage(), failure);
        }
    }
}
