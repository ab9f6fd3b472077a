package dev.facade.engine.transaction;

import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.CausalToken;
import dev.facade.consistency.Consistency;
import dev.facade.consistency.Consistency.Level;
import dev.facade.engine.call.ReadOptions;
import dev.facade.engine.journey.ReadIntent;
import dev.facade.engine.lease.ConnectionWork;
import dev.facade.engine.lease.Lease;
import dev.facade.engine.mapping.Reach;
import dev.facade.engine.mapping.TouchedTables;
import dev.facade.engine.position.Freshness;
import dev.facade.engine.position.Monitor;
import dev.facade.engine.position.Positions;
import dev.facade.engine.position.SessionNeeds;
import dev.facade.error.CommitOutcomeUnknownException;
import dev.facade.error.TransactionRolledBackException;
import dev.facade.operation.TransactionBody;
import dev.facade.spi.ProviderExtension;
import dev.facade.spi.ReplicationProbe;
import dev.facade.spi.Tables;
import dev.facade.time.Ticker;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.Query;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The causal sessions of a facade's threads, and what their reads need. Thread-safe.
 *
 * <p>A thread has a session of its own unless it works in another one. What is done in a host's transaction counts when
 * that ends, if the provider tells, else when its thread is seen outside of the transaction.
 */
public final class Sessions {

    private static final long TOKEN_PATIENCE = Duration.ofMillis(50).toNanos();

    /** What a transaction has written and read so far, as far as no flush tells, and for whom. */
    private static final class Touched {

        final Set<SessionNeeds> sessions = Collections.newSetFromMap(new IdentityHashMap<>());
        Tables written = Tables.none();
        Tables read = Tables.none();
    }

    private static final class OfThread {

        CausalSession session = CausalSession.begin();

        @Nullable
        Consistency level;

        @Nullable
        Touched committing;

        /** The needs of sessions in hosts' transactions that do not tell their end. */
        final Map<SessionNeeds, Touched> hosted = new IdentityHashMap<>();

        SessionNeeds needs() {
            return SessionNeeds.of(session);
        }
    }

    private final ThreadLocal<OfThread> threads = ThreadLocal.withInitial(OfThread::new);
    private final Consistency defaultLevel;
    private final Monitor monitor;
    private final @Nullable ReplicationProbe probe;
    private final Ticker ticker;
    private final TouchedTables touched;
    private final ProviderExtension extension;
    private final BooleanSupplier onMasterOnly;
    private final Tables exempt;
    private final @Nullable SessionNeeds everyone;

    public Sessions(
            Positions positions,
            SessionRules rules,
            TouchedTables touched,
            ProviderExtension extension,
            BooleanSupplier onMasterOnly,
            Ticker ticker) {
        this.defaultLevel = rules.defaultLevel();
        this.monitor = positions.monitor();
        this.probe = positions.probe();
        this.everyone = rules.isShared() ? SessionNeeds.of(CausalSession.begin()) : null;
        this.touched = touched;
        this.extension = extension;
        this.onMasterOnly = onMasterOnly;
        this.exempt = touched.exempt(rules.exempt());
        this.ticker = ticker;
    }

    public Monitor monitor() {
        return monitor;
    }

    public CausalSession current() {
        return threads.get().session;
    }

    private SessionNeeds needs() {
        return threads.get().needs();
    }

    public <T, X extends Exception> T in(CausalSession session, TransactionBody<T, X> body) throws X {
        OfThread thread = threads.get();
        CausalSession before = thread.session;
        thread.session = session;
        try {
            return body.run();
        } finally {
            thread.session = before;
        }
    }

    public CausalSession after(Position position) {
        CausalSession session = CausalSession.begin();
        SessionNeeds.of(session).mustSee(position, ticker.nanos());
        return session;
    }

    /** From samples, which are hurried; the master is asked only if they do not come. */
    public Optional<CausalToken> token(Function<ConnectionWork<Sample>, Sample> master) {
        ReplicationProbe asked = probe;
        if (asked == null && onMasterOnly.getAsBoolean()) {
            return Optional.empty(); // nobody else reads anything else
        }
        if (asked == null) {
            throw new UnsupportedOperationException(
                    "token: nothing tells positions (expected: HibernateFacade on PostgreSQL or MariaDB, or replication(...))");
        }
        settle();
        SessionNeeds session = needs();
        if (!session.isResolved(monitor, TOKEN_PATIENCE)) {
            Sample sample = master.apply(connection -> asked.sample(connection, ticker));
            return Optional.of(CausalToken.of(session.settle(sample)));
        }
        return session.position().map(CausalToken::of);
    }

