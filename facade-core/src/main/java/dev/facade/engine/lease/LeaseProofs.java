package dev.facade.engine.lease;

import dev.facade.cluster.Node;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.consistency.Consistency.Level;
import dev.facade.engine.call.Recording;
import dev.facade.engine.journey.ReadIntent;
import dev.facade.engine.position.Freshness;
import dev.facade.engine.position.Monitor;
import dev.facade.engine.position.Positions;
import dev.facade.error.NoReplicaAvailableException;
import dev.facade.error.StaleReplicaException;
import dev.facade.event.FailureClass;
import dev.facade.event.Role;
import dev.facade.spi.FailureClassifier;
import dev.facade.spi.ProviderExtension;
import dev.facade.spi.ReplicationProbe;
import dev.facade.time.Ticker;
import jakarta.persistence.PersistenceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ties what is known of a replica to the connection that is about to read it. Thread-safe.
 *
 * <p>A sample vouches for connections that were opened before it was begun; others are asked themselves.
 */
public final class LeaseProofs {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseProofs.class);
    private static final String UNREACHABLE = "08001";

    private final Monitor monitor;
    private final @Nullable ReplicationProbe probe;
    private final ProviderExtension extension;
    private final Ticker ticker;
    private final ConnectionAges ages = new ConnectionAges();

    public LeaseProofs(Positions positions, ProviderExtension extension, Ticker ticker) {
        this.monitor = positions.monitor();
        this.probe = positions.probe();
        this.extension = extension;
        this.ticker = ticker;
    }

    /**
     * Tells whether a read must be proved in its own snapshot: nobody knows which server will answer, or the connection
     * may be another one for each statement.
     */
    public boolean isProvedInside(Node node, ReadIntent intent, boolean keepsConnection) {
        boolean promised = probe != null && intent.consistency().level() != Level.EVENTUAL;
        return promised
                && node instanceof Replica replica
                && (replica.isEndpoint() || (!keepsConnection && intent.freshness() != Freshness.any()));
    }

    /** A sample, then the snapshot on the same server: so that is no older, and no newer than a second position. */
    private void proveInside(Lease lease, Replica replica, ReadIntent intent, ReplicationProbe asked) {
        lease.beginUnseen();
        ConnectionWork<ReplicationProbe.@Nullable View> begun = connection -> asked.view(connection, ticker);
        ReplicationProbe.View view = begun.on(lease.entityManager());
        if (view == null) {
            throw new StaleReplicaException(intent.operation(), replica.name());
        }
        Sample sample = view.atLeast();
        refuse(replica, intent, monitor.objection(replica, sample));
        if (sample.role() == Role.REPLICA && intent.freshness().isMetBy(replica, sample)) {
            lease.provedBy(sample);
        } else if (sample.role() == Role.REPLICA || !replica.isEndpoint() || !monitor.isMaster(sample.server())) {
            throw new StaleReplicaException(intent.operation(), replica.name());
        }
        lease.onServer(sample.server());
        if (replica.isEndpoint()) { // else the session stays on it, whose last sample may be behind what it shows
            lease.shows(view.atMost());
        }
    }

    /** Makes sure that a lease's connection is as fresh as its reader needs it, before its transaction begins. */
    public void prove(Lease lease, ReadIntent intent, boolean keepsConnection) {
        if (!(lease.node() instanceof Replica replica)) {
            return;
        }
        refuse(replica, intent, monitor.objection(replica));
        if (intent.consistency().level() == Level.EVENTUAL) {
            proveBelonging(lease, replica, intent, keepsConnection);
            return;
        }
        if (probe != null && isProvedInside(replica, intent, keepsConnection)) {
            proveInside(lease, replica, intent, probe);
            return;
        }
        Freshness freshness = intent.freshness();
        Sample last = monitor.last(replica);
        if (last != null && (freshness == Freshness.any() || monitor.isAssuming())) {
            lease.onServer(last.server());
            return;
        }
        ReplicationProbe asked = probe;
        if (asked == null || !keepsConnection) { // nothing ties what is known to what will be read
            if (freshness != Freshness.any()) {
                throw new StaleReplicaException(intent.operation(), replica.name());
            }
            return;
        }
        try {
            lease.onServer(proved(lease, replica, intent, asked, last));
        } catch (SQLException failure) {
            throw new PersistenceException("sql: " + failure.getMessage(), failure);
        }
    }

    /**
     * Makes sure that a reader who needs nothing reads a replica of this cluster, which costs a question for each connection
     * that is younger than the last sample. A server that refuses to tell who it is may be one.
     */
    private void proveBelonging(Lease lease, Replica replica, ReadIntent intent, boolean keepsConnection) {
        ReplicationProbe asked = probe;
        if (asked == null || !keepsConnection) {
            return;
        }
        try {
            Connection connection = extension.heldConnection(lease.entityManager());
            ConnectionAges.Seen seen = ages.of(connection, ticker.nanos());
            if (seen.isKnown() || isVouchedFor(replica, seen)) {
                return;
            }
            String objection = objection(asked, connection, intent, replica);
            refuse(replica, intent, objection);
            if (objection != null) {
                seen.known();
            }
        } catch (SQLException failure) {
            throw new PersistenceException("sql: " + failure.getMessage(), failure);
        }
    }

    /** What speaks against a connection's server; nothing if it refuses to tell, which is asked no second time. */
    private @Nullable String objection(
            ReplicationProbe asked, Connection connection, ReadIntent intent, Replica replica) throws SQLException {
        try {
            return monitor.objection(replica, asked(asked, connection, intent, replica));
        } catch (StaleReplicaException untold) {
            LOG.debug("{} does not tell who it is", replica, untold);
            return "";
        }
    }

    private boolean isVouchedFor(Replica replica, ConnectionAges.Seen seen) {
        Sample last = replica.isEndpoint() ? null : monitor.last(replica);
        boolean vouched = last != null && last.isBegunAfter(seen.first());
        if (vouched && monitor.objection(replica) != null) {
            seen.known();
        }
        return vouched;
    }

    /** Another node may be one; who has named this one is told why it is none. */
    private static void refuse(Replica replica, ReadIntent intent, @Nullable String objection) {
        if (objection == null || objection.isEmpty()) {
            return;
        }
        if (replica.name().equals(intent.target().replicaName())) {
            throw NoReplicaAvailableException.strange(intent.operation(), replica.name(), objection);
        }
        throw new PersistenceException(new SQLTransientConnectionException(replica + " " + objection, UNREACHABLE));
    }

    /** The run of the server behind a lease's connection, which is asked only if nothing vouches for it. */
    private String proved(
            Lease lease, Replica replica, ReadIntent intent, ReplicationProbe asked, @Nullable Sample last)
            throws SQLException {
        Freshness freshness = intent.freshness();
        Connection connection = extension.heldConnection(lease.entityManager());
        long opened = ages.of(connection, ticker.nanos()).first();
        if (last != null && freshness.vouchesFor(replica, opened)) {
            if (last.isBegunAfter(opened)) {
                lease.provedBy(last);
            }
            return last.server();
        }
        monitor.want(); // a sample that is begun from now on vouches for it: the next read need not ask
        Sample sample = asked(asked, connection, intent, replica);
        refuse(replica, intent, monitor.objection(replica, sample));
        if (sample.role() != Role.REPLICA || !freshness.isMetBy(replica, sample)) {
            throw new StaleReplicaException(intent.operation(), replica.name());
        }
        lease.provedBy(sample);
        return sample.server();
    }

    /** A server that refuses to tell how far it is may answer all else: it is not known to be fresh, and not lost. */
    private Sample asked(ReplicationProbe asked, Connection connection, ReadIntent intent, Replica replica)
            throws SQLException {
        try {
            return asked.sample(connection, ticker);
        } catch (SQLException refusal) {
            if (FailureClassifier.classify(refusal, replica.role()) != FailureClass.QUERY) {
                throw refusal;
            }
            StaleReplicaException untold = new StaleReplicaException(intent.operation(), replica.name());
            untold.addSuppressed(refusal);
            throw untold;
        }
    }

    /** Notes what is known of a lease's replica on its very connection, without asking it. */
    public void witness(Lease lease, boolean keepsConnection, Recording recording) {
        Sample known = lease.proof();
        if (known == null && keepsConnection && lease.node() instanceof Replica replica) {
            Sample last = monitor.last(replica);
            known = last != null && isOf(last, lease) ? last : null;
        }
        if (known != null) {
            recording.proved(known, monitor.staleness(known));
        }
    }

    private boolean isOf(Sample sample, Lease lease) {
        ConnectionWork<Boolean> older = connection ->
                sample.isBegunAfter(ages.of(connection, ticker.nanos()).first());
        return older.on(lease.entityManager());
    }
}
