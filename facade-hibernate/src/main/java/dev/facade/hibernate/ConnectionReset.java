package dev.facade.hibernate;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Supplier;

/**
 * Takes back what somebody has set on a connection of PostgreSQL, in one round trip, so that it is as it was when its pool
 * opened it. The statements that the driver has prepared stay. Thread-safe.
 *
 * @param reading whether the pool's connections cannot write
 * @param application the name that they have
 */
record ConnectionReset(boolean reading, Supplier<String> application) {

    /** The name under which a factory keeps it. */
    static final String KEY = "dev.facade.connection_reset";

    private static final String DEFAULTS = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL;"
            + " SET extra_float_digits = 3; UNLISTEN *; CLOSE ALL; SELECT pg_advisory_unlock_all();"
            + " DISCARD TEMP; DISCARD SEQUENCES; SET application_name = ";

    private static final String READ_ONLY = "; SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY";

    /** A connection that cannot be restored is closed. */
    void on(Connection connection) throws SQLException {
        String name = "'" + application.get().replace("'", "''") + "'";
        try (Statement statement = connection.createStatement()) {
            statement.execute(DEFAULTS + name + (reading ? READ_ONLY : ""));
        } catch (SQLException failure) {
            connection.abort(Runnable::run);
            throw failure;
        }
    }
}