    public <T, X extends Exception> T at(Consistency level, TransactionBody<T, X> body) throws X {
        OfThread thread = threads.get();
        Consistency before = thread.level;
        thread.level = level;
        try {
            return body.run();
        } finally {
            thread.level = before;
        }
    }

    /**
     * The level of the call, of the scope or of the facade; the innermost one wins. Who names a replica, and no level,
     * wants what that replica has.
     */
    public Consistency level(ReadOptions options) {
        if (options.consistency() != null) {
            return options.consistency();
        }
        Consistency ofScope = threads.get().level;
        if (ofScope != null) {
            return ofScope;
        }
        return options.target().replicaName() == null ? defaultLevel : Consistency.eventual();
    }

    /** The freshness that a read at a level needs; asked outside of transactions. */
    public Freshness freshness(Consistency consistency, Reach reach) {
        Level level = consistency.level();
        if (level == Level.BOUNDED) {
            return Freshness.within(monitor, consistency.staleness());
        }
        if (level != Level.SESSION) {
            return Freshness.any();
        }
        settle();
        monitor.start();
        Freshness own = need(needs(), reach);
        return everyone == null ? own : own.and(need(everyone, reach));
    }

    private Freshness need(SessionNeeds session, Reach reach) {
        Freshness whole = session.freshness(monitor);
        return whole != null ? whole : session.freshness(monitor, read(reach));
    }

    /** The tables of a read; where all reads go to the master it does not matter which. */
    private Tables read(Reach reach) {
        Tables tables = onMasterOnly.getAsBoolean() ? Tables.unknown() : Reach.of(reach, touched);
        return monitor.facts().read(tables.without(exempt));
    }

    /** Where nobody tells how a host's transaction ends, it counts as committed when its thread is seen outside. */
    private void settle() {
        Map<SessionNeeds, Touched> hosted = threads.get().hosted;
        if (!hosted.isEmpty()) {
            hosted.forEach(this::committed);
            hosted.clear();
        }
    }

    /**
     * Runs a transaction of the facade's own. Its sessions are told after the commit, and of one whose outcome is not
     * known as well; of one that has failed they have seen what it read, and what the database held against it.
     */
    public <T, X extends Exception> T committing(TransactionBody<T, X> transaction) throws X {
        OfThread thread = threads.get();
        Touched touched = new Touched();
        touched.sessions.add(thread.needs());
        Touched before = thread.committing;
        thread.committing = touched;
        try {
            T result = transaction.run();
            touched.sessions.forEach(session -> committed(session, touched));
            return result;
        } catch (CommitOutcomeUnknownException unknown) {
            touched.written = Tables.unknown();
            touched.sessions.forEach(session -> committed(session, touched));
            throw unknown;
        } catch (Throwable failure) {
            touched.written = Tables.none();
            boolean byHand = failure instanceof TransactionRolledBackException && failure.getCause() == null;
            touched.read = failure instanceof PersistenceException && !byHand ? Tables.unknown() : touched.read;
            touched.sessions.forEach(session -> committed(session, touched));
            throw failure;
        } finally {
            thread.committing = before;
        }
    }

    private void committed(SessionNeeds session, Touched touched) {
        wrote(session, touched.written);
        if (touched.read != Tables.none()) {
            sawMaster(session, monitor.facts().read(touched.read));
        }
    }

    private void wrote(SessionNeeds session, Tables tables) {
        Tables written = monitor.facts().written(tables).without(exempt); // a trigger of theirs may concern others
        if (written != Tables.none()) {
            Tables needed = needed(written);
            session.wrote(needed, ticker.nanos());
            if (everyone != null) {
                everyone.wrote(needed, ticker.nanos());
            }
        }
    }

    /** Tells whether a transaction of the facade's own runs on this thread. */
    public boolean isCommitting() {
        return threads.get().committing != null;
    }

    /** Something is written in this thread's transaction that no flush tells of; a host's, if one is given. */
    public void writing(Tables tables, @Nullable FacadeTransaction host) {
        Touched touched = touched(host);
        touched.written = touched.written.and(tables);
    }

