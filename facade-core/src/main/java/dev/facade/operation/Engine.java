package dev.facade.operation;

import dev.facade.cluster.Master;
import dev.facade.cluster.Node;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Weight;
import dev.facade.consistency.CausalToken;
import dev.facade.consistency.Consistency;
import dev.facade.consistency.Freshness;
import dev.facade.consistency.Monitor;
import dev.facade.consistency.ReplicationProbe;
import dev.facade.consistency.Tables;
import dev.facade.error.SeveralMastersException;
import dev.facade.event.Explanation;
import dev.facade.event.FacadeListener;
import dev.facade.event.FailureClass;
import dev.facade.event.Reason;
import dev.facade.event.Role;
import dev.facade.event.Route;
import dev.facade.health.FailureClassifier;
import dev.facade.health.Watch;
import dev.facade.option.Retry;
import dev.facade.option.Schema;
import dev.facade.option.Target;
import dev.facade.option.Timeout;
import dev.facade.routing.NodeCall;
import dev.facade.routing.ReadIntent;
import dev.facade.routing.Router;
import dev.facade.time.Ticker;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.NoResultException;
import jakarta.persistence.NonUniqueResultException;
import jakarta.persistence.PersistenceException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs operations: reads where the router sends them, writes and transactions on the master. Thread-safe.
 *
 * <p>The one place that knows both nodes and their EntityManagerFactories.
 */
public final class Engine {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    /** EclipseLink's word for an EntityManager that keeps its connection. */
    private static final Map<String, String> EXCLUSIVE = Map.of("eclipselink.jdbc.exclusive-connection.mode", "Always");

    private final Router router;
    private final EntityManagerFactory masterFactory;
    private final Membership membership;
    private final @Nullable EntityManagerFactory masterForReads;
    private final boolean masterOnly;
    private final TransactionHost host;
    private final Hooks hooks;
    private final ThreadLocal<@Nullable Engine> redirected = new ThreadLocal<>();
    private final FacadeListener listener;
    private final Ticker ticker;
    private final EntityModel model;
    private final TouchedTables touched;
    private final Sessions sessions;
    private final LeaseProofs proofs;
    private final MasterTransactions master;
    private final ThreadTransactions transactions = new ThreadTransactions();
    private final ProviderExtension.WriteObserver flushes; // known to the factory as long as it is kept here
    private final boolean flushesAreHeard;
    private final CacheBypass uncached;
    private final boolean isMasterCached;
    private final boolean clusterWideCache;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Makes an engine.
     *
     * @param router decides where reads go
     * @param factories of the nodes of the router's cluster
     * @param host whose transactions are joined
     * @param hooks what is added to every operation
     * @param freshening how it is known how fresh replicas are
     * @param listener is told of every operation
     * @param ticker the source of time
     */
    public Engine(
            Router router,
            Factories factories,
            TransactionHost host,
            Hooks hooks,
            Freshening freshening,
            FacadeListener listener,
            Ticker ticker) {
        this.router = router;
        this.hooks = hooks;
        this.masterFactory = factories.master();
        MasterReads masterReads = factories.masterReads();
        this.masterOnly = masterReads != null;
        this.masterForReads = masterReads == null ? null : masterReads.guarded();
        this.host = host;
        this.listener = listener;
        this.ticker = ticker;
        this.model = new EntityModel(masterFactory);
        this.touched = new TouchedTables(masterFactory, model, hooks);
        this.membership =
                new Membership(router, freshening, ticker, factories.recipes(), masterFactory, factories.replicas());
        this.sessions = new Sessions(freshening, touched, model.extension(), this::isOnMasterOnly, ticker);
        this.proofs = new LeaseProofs(freshening, model.extension(), ticker);
        this.master = new MasterTransactions(masterFactory, new MasterGate());
        this.flushes = sessions::flushing;
        this.flushesAreHeard = model.extension().observe(masterFactory, flushes);
        this.uncached = new CacheBypass(freshening.clusterWideCache() ? List.of() : mastersFactories());
        this.isMasterCached = model.extension().hasSharedCache(masterFactory);
        this.clusterWideCache = freshening.clusterWideCache();
        freshening.monitor().watchedBy(new SampleWatch(router, membership));
    }

    private boolean isOnMasterOnly() {
        return masterOnly || router.cluster().replicas().isEmpty();
    }

