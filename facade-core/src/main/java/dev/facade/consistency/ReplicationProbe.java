package dev.facade.consistency;

import dev.facade.cluster.Sample;
import dev.facade.time.Ticker;
import java.sql.Connection;
import java.sql.SQLException;

/** Asks a server what it is and how far it is, in the words of its database. Thread-safe. */
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
}
