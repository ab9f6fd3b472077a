package dev.facade.engine.position;

import dev.facade.cluster.Sample;
import dev.facade.spi.ReplicationProbe;
import dev.facade.spi.ReplicationProbe.TableFacts;
import dev.facade.time.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Samples on one connection, which is kept open and opened again when it is lost. Used by one thread. */
public final class ConnectionSamples implements SampleSource {

    private static final int PATIENCE_MILLIS = 2_000;
    private static final int TABLES_MILLIS = 10_000;

    private final DataSource source;
    private final ReplicationProbe probe;
    private final Ticker ticker;
    private @Nullable Connection connection;

    /**
     * Samples by a probe.
     *
     * @param source gives the connection
     * @param probe asks the server
     * @param ticker the source of time
     */
    public ConnectionSamples(DataSource source, ReplicationProbe probe, Ticker ticker) {
        this.source = source;
        this.probe = probe;
        this.ticker = ticker;
    }

    @Override
    public Sample sample() throws SQLException {
        return asked(connected -> probe.sample(connected, ticker));
    }

    @Override
    public TableFacts tables() throws SQLException {
        return asked(connected -> {
            connected.setNetworkTimeout(Runnable::run, TABLES_MILLIS);
            TableFacts facts = probe.tables(connected);
            connected.setNetworkTimeout(Runnable::run, PATIENCE_MILLIS);
            return facts;
        });
    }

    @FunctionalInterface
    private interface Question<T> {
        T on(Connection connected) throws SQLException;
    }

    private <T> T asked(Question<T> question) throws SQLException {
        Connection current = connection;
        if (current == null) {
            current = source.getConnection();
            current.setNetworkTimeout(Runnable::run, PATIENCE_MILLIS);
            connection = current;
        }
        try {
            return question.on(current);
        } catch (SQLException failure) {
            close();
            throw failure;
        }
    }

    @Override
    public void close() {
        Connection current = connection;
        connection = null;
        if (current != null) {
            try {
                current.close();
            } catch (SQLException ignored) {
                // it is lost already
            }
        }
    }
}
