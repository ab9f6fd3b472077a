package dev.facade.engine;

import dev.facade.consistency.CausalToken;
import dev.facade.consistency.Consistency;
import dev.facade.engine.call.Hooks;
import dev.facade.engine.call.Place;
import dev.facade.engine.call.ReadOptions;
import dev.facade.engine.call.Recorder;
import dev.facade.engine.journey.Router;
import dev.facade.engine.lease.Borrowed;
import dev.facade.engine.lease.CacheBypass;
import dev.facade.engine.lease.EntityManagers;
import dev.facade.engine.lease.Lease;
import dev.facade.engine.lease.LeaseProofs;
import dev.facade.engine.lease.Origins;
import dev.facade.engine.mapping.EntityModel;
import dev.facade.engine.mapping.Reach;
import dev.facade.engine.mapping.TouchedTables;
import dev.facade.engine.member.Membership;
import dev.facade.engine.member.NodeFactories;
import dev.facade.engine.member.NodeReports;
import dev.facade.engine.member.SampleWatch;
import dev.facade.engine.position.Positions;
import dev.facade.engine.transaction.MasterGate;
import dev.facade.engine.transaction.SessionRules;
import dev.facade.engine.transaction.Sessions;
import dev.facade.engine.transaction.ThreadTransactions;
import dev.facade.event.FacadeListener;
import dev.facade.operation.ClusterOperations;
import dev.facade.operation.TransactionBody;
import dev.facade.option.Schema;
import dev.facade.option.Target;
import dev.facade.spi.TransactionHost;
import dev.facade.time.Ticker;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The engine of the operations: reads where the router sends them, writes and transactions on the master. Thread-safe.
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
     * @param positions how it is known how far the nodes are
     * @param rules of sessions
     * @param listener is told of every operation
     * @param ticker the source of time
     */
    public Engine(
            Router router,
            NodeFactories factories,
            TransactionHost host,
            Hooks hooks,
            Positions positions,
            SessionRules rules,
            FacadeListener listener,
            Ticker ticker) {
        this.router = router;
        this.hooks = hooks;
        this.model = new EntityModel(factories.master());
        this.masterOnly = factories.masterReads() != null;
        TouchedTables touched = new TouchedTables(factories.master(), model, hooks);
        NodeReports reports = new NodeReports(listener, router, positions.monitor());
        Membership membership = new Membership(
                router, reports, positions, ticker, factories.recipes(), factories.master(), factories.replicas());
        CacheBypass uncached = new CacheBypass(factories);
        this.origins = new Origins();
        this.place = new Place(null, hooks);
        this.entityManagers = new EntityManagers(
                factories.master(), membership, model.extension(), uncached, origins, new Borrowed(model.extension()));
        BooleanSupplier onMasterOnly =
                () -> masterOnly || router.cluster().replicas().isEmpty();
        this.sessions = new Sessions(positions, rules, touched, model.extension(), onMasterOnly, ticker);
        this.recorder = new Recorder(listener, ticker);
        this.transactions = new ThreadTransactions(entityManagers, host, router);
        LeaseProofs proofs = new LeaseProofs(positions, model.extension(), ticker);
        Leases leases = new Leases(entityManagers, proofs, sessions, factories.masterReads());
        this.reads = new Reads(router, recorder, transactions, sessions, leases, place);
        MasterGate gate = new MasterGate(router, sessions, hooks, onMasterOnly);
        this.writes = new Writes(entityManagers, recorder, transactions, sessions, gate, place, ticker);
        router.health().watchedBy(reports::look);
        positions.monitor().watchedBy(new SampleWatch(router, membership, reports));
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
    public void checkOrigin(String operation, @Nullable Object entity, @Nullable Schema ofCall) {
        Engine here = here();
        if (here.origins.isKnown(entity)) {
            here.origins.check(operation, entity, here.schema(operation, ofCall));
        }
    }

    /** Refuses to write an entity without a table, and a schema for one whose mapping names its own. */
    public void checkWritable(String operation, Class<?> entity, @Nullable Schema ofCall) {
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
    public void written(String operation, Object entity, @Nullable Schema ofCall) {
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

    public EntityModel model() {
        return model;
    }

    public Hooks hooks() {
        return hooks;
    }

    public Reads reads() {
        return here().reads;
    }

    public Writes writes() {
        return here().writes;
    }

    public ThreadTransactions transactions() {
        return here().transactions;
    }

    public Sessions sessions() {
        return here().sessions;
    }

    public CacheBypass uncached() {
        return here().entityManagers.uncached();
    }

    public Optional<CausalToken> token() {
        Engine here = here();
        if (here.transactions.current() != null) {
            throw new IllegalStateException("token: inside a transaction (expected: after it, when it has committed)");
        }
        ReadOptions asked = ReadOptions.of("token", ReadOptions.OF_VALUES, Target.master(), Consistency.eventual());
        return here.sessions.token(sample -> here.reads.read(
                "token", "", asked, Lease.Kind.AUTO_COMMIT, Reach.UNKNOWN, (em, shortLived) -> sample.on(em)));
    }

    // -- another cluster, for a while

    public <T, X extends Exception> T redirect(Engine other, TransactionBody<T, X> body) throws X {
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
