package dev.facade.consistency;

import dev.facade.cluster.Sample;
import java.sql.SQLException;

/** Where the samples of one node come from. Used by one thread. */
public interface SampleSource extends AutoCloseable {

    /**
     * Takes a sample.
     *
     * @return the sample
     * @throws SQLException if the node does not answer
     */
    Sample sample() throws SQLException;

    /** Gives back what it holds. */
    @Override
    default void close() {}
}