    /** What transactions on the master pass. */
    private final class MasterGate implements MasterTransactions.Gate {

        @Override
        public Node enter(String operation) {
            checkOneMaster(operation);
            return router.cluster().master();
        }

        /** What a program does at the beginning of a transaction may write anything. */
        @Override
        public void begun(EntityManager entityManager) {
            if (hooks.preparesTransactions()) {
                sessions.writing(Tables.unknown(), null);
                hooks.prepareTransaction().accept(entityManager);
            }
        }

        /** From now on it is watched who the master is; the first sample tells where the first commit was, too. */
        @Override
        public void committed() {
            if (isOnMasterOnly()) { // nobody else could be it
                return;
            }
            try {
                sessions.monitor().start();
            } catch (Throwable error) { // what is committed has not failed
                LOG.error("the samples do not begin, the next transaction tries again", error);
            }
        }

        /** It may have another role, or another may be in its place; one that hangs has no connection left. */
        @Override
        public void failed(Throwable failure) {
            FailureClass type = FailureClassifier.classify(failure, Role.MASTER);
            if (type == FailureClass.NODE || type == FailureClass.SATURATION) {
                sessions.monitor().hurry();
            }
        }
    }

    private void checkOneMaster(String operation) {
        List<String> rivals = sessions.monitor().rivals();
        if (!rivals.isEmpty()) {
            throw new SeveralMastersException(operation, rivals);
        }
    }

    private List<EntityManagerFactory> mastersFactories() {
        return masterForReads == null ? List.of(masterFactory) : List.of(masterFactory, masterForReads);
    }

    /**
     * What the nodes are reached by.
     *
     * @param master the master's factory, whichever node is the master
     * @param replicas those of the replicas
     * @param masterReads how the master is read in master-only mode, or null when the facade is not in that mode
     * @param recipes make others
     */
    public record Factories(
            EntityManagerFactory master,
            Map<Replica, EntityManagerFactory> replicas,
            @Nullable MasterReads masterReads,
            Recipes recipes) {

        /**
         * Copies the factories.
         *
         * @param master the master's factory, whichever node is the master
         * @param replicas those of the replicas
         * @param masterReads how the master is read in master-only mode, or null when the facade is not in that mode
         * @param recipes make others
         */
        public Factories {
            replicas = Map.copyOf(replicas);
        }
    }

    /**
     * What nodes are made of, by their names: for who can build them, so that roles can change and nodes be added.
     * Implementations are thread-safe.
     */
    public interface Recipes {

        /**
         * Returns those of nobody: roles are fixed.
         *
         * @return the same one always
         */
        static Recipes none() {
            return FixedRoles.INSTANCE;
        }

        /**
         * Tells whether a node can be made in either role.
         *
         * @param name a node's name
         * @return false if its role is fixed
         */
        boolean has(String name);

        /**
         * Returns a node as a replica, with its share of the reads and its tags.
         *
         * @param name a node that there is a recipe for
         * @return another one each time
         */
        Replica replica(String name);

        /**
         * Directs the master's factory to another node: transactions that begin from now on run there. Those that run go on
         * where they are; what is left of the node before is closed when they have ended. It connects to nothing, and what
         * the factory's second-level cache has is forgotten.
         *
         * @param name a node that there is a recipe for
         */
        void promote(String name);

        /**
         * Returns the factory that reads a node, and builds it if there is none yet.
         *
         * @param name a node that there is a recipe for
         * @return open, until the node is removed
         */
        EntityManagerFactory reading(String name);

        /**
         * Returns what gives a connection for samples of a node.
         *
         * @param name a node that there is a recipe for
         * @return the source
         */
        DataSource samples(String name);

        /**
         * Takes in the recipe of a node.
         *
         * @param name not blank
         * @param url a JDBC URL
         * @param weight its share of the reads
         * @param tags where it is or what it is
         * @throws IllegalArgumentException if there is a recipe of that name, or the URL is none, or of another kind of
         *     database than the master's
         * @throws UnsupportedOperationException if nodes cannot be made
         */
        void add(String name, String url, Weight weight, String... tags);

        /**
         * Forgets a node, and closes what was made to read it; does nothing if there is no recipe for it.
         *
         * @param name a node's name
         */
        void remove(String name);
    }

