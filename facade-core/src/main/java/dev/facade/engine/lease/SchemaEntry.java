package dev.facade.engine.lease;

import dev.facade.cluster.Node;
import dev.facade.event.Role;
import dev.facade.option.Schema;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schema in which the connection of an EntityManager works, from within its transaction until that has ended. Used by one
 * thread.
 *
 * <p>On PostgreSQL the search path is set for the transaction alone, so its end restores whatever the path was, and one
 * round trip is all that it costs. Elsewhere the connection is led back to where it was. Names are exact, by the catalogue of
 * the database.
 */
public final class SchemaEntry {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaEntry.class);

    private static final String UNKNOWN = "3F000";

    private static final String OF_POSTGRESQL = "select set_config('search_path', quote_ident(nspname), true)"
            + " from pg_catalog.pg_namespace where nspname = ?";

    private static final SchemaEntry NOWHERE = new SchemaEntry(connection -> {});

    private interface Leaving {
        void on(Connection connection) throws SQLException;
    }

    private final Leaving leaving;

    private SchemaEntry(Leaving leaving) {
        this.leaving = leaving;
    }

    /**
     * Enters a schema in a transaction that has just begun; null is none.
     *
     * @throws IllegalArgumentException if the master has none of that name; what a replica lacks, the master may know
     */
    public static SchemaEntry enter(String operation, Node node, EntityManager entityManager, @Nullable Schema schema) {
        if (schema == null) {
            return NOWHERE;
        }
        ConnectionWork<@Nullable SchemaEntry> work = connection -> entered(connection, schema.name());
        SchemaEntry entry = work.on(entityManager);
        if (entry != null) {
            return entry;
        }
        String unknown = operation + ": schema " + schema.name() + " on " + node.name()
                + " (expected: one that the database has, in the same case)";
        if (node.role() == Role.MASTER) {
            throw new IllegalArgumentException(unknown);
        }
        throw new PersistenceException(unknown, new SQLException(unknown, UNKNOWN));
    }

    private static @Nullable SchemaEntry entered(Connection connection, String name) throws SQLException {
        return switch (connection.getMetaData().getDatabaseProductName()) {
            case "PostgreSQL" -> isSet(connection, name) ? NOWHERE : null;
            case "MariaDB", "MySQL" ->
                isListed(connection.getMetaData().getCatalogs(), name) ? catalog(connection, name) : null;
            default -> isListed(connection.getMetaData().getSchemas(), name) ? schema(connection, name) : null;
        };
    }

    private static boolean isSet(Connection connection, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OF_POSTGRESQL)) {
            statement.setString(1, name);
            try (ResultSet set = statement.executeQuery()) {
                return set.next();
            }
        }
    }

    /** Compared here, since a database may compare without regard to case. */
    private static boolean isListed(ResultSet names, String name) throws SQLException {
        try (names) {
            while (names.next()) {
                if (name.equals(names.getString(1))) {
                    return true;
                }
            }
            return false;
        }
    }

    private static SchemaEntry catalog(Connection connection, String name) throws SQLException {
        String before = connection.getCatalog();
        connection.setCatalog(name);
        return new SchemaEntry(later -> later.setCatalog(before));
    }

    private static SchemaEntry schema(Connection connection, String name) throws SQLException {
        String before = connection.getSchema();
        connection.setSchema(name);
        return new SchemaEntry(later -> later.setSchema(before));
    }

    /** Leaves it after the transaction. A connection that cannot be led back is closed. */
    public void leave(EntityManager entityManager) {
        if (this == NOWHERE) {
            return;
        }
        ConnectionWork<Boolean> work = connection -> {
            try {
                leaving.on(connection);
            } catch (SQLException failure) {
                connection.abort(Runnable::run);
                throw failure;
            }
            return true;
        };
        try {
            work.on(entityManager);
        } catch (RuntimeException failure) {
            LOG.debug("leaving a schema failed; its connection is closed", failure);
        }
    }
}
