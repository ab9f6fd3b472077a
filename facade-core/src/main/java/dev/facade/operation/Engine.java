package dev.facade.operation;

import dev.facade.cluster.Replica;
import dev.facade.cluster.Weight;
import dev.facade.consistency.CausalToken;
import dev.facade.consistency.Consistency;
import dev.facade.consistency.Monitor;
import dev.facade.consistency.ReplicationProbe;
import dev.facade.event.FacadeListener;
import dev.facade.option.Schema;
import dev.facade.option.Target;
import dev.facade.routing.Router;
import dev.facade.time.Ticker;
import jakarta.persistence.EntityManagerFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What operations run on: reads where the router sends them, writes and transactions on the master. Thread-safe.
 *
 * <p>It puts the parts together, and hands out its own, or those of the engine that works in its place for a while.
 */
public final class Engine {

    private final Router router;
    private final Hooks hooks;
    private final EntityModel model;
    private final EntityManagers entityManagers;
    private final Sessions sessions;
    private final Recorder recorder;
    private final ThreadTransactions transactions;
    private final Reads reads;
    private final Writes writes;
    private final Origins origins;
    private final Place place;
    private final boolean masterOnly;
    private final ThreadLocal<@Nullable Engine> redirected = new ThreadLocal<>();

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
        this.model = new EntityModel(factories.master());
        this.masterOnly = factories.masterReads() != null;
        TouchedTables touched = new TouchedTables(factories.master(), model, hooks);
        NodeReports reports = new NodeReports(listener, router, freshening.monitor());
        Membership membership = new Membership(
                router, reports, freshening, ticker, factories.recipes(), factories.master(), factories.replicas());
        CacheBypass uncached = new CacheBypass(factories, freshening.clusterWideCache());
        this.origins = new Origins();
        this.place = new Place(null, hooks);
        this.entityManagers = new EntityManagers(
                factories.master(), membership, model.extension(), uncached, origins, new Borrowed(model.extension()));
        BooleanSupplier onMasterOnly =
                () -> masterOnly || router.cluster().replicas().isEmpty();
        this.sessions = new Sessions(freshening, touched, model.extension(), onMasterOnly, ticker);
        this.recorder = new Recorder(listener, ticker);
        this.transactions = new ThreadTransactions(entityManagers, host, router);
        LeaseProofs proofs = new LeaseProofs(freshening, model.extension(), ticker);
        Leases leases = new Leases(entityManagers, proofs, sessions, factories.masterReads());
        this.reads = new Reads(router, recorder, transactions, sessions, leases, place);
        MasterGate gate = new MasterGate(router, sessions, hooks, onMasterOnly);
        this.writes = new Writes(entityManagers, recorder, transactions, sessions, gate, place, ticker);
        router.health().watchedBy(reports::look);
        freshening.monitor().watchedBy(new SampleWatch(router, membership, reports));
    }

    /** A view of an engine, whose operations work elsewhere. */
    private Engine(Engine whole, Place place) {
        this.router = whole.router;
        this.hooks = whole.hooks;
        this.model = whole.model;
        this.entityManagers = whole.entityManagers;
        this.sessions = whole.sessions;
        this.recorder = whole.recorder;
        this.transactions = whole.transactions;
        this.reads = whole.reads.at(place);
        this.writes = whole.writes.at(place);
        this.origins = whole.origins;
        this.place = place;
        this.masterOnly = whole.masterOnly;
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

        /** Those that lead to the master. */
        List<EntityManagerFactory> toMaster() {
            EntityManagerFactory guarded = masterReads == null ? null : masterReads.guarded();
            return guarded == null ? List.of(master) : List.of(master, guarded);
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
        entityManagers.membership().close();
        sessions.monitor().close();
        router.close();
        return recorder.close();
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
        return entityManagers.membership();
    }

    /**
     * Returns a view of this engine whose operations work in a schema.
     *
     * @param schema the schema
     * @return the view, on the same nodes and with the same transactions
     */
    public Engine in(Schema schema) {
        return schema.equals(place.schema()) ? this : new Engine(this, place.in(schema));
    }

    /**
     * Tells whether operations work in a schema.
     *
     * @return true if this is a view
     */
    public boolean isView() {
        return place.schema() != null;
    }

    /** Refuses an entity that is known to come from another schema than an operation works in. */
    void checkOrigin(String operation, @Nullable Object entity, @Nullable Schema ofCall) {
        Engine here = here();
        if (here.origins.isKnown(entity)) {
            here.origins.check(operation, entity, here.schema(operation, ofCall));
        }
    }

    /** Refuses to write an entity without a table, and a schema for one whose mapping names its own. */
    void checkWritable(String operation, Class<?> entity, @Nullable Schema ofCall) {
        model.checkTable(operation, entity);
        if (ofCall == null) {
            return;
        }
        model.extension().mappedSchema(entityManagers.master(), entity).ifPresent(own -> {
            throw new UnsupportedOperationException(operation + ": " + entity.getName() + " in " + ofCall
                    + ", whose mapping names schema " + own + " (expected: no schema; it stays in its own)");
        });
    }

    /** An entity was written in the schema of an operation, if that has one. */
    void written(String operation, Object entity, @Nullable Schema ofCall) {
        Engine here = here();
        Schema schema = here.schema(operation, ofCall);
        boolean isFromThere = schema != null
                && model.extension()
                        .mappedSchema(here.entityManagers.master(), entity.getClass())
                        .isEmpty();
        if (isFromThere) {
            here.origins.add(entity, schema);
        }
    }

    private @Nullable Schema schema(String operation, @Nullable Schema ofCall) {
        return transactions.schema(operation, place.of(operation, ofCall));
    }

    EntityModel model() {
        return model;
    }

    Hooks hooks() {
        return hooks;
    }

    Reads reads() {
        return here().reads;
    }

    Writes writes() {
        return here().writes;
    }

    ThreadTransactions transactions() {
        return here().transactions;
    }

    Sessions sessions() {
        return here().sessions;
    }

    CacheBypass uncached() {
        return here().entityManagers.uncached();
    }

    Optional<CausalToken> token() {
        Engine here = here();
        if (here.transactions.current() != null) {
            throw new IllegalStateException("token: inside a transaction (expected: after it, when it has committed)");
        }
        ReadOptions asked = ReadOptions.of("token", ReadOptions.OF_VALUES, Target.master(), Consistency.eventual());
        return here.sessions.token(sample -> here.reads.read(
                "token", "", asked, Lease.Kind.AUTO_COMMIT, Reach.UNKNOWN, (em, shortLived) -> sample.on(em)));
    }

    // -- another cluster, for a while

    <T, X extends Exception> T redirect(Engine other, TransactionBody<T, X> body) throws X {
        if (transactions().isCheckedOut()) {
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
}