    /**
     * How the master is read in master-only mode.
     *
     * @param guarded a factory whose connections to the master cannot write, or null: then every read is a read-only
     *     transaction
     */
    public record MasterReads(@Nullable EntityManagerFactory guarded) {}

    /**
     * How it is known how fresh replicas are.
     *
     * @param defaultLevel of reads that say nothing
     * @param monitor samples the nodes
     * @param probe asks a connection, or null if the database has no positions
     * @param isShared whether every session sees what any of them has written
     * @param exempt entities whose writes nobody waits for
     * @param clusterWideCache whether the master's second-level cache is known to have what anybody has committed
     */
    public record Freshening(
            Consistency defaultLevel,
            Monitor monitor,
            @Nullable ReplicationProbe probe,
            boolean isShared,
            Set<Class<?>> exempt,
            boolean clusterWideCache) {

        /**
         * Copies the components.
         *
         * @param defaultLevel of reads that say nothing
         * @param monitor samples the nodes
         * @param probe asks a connection, or null if the database has no positions
         * @param isShared whether every session sees what any of them has written
         * @param exempt entities whose writes nobody waits for
         * @param clusterWideCache whether the master's second-level cache is known to have what anybody has committed
         */
        public Freshening {
            exempt = Set.copyOf(exempt);
        }
    }

    /**
     * Refuses every operation from now on.
     *
     * @return true the first time
     */
    public boolean close() {
        membership.close();
        sessions.monitor().close();
        router.close();
        return closed.compareAndSet(false, true);
    }

    /**
     * Tells whether every read goes to the master.
     *
     * @return true in master-only mode
     */
    public boolean isMasterOnly() {
        return masterOnly;
    }

    /**
     * Returns who the nodes are, and what can be changed of that.
     *
     * @return the operations
     */
    public ClusterOperations cluster() {
        return membership;
    }

    EntityModel model() {
        return model;
    }

    Optional<CausalToken> token() {
        Engine here = here();
        if (here.current() != null) {
            throw new IllegalStateException("token: inside a transaction (expected: after it, when it has committed)");
        }
        return here.sessions.token(here.masterFactory);
    }

    Sessions sessions() {
        Engine here = here();
        return here == this ? sessions : here.sessions();
    }

    CacheBypass uncached() {
        Engine here = here();
        return here == this ? uncached : here.uncached();
    }

    Hooks hooks() {
        return hooks;
    }

    // -- another cluster, for a while

    <T, X extends Exception> T redirect(Engine other, TransactionBody<T, X> body) throws X {
        if (isCheckedOut()) {
            throw new IllegalStateException("using: inside a transaction or checkout (expected: outside)");
        }
        if (!other.model.types().equals(model.types())) {
            throw new IllegalArgumentException(
                    "using: a repository of " + other.model.types() + " (expected: of " + model.types() + ", as here)");
        }
        Engine target = other == this ? this : other.here(); // the last one, so that no circle arises
        Engine before = redirected.get();
        redirected.set(target == this ? null : target);
        try {
            return body.run();
        } finally {
            if (before == null) {
                redirected.remove();
            } else {
                redirected.set(before);
            }
        }
    }

    /** The engine that works for this thread: this one, unless another is used for a while. */
    private Engine here() {
        Engine other = redirected.get();
        return other == null ? this : other.here();
    }

    // -- one connection, for a while

    <T, X extends Exception> T checkout(TransactionBody<T, X> body) throws X {
        Engine here = here();
        if (here != this) {
            return here.checkout(body);
        }
        begin("checkout", "");
        if (isCheckedOut()) {
            return body.run();
        }
        return master.checkout(uncached.of(masterFactory, masterFactory.createEntityManager(EXCLUSIVE)), body);
    }

    boolean isCheckedOut() {
        Engine here = here();
        return here == this ? current() != null || master.checkedOut() != null : here.isCheckedOut();
    }

    // -- reads

