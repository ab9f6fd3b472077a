package dev.facade.spi;

import dev.facade.cluster.Position;
import dev.facade.cluster.Sample;
import dev.facade.time.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server what it is and how far it is, in the words of its database. Thread-safe.
 *
 * <pre>{@code
 * HibernateFacade facade = HibernateFacade.builder().replicationProbe(ReplicationProbe.postgres());
 * }</pre>
 */
@FunctionalInterface
public interface ReplicationProbe {

    /**
     * Takes a sample on a connection, in one round trip.
     *
     * @param connection in auto-commit mode, so that what is read on it afterwards is not older than the sample
     * @param ticker tells when the sample is begun and ended
     * @return the sample
     * @throws SQLException if the server does not answer
     */
    Sample sample(Connection connection, Ticker ticker) throws SQLException;

    /**
     * Begins a snapshot that cannot be written in, and tells between which positions it is: for reads that must be proved
     * on the very connection that runs them, since nobody knows its server beforehand.
     *
     * @param connection in auto-commit mode, or in a transaction in which nothing has run yet; it is rolled back after the
     *     reads
     * @param ticker tells when the sample is begun and ended
     * @return what all that the transaction reads is between; null by default: then such reads are not proved
     * @throws SQLException if the server does not answer
     */
    default @Nullable View view(Connection connection, Ticker ticker) throws SQLException {
        return null;
    }

    /**
     * The state that a snapshot shows.
     *
     * @param atLeast the server, as it was before the snapshot was taken
     * @param atMost a position that covers all that the snapshot shows, or null if none is known
     */
    record View(Sample atLeast, @Nullable Position atMost) {

        /**
         * Checks the components.
         *
         * @param atLeast the server, as it was before the snapshot was taken
         * @param atMost a position that covers all that the snapshot shows, or null if none is known
         */
        public View {
            Objects.requireNonNull(atLeast, "atLeast");
        }
    }

    /**
     * Asks what is to be known of the tables, so that what is written to one of them need not be waited for by a read of
     * another. It is asked now and then on the monitor's connection to the master.
     *
     * @param connection in auto-commit mode
     * @return what the database says; nothing by default: then every read waits for every write of its session
     * @throws SQLException if the server does not answer
     */
    default TableFacts tables(Connection connection) throws SQLException {
        return TableFacts.none();
    }

    /**
     * Returns the probe for PostgreSQL 10 and later.
     *
     * @return the probe
     */
    static ReplicationProbe postgres() {
        return PostgresProbe.INSTANCE;
    }

    /**
     * Returns the probe for MariaDB 10.5 and later with GTID replication. Its user needs the privilege {@code SLAVE
     * MONITOR}.
     *
     * @return the probe
     */
    static ReplicationProbe mariadb() {
        return MariaDbProbe.INSTANCE;
    }

    /**
     * The facts that a database tells of its tables: which others are read or written with them. Immutable.
     *
     * @param readAlone tables that show their own rows and nothing else, so neither views nor tables with row security
     * @param writtenAlone tables with which no other is written: no trigger, no rule, no cascade
     */
    record TableFacts(Set<String> readAlone, Set<String> writtenAlone) {

        private static final TableFacts NONE = new TableFacts(Set.of(), Set.of());

        /**
         * Copies the components.
         *
         * @param readAlone tables that show their own rows and nothing else
         * @param writtenAlone tables with which no other is written
         */
        public TableFacts {
            readAlone = Set.copyOf(readAlone);
            writtenAlone = Set.copyOf(writtenAlone);
        }

        /**
         * Nothing is known.
         *
         * @return the same one always
         */
        public static TableFacts none() {
            return NONE;
        }

        /**
         * Tells what is read with some tables.
         *
         * @param tables that a statement reads from
         * @return they, or any table
         */
        public Tables read(Tables tables) {
            return readAlone.containsAll(tables.names()) ? tables : Tables.unknown();
        }

        /**
         * Tells what is written with some tables.
         *
         * @param tables that a statement writes
         * @return they, or any table
         */
        public Tables written(Tables tables) {
            return writtenAlone.containsAll(tables.names()) ? tables : Tables.unknown();
        }
    }
}
