package dev.facade.engine.lease;

import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Begins a transaction that reads one snapshot and cannot write, in the words of the database.
 *
 * <p>On PostgreSQL that is the first statement of the transaction, so it costs one round trip and leaves nothing behind
 * on a pooled connection. On MariaDB it is one compound statement, since a snapshot is taken at the isolation level of
 * the moment. H2 has no read-only transaction: there the node's user must have SELECT rights only.
 */
public enum Snapshot {
    POSTGRESQL("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", null),
    MARIADB(
            "BEGIN NOT ATOMIC SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;"
                    + " START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY; END",
            null),
    H2(
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED"),
    OTHER(null, null);

    private final @Nullable String first;
    private final @Nullable String last;

    Snapshot(@Nullable String first, @Nullable String last) {
        this.first = first;
        this.last = last;
    }

    static void begin(EntityManager entityManager) {
        entityManager.getTransaction().begin();
        on(entityManager, connection -> run(connection, of(connection).first));
    }

    static void end(EntityManager entityManager) {
        entityManager.clear();
        on(entityManager, connection -> reset(connection, of(connection).last));
        entityManager.getTransaction().rollback();
    }

    /** Reads one snapshot on an EntityManager that stays open, and has no transaction. */
    public static <T> T within(EntityManager entityManager, Function<EntityManager, T> reads) {
        try {
            begin(entityManager);
            T result = reads.apply(entityManager);
            end(entityManager);
            return result;
        } catch (Throwable failure) {
            endAfter(failure, entityManager);
            throw failure;
        }
    }

    private static void endAfter(Throwable failure, EntityManager entityManager) {
        try {
            if (entityManager.getTransaction().isActive()) {
                end(entityManager);
            }
        } catch (RuntimeException second) {
            failure.addSuppressed(second);
            entityManager.clear();
            if (entityManager.getTransaction().isActive()) {
                entityManager.getTransaction().rollback();
            }
        }
    }

    private interface Words {
        void to(Connection connection) throws SQLException;
    }

    private static void on(EntityManager entityManager, Words words) {
        ConnectionWork<Boolean> work = connection -> {
            words.to(connection);
            return true;
        };
        work.on(entityManager);
    }

    private static Snapshot of(Connection connection) throws SQLException {
        return switch (connection.getMetaData().getDatabaseProductName()) {
            case "PostgreSQL" -> POSTGRESQL;
            case "MariaDB" -> MARIADB;
            case "H2" -> H2;
            default -> OTHER;
        };
    }

    /** H2 commits when a session is set, so whatever was written goes first. */
    private static void reset(Connection connection, @Nullable String last) throws SQLException {
        if (last != null) {
            connection.rollback();
            run(connection, last);
        }
    }

    private static void run(Connection connection, @Nullable String sql) throws SQLException {
        if (sql != null) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
    }
}