    /** Rows of an entity, and of its collections, are written without a flush. */
    public void writing(Class<?> entity, @Nullable FacadeTransaction host) {
        writing(touched.written(entity), host);
    }

    /** Rows are written by a statement of JPQL. */
    public void writing(Query statement, @Nullable FacadeTransaction host) {
        writing(extension.tables(statement), host);
    }

    /** Something is read in this thread's transaction, or was locked; in a host's, if one is given. */
    public void reading(Consistency consistency, Reach reach, @Nullable FacadeTransaction host) {
        Touched touched = touched(host);
        if (consistency.level() != Level.EVENTUAL && touched.read.isKnown()) {
            touched.read = touched.read.and(Reach.of(reach, this.touched));
        }
    }

    /** False if the provider does not tell when a host's transaction has been committed. */
    public boolean atCommit(FacadeTransaction host, Runnable hook) {
        Objects.requireNonNull(hook, "hook");
        return extension.afterCommit(host.entityManager(), () -> FacadeTransaction.runQuietly(hook));
    }

    private Touched touched(@Nullable FacadeTransaction host) {
        OfThread thread = threads.get();
        if (thread.committing != null) {
            thread.committing.sessions.add(thread.needs());
            return thread.committing;
        }
        Hosted hosted = new Hosted(this, thread.needs(), new Touched());
        boolean told = host != null && extension.join(host.entityManager(), hosted);
        return told ? hosted.touched : thread.hosted.computeIfAbsent(thread.needs(), any -> new Touched());
    }

    /** A flush is about to write in a transaction, which tells when it has ended. */
    public ProviderExtension.Writing flushing() {
        OfThread thread = threads.get();
        if (thread.committing != null) {
            thread.committing.sessions.add(thread.needs());
        }
        return new Flushing(this, thread.needs(), thread.committing);
    }

    /** What one session flushes in one transaction, whoever began it; of the facade's own it is known how it ends. */
    private record Flushing(
            Sessions sessions,
            SessionNeeds session,
            @Nullable Touched ours) implements ProviderExtension.Writing {

        @Override
        public void ended(Set<String> tables, boolean committed) {
            if (ours != null && committed) {
                ours.written = ours.written.and(Tables.of(tables));
            }
            if (ours == null || committed) {
                sessions.wrote(session, Tables.of(tables));
            }
        }
    }

    /** An operation of one session in a host's transaction; what else was flushed there may be its too. */
    private static final class Hosted implements ProviderExtension.Writing {

        private final Sessions sessions;
        private final SessionNeeds session;
        private final Touched touched;

        Hosted(Sessions sessions, SessionNeeds session, Touched touched) {
            this.sessions = sessions;
            this.session = session;
            this.touched = touched;
        }

        @Override
        public void ended(Set<String> tables, boolean committed) {
            touched.written = touched.written.and(Tables.of(tables));
            sessions.committed(session, touched);
        }
    }

    /** A node was read outside of a transaction. */
    public void saw(Lease lease, ReadIntent intent, Reach reach) {
        if (lease.node() instanceof Replica replica) {
            sawReplica(replica, intent, lease);
        } else {
            sawMaster(intent.consistency(), reach);
        }
    }

    private void sawReplica(Replica replica, ReadIntent intent, Lease lease) {
        if (intent.consistency().level() == Level.SESSION) { // the levels below promise nothing of an order
            Position shown = lease.shown();
            if (shown != null) {
                needs().saw(shown, ticker.nanos());
            } else {
                needs().sawReplica(replica, replica.isEndpoint() ? null : lease.server(), ticker.nanos());
            }
            intent.freshness().met();
        }
    }

    /** The master was read outside of a transaction. */
    public void sawMaster(Consistency consistency, Reach reach) {
        if (consistency.level() == Level.SESSION || consistency.level() == Level.STRONG) {
            sawMaster(needs(), read(reach));
        }
    }

    private void sawMaster(SessionNeeds session, Tables read) {
        session.sawMaster(needed(read), ticker.nanos());
    }

    /** A row that was written, or seen on the master, refers to rows that a replica may lack. */
    private Tables needed(Tables seen) {
        return touched.withReferred(seen.without(exempt)).without(exempt);
    }
}