    <T> T read(String operation, String subject, ReadOptions options, Lease.Kind kind, Reach reach, Reader<T> reader) {
        Engine here = here();
        if (here != this) {
            return here.read(operation, subject, options, kind, reach, reader);
        }
        Recording recording = begin(operation, subject, options);
        try {
            FacadeTransaction transaction = current();
            EntityManager pinned = transaction == null && options.lock() == null ? master.checkedOut() : null;
            T result = pinned != null
                    ? readPinned(pinned, operation, options, kind, reach, recording, reader)
                    : transaction == null
                            ? routed(
                                    operation,
                                    options,
                                    options.lock() == null ? kind : Lease.Kind.LOCKING,
                                    reach,
                                    recording,
                                    lease -> {
                                        try (lease) {
                                            return reader.read(lease.entityManager(), true);
                                        }
                                    })
                            : readInside(transaction, operation, options, reach, recording, reader);
            recording.succeeded(result);
            return result;
        } catch (Throwable failure) {
            recording.failed(failure);
            throw failure;
        }
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
        checkSchema(operation, options.schema());
        recording.asked(sessions.level(options).level().name());
        recording.routed(router.cluster().master(), Reason.CHECKED_OUT);
        if (kind == Lease.Kind.SNAPSHOT) {
            T result = Snapshot.within(pinned, em -> reader.read(em, true));
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

    /** A read whose lease outlives the call: a stream. In a transaction there is no lease. */
    <T> T readOpen(
            String operation,
            String subject,
            ReadOptions options,
            Function<Lease, T> onLease,
            Function<FacadeTransaction, T> inTransaction) {
        Engine here = here();
        if (here != this) {
            return here.readOpen(operation, subject, options, onLease, inTransaction);
        }
        Recording recording = begin(operation, subject, options);
        try {
            FacadeTransaction transaction = current();
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
        sessions.monitor().start();
        recording.asked(intent.consistency().level().name());
        return router.read(intent, new LeaseCall<>(kind, options, intent, reach, recording, work), recording);
    }

    /** Where a read would go. */
    Explanation explain(ReadOptions options, Reach reach) {
        Engine here = here();
        if (here != this) {
            return here.explain(options, reach);
        }
        checkOpen("explain");
        FacadeTransaction transaction = current();
        if (transaction != null) {
            transaction.checkTarget("explain", options.target());
            return bound(transaction.node(), Reason.JOINED_TRANSACTION);
        }
        if (master.checkedOut() != null
                && options.lock() == null
                && options.target().replicaName() == null) {
            return bound(router.cluster().master(), Reason.CHECKED_OUT);
        }
        return router.explain(intent("explain", options, reach));
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
        checkSchema(operation, options.schema());
        if (options.lock() != null) {
            transaction.checkWritable(operation);
        }
        recording.routed(transaction.node(), Reason.JOINED_TRANSACTION);
        if (transaction.isManaged() || sessions.isCommitting()) {
            sessions.reading(sessions.level(options), reach, transaction);
        }
        return inside(transaction, em -> reader.read(em, false));
    }

    /** A read on an EntityManager; {@code shortLived} if nothing will ever be written through it. */
    @FunctionalInterface
    interface Reader<T> {
        T read(EntityManager entityManager, boolean shortLived);
    }

    <T, X extends Exception> T readOnlyTransaction(ReadOptions options, TransactionBody<T, X> body) throws X {
        Engine here = here();
        if (here != this) {
            return here.readOnlyTransaction(options, body);
        }
        String operation = "readOnlyTransaction";
        Recording recording = begin(operation, "", options);
        Lease lease = null;
        try {
            FacadeTransaction outer = current();
            FacadeTransaction transaction;
            if (outer == null) {
                lease = openAndKeep(operation, options, recording, opened -> opened);
                transaction = FacadeTransaction.own(lease.node(), lease.entityManager(), true);
            } else {
                outer.checkUsable(operation);
                outer.checkTarget(operation, options.target());
                checkSchema(operation, options.schema());
                recording.routed(outer.node(), Reason.JOINED_TRANSACTION);
                transaction = outer.readOnlyPart();
            }
            T result = bound(transaction, body);
            if (transaction.isPoisoned() && outer == null) {
                throw transaction.rolledBack();
            }
            if (lease != null) { // its snapshot was taken by its first read, not when it began
                saw(lease, intent(operation, options, Reach.UNKNOWN), Reach.UNKNOWN);
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

    // -- writes

    /** A write whose work may write anything, which no flush tells of. */
    <T> T writeAnything(String operation, String subject, Function<FacadeTransaction, T> work) {
        Engine here = here();
        return here.write(operation, subject, transaction -> {
            here.sessions.writing(Tables.unknown(), transaction);
            return work.apply(transaction);
        });
    }

    /** Rows of an entity, and of its collections, are written in this thread's transaction without a flush. */
    void writing(Class<?> entity) {
        Engine here = here();
        here.sessions.writing(here.touched.written(entity), here.current());
    }

    /** Rows are written by a statement of JPQL. */
    void writing(jakarta.persistence.Query statement) {
        Engine here = here();
        here.sessions.writing(here.model.extension().tables(statement), here.current());
    }

    <T> T write(String operation, String subject, Function<FacadeTransaction, T> work) {
        return write(operation, subject, WriteOptions.NONE, work);
    }

    <T> T write(String operation, String subject, WriteOptions options, Function<FacadeTransaction, T> work) {
        Engine here = here();
        if (here != this) {
            return here.write(operation, subject, options, work);
        }
        Recording recording = begin(operation, subject);
        try {
            FacadeTransaction current = current();
            T result;
            if (current == null) {
                if (master.checkedOut() != null) {
                    checkSchema(operation, options.get(Schema.class));
                }
                recording.routed(router.cluster().master(), Reason.WRITE);
                result = timed(() -> sessions.committing(() -> master.run(
                        operation,
                        opened(options),
                        options.get(Timeout.class),
                        transaction -> writeInside(transaction, work))));
            } else {
                current.checkUsable(operation);
                current.checkWritable(operation);
                checkSchema(operation, options.get(Schema.class));
                if (current.isManaged()) { // its host did not ask when it began
                    checkOneMaster(operation);
                }
                recording.routed(current.node(), Reason.JOINED_TRANSACTION);
                result = writeInside(current, work);
            }
            recording.succeeded(result);
            return result;
        } catch (Throwable failure) {
            recording.failed(failure);
            throw failure;
        }
    }

    /** So that reads that no replica can serve are kept from slowing writes down. */
    private <T> T timed(Supplier<T> write) {
        long begun = ticker.nanos();
        T result = write.get();
        router.wrote(ticker.nanos() - begun);
        return result;
    }

    /** A write that runs code of the caller's: what that does is part of its transaction. */
    <T> T writeBound(String operation, String subject, WriteOptions options, Function<FacadeTransaction, T> work) {
        Engine here = here();
        return here.write(
                operation, subject, options, transaction -> here.bound(transaction, () -> work.apply(transaction)));
    }

    private static void checkSchema(String operation, @Nullable Schema schema) {
        if (schema != null) {
            throw new IllegalStateException(
                    operation + ": " + schema + " inside a transaction or checkout (expected: outside, since"
                            + " the transaction's connection is in a schema already)");
        }
    }

    /** How a write of its own gets its EntityManager: in a schema, if that is asked for. */
    private Supplier<EntityManager> opened(WriteOptions options) {
        Schema schema = options.get(Schema.class);
        return () -> uncached.of(masterFactory, opened(masterFactory, schema));
    }

    private EntityManager opened(EntityManagerFactory factory, @Nullable Schema schema) {
        return schema == null
                ? factory.createEntityManager()
                : model.extension().open(factory, schema);
    }

    /** A write that fails poisons its transaction whatever the failure is, since half of it may have been sent. */
    private <T> T writeInside(FacadeTransaction transaction, Function<FacadeTransaction, T> work) {
        if (!flushesAreHeard) {
            sessions.writing(Tables.unknown(), transaction);
        } else if (transaction.isManaged()) {
            sessions.writing(Tables.none(), transaction); // what it flushes later is this session's too
        }
        try {
            return inside(transaction, em -> {
                T result = work.apply(transaction);
                em.flush();
                return result;
            });
        } catch (Throwable failure) {
            transaction.poison(failure);
            throw failure;
        }
    }

    <T, X extends Exception> T transaction(TransactionBody<T, X> body) throws X {
        Engine here = here();
        if (here != this) {
            return here.transaction(body);
        }
        String operation = "transaction";
        Recording recording = begin(operation, "");
        try {
            FacadeTransaction current = current();
            T result;
            if (current == null) {
                recording.routed(router.cluster().master(), Reason.WRITE);
                long begun = ticker.nanos();
                long[] thinking = {0};
                result = sessions.<T, X>committing(() -> master.run(
                        operation, opened(WriteOptions.NONE), null, transaction -> timed(transaction, body, thinking)));
                router.wrote(ticker.nanos() - begun - thinking[0]);
            } else {
                current.checkUsable(operation);
                current.checkWritable(operation);
                recording.routed(current.node(), Reason.JOINED_TRANSACTION);
                result = joined(current, body);
            }
            recording.succeeded(null);
            return result;
        } catch (Throwable failure) {
            recording.failed(failure);
            throw failure;
        }
    }

    <T, X extends Exception> T transaction(Retry retry, TransactionBody<T, X> body) throws X {
        Engine here = here();
        if (here != this) {
            return here.transaction(retry, body);
        }
        if (isCheckedOut()) {
            throw new IllegalStateException("transaction: " + retry
                    + " inside a transaction or checkout (expected: outside, since only the whole can be run again)");
        }
        AtomicReference<@Nullable Throwable> foreign = new AtomicReference<>();
        return new Retrying(retry, sessions.monitor(), ticker)
                .run(() -> transaction(() -> ran(body, foreign)), failure -> failure == foreign.get());
    }

    /** What leaves the body while no operation in its transaction has failed is of something else that the body uses. */
    private <T, X extends Exception> T ran(TransactionBody<T, X> body, AtomicReference<@Nullable Throwable> foreign)
            throws X {
        try {
            return body.run();
        } catch (Throwable failure) {
            FacadeTransaction transaction = current();
            foreign.set(transaction == null || transaction.isPoisoned() ? null : failure);
            throw failure;
        }
    }

    /** What the body takes is its own affair; the beginning and the commit tell how the master does. */
    private <T, X extends Exception> T timed(FacadeTransaction transaction, TransactionBody<T, X> body, long[] took)
            throws X {
        long begun = ticker.nanos();
        T result = bound(transaction, body);
        took[0] = ticker.nanos() - begun;
        return result;
    }

    private <T, X extends Exception> T bound(FacadeTransaction transaction, TransactionBody<T, X> body) throws X {
        FacadeTransaction before = transactions.bind(transaction);
        try {
            return body.run();
        } catch (Throwable failure) {
            transaction.poison(failure);
            throw failure;
        } finally {
            transactions.unbind(before);
        }
    }

    private <T, X extends Exception> T joined(FacadeTransaction current, TransactionBody<T, X> body) throws X {
        try {
            return body.run();
        } catch (Throwable failure) {
            current.poison(failure);
            throw failure;
        }
    }

    // -- what both need

    private <T> T inside(FacadeTransaction transaction, Function<EntityManager, T> work) {
        EntityManager em = transaction.entityManager();
        try {
            return transaction.isManaged() ? uncached.during(masterFactory, em, work) : work.apply(em);
        } catch (RuntimeException failure) {
            if (failure instanceof PersistenceException
                    && !(failure instanceof NoResultException)
                    && !(failure instanceof NonUniqueResultException)) {
                transaction.poison(failure);
            }
            throw failure;
        } finally {
            if (!transaction.isManaged()) {
                em.clear();
            }
        }
    }

    @Nullable
    FacadeTransaction current() {
        Engine here = here();
        if (here != this) {
            return here.current();
        }
        FacadeTransaction own = transactions.current(masterFactory);
        if (own != null) {
            return own;
        }
        TransactionHost.HostedTransaction hosted = host.current(masterFactory);
        return hosted == null
                ? null
                : FacadeTransaction.joining(router.cluster().master(), hosted);
    }

    Recording begin(String operation, String subject) {
        checkOpen(operation);
        return Recording.of(listener, ticker, operation, subject);
    }

    private Recording begin(String operation, String subject, ReadOptions options) {
        checkOpen(operation);
        return Recording.of(listener, options.recipient(), ticker, operation, subject);
    }

    private void checkOpen(String operation) {
        if (closed.get()) {
            throw new IllegalStateException(operation + ": the repository is closed (expected: open)");
        }
    }

    /** Opens a lease on the node that the router has chosen, and works on it. */
    private final class LeaseCall<T> implements NodeCall<T> {

        private final Lease.Kind kind;
        private final ReadOptions options;
        private final ReadIntent intent;
        private final Reach reach;
        private final Recording recording;
        private final Function<Lease, T> work;

        LeaseCall(
                Lease.Kind kind,
                ReadOptions options,
                ReadIntent intent,
                Reach reach,
                Recording recording,
                Function<Lease, T> work) {
            this.kind = kind;
            this.options = options;
            this.intent = intent;
            this.reach = reach;
            this.recording = recording;
            this.work = work;
        }

        @Override
        public T on(Node node) {
            throw new UnsupportedOperationException("on: " + node + " without a watch");
        }

        @Override
        public T on(Node node, Watch watch) {
            return worked(open(node, watch));
        }

        @Override
        public T onAgain(Node node, Watch watch) {
            Lease lease = open(node, watch);
            lease.prove();
            return worked(lease);
        }

        /** Each statement by itself, with nothing of another thread's behind it. */
        @Override
        public boolean isHedgeable() {
            return kind == Lease.Kind.AUTO_COMMIT
                    && !options.lent()
                    && model.extension().keepsConnection(masterFactory);
        }

        @Override
        public Supplier<T> aside(Node node, Watch watch) {
            Lease lease = new LeaseCall<>(kind, options, intent, reach, Recording.silent(), work).open(node, watch);
            T result = work.apply(lease);
            return () -> {
                saw(lease, intent, reach);
                if (recording.isHeard()) {
                    proofs.witness(lease, false, recording);
                }
                return result;
            };
        }

        private T worked(Lease lease) {
            if (options.lent()) {
                lease.keep();
            }
            T result = work.apply(lease);
            saw(lease, intent, reach);
            if (lease.isOpen()) {
                lease.keep();
            }
            return result;
        }

        private Lease open(Node node, Watch watch) {
            boolean guard = masterOnly && kind != Lease.Kind.LOCKING;
            if (guard && masterForReads != null) {
                return open(node, kind, masterForReads, watch);
            }
            EntityManagerFactory factory = factory(node);
            boolean held = model.extension().keepsConnection(factory) || !proofs.isProvedInside(node, intent, false);
            return open(node, guard || !held ? Lease.Kind.SNAPSHOT : kind, factory, watch);
        }

        private Lease open(Node node, Lease.Kind kind, EntityManagerFactory factory, Watch watch) {
            return Lease.open(
                    node,
                    kind,
                    factory,
                    from -> entered(node, from),
                    lease -> prove(lease, kind, model.extension().keepsConnection(factory)),
                    watch);
        }

        private EntityManager entered(Node node, EntityManagerFactory from) {
            factory(node); // it may have been taken away
            if (!from.isOpen()) {
                throw new IllegalStateException(node.name() + ": its EntityManagerFactory is closed (expected: open)");
            }
            EntityManager opened = opened(from, options.schema());
            return isPromised() ? uncached.of(from, opened) : opened;
        }

        /** Only a statement for which nothing is promised may be answered by a cache. */
        private boolean isPromised() {
            return kind != Lease.Kind.AUTO_COMMIT
                    || masterOnly
                    || intent.target().isMaster()
                    || intent.consistency().level() != Consistency.Level.EVENTUAL;
        }

        /** What the master's cache answers takes no connection. */
        private boolean mayBeCached(Node node, Lease.Kind kind) {
            return kind == Lease.Kind.AUTO_COMMIT
                    && node instanceof Master
                    && isMasterCached
                    && (clusterWideCache || !isPromised());
        }

        private void prove(Lease lease, Lease.Kind kind, boolean keepsConnection) {
            if (keepsConnection && !mayBeCached(lease.node(), kind)) {
                lease.watch(model.extension().heldConnection(lease.entityManager()));
            }
            proofs.prove(lease, intent, keepsConnection);
            if (recording.isHeard()) {
                proofs.witness(lease, keepsConnection, recording);
            }
        }
    }

    private void saw(Lease lease, ReadIntent intent, Reach reach) {
        if (lease.node() instanceof Replica replica) {
            sessions.sawReplica(replica, intent, lease);
        } else {
            sessions.sawMaster(intent.consistency(), reach);
        }
    }

    private ReadIntent intent(String operation, ReadOptions options, Reach reach) {
        boolean checkedOut = master.checkedOut() != null && options.target().replicaName() == null;
        Target target = checkedOut ? Target.master() : options.target();
        Consistency level = sessions.level(options);
        boolean free = target.isMaster() || level.level() == Consistency.Level.EVENTUAL;
        Freshness freshness = free ? Freshness.any() : sessions.freshness(level, reach);
        return new ReadIntent(
                operation, target, options.lock() != null, level, freshness, options.priority(), options.deadline());
    }

    private EntityManagerFactory factory(Node node) {
        return node instanceof Replica replica ? membership.of(replica) : masterFactory;
    }
}
