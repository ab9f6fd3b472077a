package dev.facade.operation;

import dev.facade.cluster.Node;
import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.CausalToken;
import dev.facade.consistency.Consistency;
import dev.facade.consistency.Consistency.Level;
import dev.facade.consistency.Freshness;
import dev.facade.consistency.Monitor;
import dev.facade.consistency.ReplicationProbe;
import dev.facade.error.StaleReplicaException;
import dev.facade.event.Role;
import dev.facade.routing.ReadIntent;
import dev.facade.time.Ticker;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The causal sessions of a facade's threads, and what their reads need. Thread-safe.
 *
 * <p>A thread has a session of its own unless it works in another one. A write in a host's transaction is committed when
 * the host says so, which is not known here: it counts as committed when its thread is seen outside of the transaction.
 */
final class Sessions {

    private static final class OfThread {

        CausalSession session = CausalSession.begin();
        final Set<CausalSession> writing = Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private final ThreadLocal<OfThread> threads = ThreadLocal.withInitial(OfThread::new);
    private final Consistency defaultLevel;
    private final Monitor monitor;
    private final @Nullable ReplicationProbe probe;
    private final ConnectionAges ages = new ConnectionAges();
    private final Ticker ticker;

    Sessions(Consistency defaultLevel, Monitor monitor, @Nullable ReplicationProbe probe, Ticker ticker) {
        this.defaultLevel = defaultLevel;
        this.monitor = monitor;
        this.probe = probe;
        this.ticker = ticker;
    }

    Monitor monitor() {
        return monitor;
    }

    CausalSession current() {
        return threads.get().session;
    }

    <T, X extends Exception> T in(CausalSession session, TransactionBody<T, X> body) throws X {
        OfThread thread = threads.get();
        CausalSession before = thread.session;
        thread.session = session;
        try {
            return body.run();
        } finally {
            thread.session = before;
        }
    }

    CausalSession after(Position position) {
        return CausalSession.after(position, ticker.nanos());
    }

    Optional<CausalToken> token(EntityManagerFactory master) {
        ReplicationProbe asked = probe;
        if (asked == null) {
            throw new UnsupportedOperationException(
                    "token: nothing tells positions (expected: HibernateFacade on PostgreSQL or MariaDB, or replication(...))");
        }
        settle();
        CausalSession session = current();
        if (!session.isResolved(monitor)) {
            try (EntityManager em = master.createEntityManager()) {
                ConnectionWork<Sample> work = connection -> asked.sample(connection, ticker);
                session.learn(work.on(em));
            }
        }
        return session.position().map(CausalToken::of);
    }

    Consistency level(ReadOptions options) {
        return options.consistency() == null ? defaultLevel : options.consistency();
    }

    /** What a read at a level needs; asked outside of transactions. */
    Freshness freshness(Consistency consistency) {
        Level level = consistency.level();
        if (level == Level.BOUNDED) {
            return Freshness.within(monitor, consistency.staleness());
        }
        if (level != Level.SESSION) {
            return Freshness.any();
        }
        settle();
        return current().freshness(monitor);
    }

    /** Outside of a host's transaction what was written in it counts as committed. */
    private void settle() {
        Set<CausalSession> writing = threads.get().writing;
        if (!writing.isEmpty()) {
            writing.forEach(session -> session.sawMaster(ticker.nanos()));
            writing.clear();
        }
    }

    /** A transaction of the facade's own has committed, or may have. */
    void committed() {
        current().sawMaster(ticker.nanos());
    }

    void wroteInHost() {
        threads.get().writing.add(current());
    }

    /** Makes sure that a lease's connection is as fresh as its reader needs it, before its transaction begins. */
    void prove(Lease lease, ReadIntent intent, boolean keepsConnection) {
        if (!(lease.node() instanceof Replica replica) || intent.consistency().level() == Level.EVENTUAL) {
            return;
        }
        Freshness freshness = intent.freshness();
        Sample last = monitor.last(replica);
        String server = last == null ? null : last.server();
        if (freshness != Freshness.any()) {
            ReplicationProbe asked = probe;
            if (asked == null || !keepsConnection) { // nothing ties what is known to what will be read
                throw new StaleReplicaException(intent.operation(), replica.name());
            }
            ConnectionWork<String> proof = connection -> {
                boolean vouched = freshness.vouchesFor(replica, ages.of(connection, ticker.nanos()));
                if (vouched && last != null) {
                    return last.server();
                }
                Sample sample = asked.sample(connection, ticker);
                if (sample.role() != Role.REPLICA || !freshness.isMetBy(replica, sample)) {
                    throw new StaleReplicaException(intent.operation(), replica.name());
                }
                return sample.server();
            };
            server = proof.on(lease.entityManager());
        }
        lease.onServer(server);
    }

    /** A read has ended. */
    void read(Node node, Consistency consistency, @Nullable String server) {
        if (consistency.level() == Level.EVENTUAL || consistency.level() == Level.BOUNDED) {
            return; // they promise nothing of an order
        }
        if (node instanceof Replica replica) {
            current().sawReplica(replica, server, ticker.nanos());
        } else {
            current().sawMaster(ticker.nanos());
        }
    }
}
