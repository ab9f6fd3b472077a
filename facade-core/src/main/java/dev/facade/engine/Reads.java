package dev.facade.engine;

import dev.facade.cluster.Node;
import dev.facade.consistency.Consistency;
import dev.facade.engine.call.Place;
import dev.facade.engine.call.ReadOptions;
import dev.facade.engine.call.Recorder;
import dev.facade.engine.call.Recording;
import dev.facade.engine.call.TimedOut;
import dev.facade.engine.journey.ReadIntent;
import dev.facade.engine.journey.Router;
import dev.facade.engine.lease.Lease;
import dev.facade.engine.lease.SchemaEntry;
import dev.facade.engine.lease.Snapshot;
import dev.facade.engine.mapping.Reach;
import dev.facade.engine.position.Freshness;
import dev.facade.engine.position.Monitor;
import dev.facade.engine.transaction.FacadeTransaction;
import dev.facade.engine.transaction.Sessions;
import dev.facade.engine.transaction.ThreadTransactions;
import dev.facade.event.Explanation;
import dev.facade.event.Reason;
import dev.facade.event.Role;
import dev.facade.event.Route;
import dev.facade.operation.TransactionBody;
import dev.facade.option.OnMiss;
import dev.facade.option.Schema;
import dev.facade.option.Target;
import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs reads: in what their thread works in, else where the router sends them. Thread-safe. */
public final class Reads {

    private static final long FIRST_ANSWER = Duration.ofSeconds(2).toNanos();

    private final Router router;
    private final Recorder recorder;
    private final ThreadTransactions transactions;
    private final Sessions sessions;
    private final Leases leases;
    private final Place place;

    Reads(
            Router router,
            Recorder recorder,
            ThreadTransactions transactions,
            Sessions sessions,
            Leases leases,
            Place place) {
        this.router = router;
        this.recorder = recorder;
        this.transactions = transactions;
        this.sessions = sessions;
        this.leases = leases;
        this.place = place;
    }

    /** The same, in another place. */
    Reads at(Place other) {
        return new Reads(router, recorder, transactions, sessions, leases, other);
    }

    /** The options of an operation, where it works; refused on a connection that is elsewhere. */
    private ReadOptions placed(String operation, ReadOptions given) {
        return given.in(transactions.schema(operation, place.of(operation, given.schema())));
    }

    /** A schema is entered within a transaction. */
    private static Lease.Kind kind(ReadOptions options, Lease.Kind kind) {
        return options.lock() != null ? Lease.Kind.LOCKING : options.schema() != null ? Lease.Kind.SNAPSHOT : kind;
    }

    public <T> T read(
            String operation, String subject, ReadOptions given, Lease.Kind kind, Reach reach, Reader<T> reader) {
        Recording recording = recorder.begin(operation, subject, given);
        try {
            ReadOptions options = placed(operation, given);
            FacadeTransaction transaction = transactions.current();
            EntityManager pinned = transaction == null && options.lock() == null ? transactions.checkedOut() : null;
            T result = TimedOut.told(
                    operation,
                    options.timeout(),
                    () -> pinned != null
                            ? readPinned(pinned, operation, options, kind, reach, recording, reader)
                            : transaction == null
                                    ? routed(operation, options, kind(options, kind), reach, recording, lease -> {
                                        try (lease) {
                                            return reader.read(lease.entityManager(), true);
                                        }
                                    })
                                    : readInside(transaction, operation, options, reach, recording, reader));
            recording.succeeded(result);
            return result;
        } catch (Throwable failure) {
            recording.failed(failure);
            throw failure;
        }
    }

    /** A read that runs what the caller has written, which may leave something on the connection. */
    public <T> T readForeign(String operation, String subject, ReadOptions options, Reader<T> reader) {
        return read(operation, subject, options, Lease.Kind.SNAPSHOT, Reach.UNKNOWN, (em, shortLived) -> {
            FacadeTransaction transaction = transactions.current();
            if (transaction == null || !transaction.isManaged()) {
                leases.entityManagers().borrowed().lend(em);
            }
            return reader.read(em, shortLived);
        });
    }

    private <T> T readPinned(
            EntityManager pinned,
            String operation,
            ReadOptions options,
            Lease.Kind kind,
            Reach reach,
            Recording recording,
            Reader<T> reader) {
        if (options.target().replicaName() != null) {
            throw new IllegalStateException(operation + ": target " + options.target()
                    + " inside a checkout of the master (expected: no target, or the master)");
        }
        recording.asked(sessions.level(options).level().name());
        recording.routed(router.cluster().master(), Reason.CHECKED_OUT);
        if (kind(options, kind) == Lease.Kind.SNAPSHOT) {
            T result = Snapshot.within(pinned, em -> readIn(operation, options.schema(), em, reader));
            sessions.sawMaster(sessions.level(options), reach);
            return result;
        }
        try {
            return reader.read(pinned, false);
        } finally {
            pinned.clear();
            sessions.sawMaster(sessions.level(options), reach);
        }
    }

    private <T> T readIn(String operation, @Nullable Schema schema, EntityManager pinned, Reader<T> reader) {
        SchemaEntry entry = SchemaEntry.enter(operation, router.cluster().master(), pinned, schema);
        try {
            return reader.read(pinned, true);
        } finally {
            entry.leave(pinned);
        }
    }

    /** A read whose lease outlives the call: a stream. In a transaction there is no lease. */
    public <T> T readOpen(
            String operation,
            String subject,
            ReadOptions given,
            Function<Lease, T> onLease,
            Function<FacadeTransaction, T> inTransaction) {
        Recording recording = recorder.begin(operation, subject, given);
        try {
            ReadOptions options = placed(operation, given);
            FacadeTransaction transaction = transactions.current();
            T result = transaction == null
                    ? openAndKeep(operation, options, recording, onLease)
                    : readInside(
                            transaction,
                            operation,
                            options,
                            Reach.UNKNOWN,
                            recording,
                            (em, own) -> inTransaction.apply(transaction));
            recording.succeeded(null);
            return result;
        } catch (Throwable failure) {
            recording.failed(failure);
            throw failure;
        }
    }

