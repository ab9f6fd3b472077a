package dev.facade.engine.position;

import dev.facade.cluster.Sample;
import dev.facade.spi.ReplicationProbe.TableFacts;
import java.sql.SQLException;

/** The source of one node's samples. Used by one thread. */
public interface SampleSource extends AutoCloseable {

    /**
     * Takes a sample.
     *
     * @return the sample
     * @throws SQLException if the node does not answer
     */
    Sample sample() throws SQLException;

    /**
     * Asks what is to be known of the tables; of the master only, and seldom.
     *
     * @return what the node says
     * @throws SQLException if it does not answer
     */
    default TableFacts tables() throws SQLException {
        return TableFacts.none();
    }

    /** Gives back what it holds. */
    @Override
    default void close() {}
}