    private <T> T openAndKeep(String operation, ReadOptions options, Recording recording, Function<Lease, T> onLease) {
        return routed(operation, options, Lease.Kind.SNAPSHOT, Reach.UNKNOWN, recording, lease -> {
            try {
                return onLease.apply(lease);
            } catch (Throwable failure) {
                lease.close();
                throw failure;
            }
        });
    }

    private <T> T routed(
            String operation,
            ReadOptions options,
            Lease.Kind kind,
            Reach reach,
            Recording recording,
            Function<Lease, T> work) {
        ReadIntent intent = intent(operation, options, reach);
        begin(intent);
        recording.asked(intent.consistency().level().name());
        return router.read(intent, new LeaseCall<>(leases, kind, options, intent, reach, recording, work), recording);
    }

    /** The first reads wait until the master was asked: nobody can tell before who is a replica of it. */
    private void begin(ReadIntent intent) {
        Monitor monitor = sessions.monitor();
        boolean free = !intent.target().isMaster() && !intent.locking() && !leases.isMasterOnly();
        if (free && !router.cluster().replicas().isEmpty()) {
            Duration allowed = intent.deadline() == null ? router.deadline() : intent.deadline();
            long longest = Math.min(FIRST_ANSWER, TimeUnit.NANOSECONDS.convert(allowed) / 2);
            if (leases.masterKeepsConnection()) {
                monitor.begin(longest);
            } else {
                monitor.beginWithAll(longest);
            }
        } else {
            monitor.start();
        }
    }

    /** The place to which a read would go. */
    public Explanation explain(ReadOptions options, Reach reach) {
        recorder.checkOpen("explain");
        FacadeTransaction transaction = transactions.current();
        if (transaction != null) {
            transaction.checkTarget("explain", options.target());
            return bound(transaction.node(), Reason.JOINED_TRANSACTION);
        }
        if (transactions.checkedOut() != null
                && options.lock() == null
                && options.target().replicaName() == null) {
            return bound(router.cluster().master(), Reason.CHECKED_OUT);
        }
        Explanation told = router.explain(intent("explain", options, reach));
        return options.onMiss() == OnMiss.ASK_MASTER
                ? told.onMiss(router.cluster().master().name())
                : told;
    }

    private static Explanation bound(Node node, Reason reason) {
        return new Explanation(new Route(node.name(), node.role(), reason), "none", List.of());
    }

    private <T> T readInside(
            FacadeTransaction transaction,
            String operation,
            ReadOptions options,
            Reach reach,
            Recording recording,
            Reader<T> reader) {
        transaction.checkUsable(operation);
        transaction.checkTarget(operation, options.target());
        if (options.lock() != null) {
            transaction.checkWritable(operation);
        }
        if (options.onMiss() == OnMiss.ASK_MASTER && transaction.node().role() == Role.REPLICA) {
            throw new IllegalStateException(operation + ": " + options.onMiss() + " in a transaction on "
                    + transaction.node() + " (expected: outside of it, since a snapshot is of one node)");
        }
        recording.routed(transaction.node(), Reason.JOINED_TRANSACTION);
        if (transaction.isManaged() || sessions.isCommitting()) {
            sessions.reading(sessions.level(options), reach, transaction);
        }
        return transactions.inside(transaction, em -> reader.read(em, false));
    }

    /** A read on an EntityManager; {@code shortLived} if nothing will ever be written through it. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(EntityManager entityManager, boolean shortLived);
    }

    public <T, X extends Exception> T readOnlyTransaction(ReadOptions given, TransactionBody<T, X> body) throws X {
        String operation = "readOnlyTransaction";
        Recording recording = recorder.begin(operation, "", given);
        Lease lease = null;
        try {
            ReadOptions options = placed(operation, given);
            FacadeTransaction outer = transactions.current();
            FacadeTransaction transaction;
            if (outer == null) {
                lease = openAndKeep(operation, options, recording, opened -> opened);
                transaction = FacadeTransaction.own(lease.node(), lease.entityManager(), true, options.schema());
            } else {
                outer.checkUsable(operation);
                outer.checkTarget(operation, options.target());
                recording.routed(outer.node(), Reason.JOINED_TRANSACTION);
                transaction = outer.readOnlyPart();
            }
            T result = transactions.bound(transaction, body);
            if (transaction.isPoisoned() && outer == null) {
                throw transaction.rolledBack();
            }
            if (lease != null) { // its snapshot was taken by its first read, not when it began
                sessions.saw(lease, intent(operation, options, Reach.UNKNOWN), Reach.UNKNOWN);
            }
            recording.succeeded(null);
            return result;
        } catch (Throwable failure) {
            recording.failed(failure);
            throw failure;
        } finally {
            if (lease != null) {
                lease.close();
            }
        }
    }

    private ReadIntent intent(String operation, ReadOptions options, Reach reach) {
        boolean checkedOut =
                transactions.checkedOut() != null && options.target().replicaName() == null;
        Target target = checkedOut ? Target.master() : options.target();
        Consistency level = sessions.level(options);
        boolean free = target.isMaster() || level.level() == Consistency.Level.EVENTUAL;
        Freshness freshness = free ? Freshness.any() : sessions.freshness(level, reach);
        return new ReadIntent(
                operation, target, options.lock() != null, level, freshness, options.priority(), options.deadline());
    }
}
