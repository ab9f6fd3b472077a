package dev.facade;

import dev.facade.cluster.Cluster;
import dev.facade.cluster.Master;
import dev.facade.cluster.Node;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Weight;
import dev.facade.consistency.Consistency;
import dev.facade.engine.Engine;
import dev.facade.engine.call.Hooks;
import dev.facade.engine.health.Health;
import dev.facade.engine.health.MasterGuard;
import dev.facade.engine.health.RetryBudget;
import dev.facade.engine.journey.MasterUse;
import dev.facade.engine.journey.ReadLimits;
import dev.facade.engine.journey.Router;
import dev.facade.engine.member.NodeFactories;
import dev.facade.engine.position.ConnectionSamples;
import dev.facade.engine.position.Monitor;
import dev.facade.engine.position.Positions;
import dev.facade.engine.position.SampleSource;
import dev.facade.engine.transaction.SessionRules;
import dev.facade.event.FacadeListener;
import dev.facade.option.ReadOption;
import dev.facade.query.Query;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.spi.Recipes;
import dev.facade.spi.ReplicationProbe;
import dev.facade.spi.TransactionHost;
import dev.facade.time.Ticker;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The description of a {@link FacadeRepository}. Not thread-safe; the repository that it builds is.
 *
 * <p>Defaults: no replica (reads go to the master), weight 1, {@link ReadAlgorithm#peakEwma()}, fallback to the master,
 * a deadline of 30 seconds for reads, no hedging, no listener, no host of transactions. Factories that are handed in
 * stay the caller's: the repository does not close them, and their roles are fixed.
 *
 * <pre>{@code
 * FacadeRepository own = FacadeRepository.builder()
 *         .master(masterFactory)
 *         .replica("berlin", berlinFactory)
 *         .algorithm(ReadAlgorithm.roundRobin())
 *         .build();
 * }</pre>
 */
public final class FacadeRepositoryBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(FacadeRepositoryBuilder.class);

    private @Nullable EntityManagerFactory masterFactory;
    private String masterName = "master";
    private final Map<Replica, EntityManagerFactory> replicas = new LinkedHashMap<>();
    private @Nullable ReadAlgorithm algorithm;
    private boolean fallbackToMaster = true;
    private NodeFactories.@Nullable MasterReads masterReads;
    private Recipes recipes = Recipes.none();
    private TransactionHost host = TransactionHost.none();
    private Hooks hooks = Hooks.none();
    private FacadeListener listener = FacadeListener.noop();
    private Duration assumedLag = Duration.ofSeconds(2);
    private boolean shared;
    private Set<Class<?>> exempt = Set.of();
    private Consistency consistency = Consistency.session();
    private @Nullable ReplicationProbe probe;
    private Map<String, DataSource> samples = Map.of();
    private boolean clusterWideCache;
    private @Nullable Duration lagLimit;
    private int minServing = 1;
    private Duration readDeadline = ReadLimits.DEADLINE;
    private double retryShare = ReadLimits.RETRY_SHARE;
    private int retryBurst = ReadLimits.RETRY_BURST;
    private double hedged;
    private int masterReadLimit = ReadLimits.MASTER_READS;
    private Ticker ticker = Ticker.system();
    private final List<AutoCloseable> owned = new ArrayList<>();

    FacadeRepositoryBuilder() {}

    /**
     * Sets the master, required; its name is {@code master}.
     *
     * @param factory an open factory whose connections can write
     * @return this
     */
    public FacadeRepositoryBuilder master(EntityManagerFactory factory) {
        return master("master", factory);
    }

    /**
     * Sets the master, required.
     *
     * @param name not blank
     * @param factory an open factory whose connections can write
     * @return this
     */
    public FacadeRepositoryBuilder master(String name, EntityManagerFactory factory) {
        if (masterFactory != null) {
            throw new IllegalArgumentException("master: '" + name + "' is a second one (expected: one master)");
        }
        masterName = Master.of(name).name();
        masterFactory = open(name, factory);
        return this;
    }

    /**
     * Adds a replica of weight 1.
     *
     * @param name not blank, unique
     * @param factory an open factory whose connections are read-only and in auto-commit mode, without a
     *     second-level cache
     * @return this
     */
    public FacadeRepositoryBuilder replica(String name, EntityManagerFactory factory) {
        return replica(name, factory, Weight.of(1));
    }

    /**
     * Adds a replica.
     *
     * @param name not blank, unique
     * @param factory an open factory whose connections are read-only and in auto-commit mode, without a
     *     second-level cache
     * @param weight its share of the reads; algorithms that know no weights only heed 0
     * @param tags where it is or what it is, for {@link ReadAlgorithm#nearest(String...)}
     * @return this
     */
    public FacadeRepositoryBuilder replica(String name, EntityManagerFactory factory, Weight weight, String... tags) {
        Replica replica = Replica.of(name, weight, tags);
        replicas.put(replica, open(name, factory));
        return this;
    }

    /**
     * Adds an endpoint of weight 1 with many servers behind it, such as a load balancer or a pooler.
     *
     * @param name not blank, unique
     * @param factory as that of a replica
     * @return this
     */
    public FacadeRepositoryBuilder endpoint(String name, EntityManagerFactory factory) {
        return endpoint(name, factory, Weight.of(1));
    }

    /**
     * Adds an endpoint with many servers behind it, such as a load balancer or a pooler. To the algorithm it is one
     * replica; a read above level {@code eventual} runs in a snapshot that tells on its own connection what it shows, and
     * goes elsewhere if that is not enough. A sample is of one server, so {@link #replication} needs no source for it.
     *
     * @param name not blank, unique
     * @param factory as that of a replica
     * @param weight its share of the reads
     * @param tags where it is or what it is, for {@link ReadAlgorithm#nearest(String...)}
     * @return this
     */
    public FacadeRepositoryBuilder endpoint(String name, EntityManagerFactory factory, Weight weight, String... tags) {
        Replica endpoint = Replica.endpoint(name, weight, tags);
        replicas.put(endpoint, open(name, factory));
        return this;
    }

    /**
     * Sets the algorithm that picks replicas; {@link ReadAlgorithm#peakEwma()} by default.
     *
     * @param algorithm an instance for this repository only
     * @return this
     */
    public FacadeRepositoryBuilder algorithm(ReadAlgorithm algorithm) {
        this.algorithm = Objects.requireNonNull(algorithm, "algorithm");
        return this;
    }

    /**
     * Sets whether a read that no replica can serve goes to the master; true by default.
     *
     * @param fallback false to get a {@link dev.facade.error.NoReplicaAvailableException} instead
     * @return this
     */
    public FacadeRepositoryBuilder fallbackToMaster(boolean fallback) {
        this.fallbackToMaster = fallback;
        return this;
    }

    /**
     * Sends every read to the master, for tests: replicas are not used, but a write on a read path still fails. Each read
     * takes a read-only transaction, so the database itself refuses where it knows such transactions (PostgreSQL does,
     * H2 does not: use {@link #masterOnly(EntityManagerFactory)} there).
     *
     * @return this
     */
    public FacadeRepositoryBuilder masterOnly() {
        this.masterReads = new NodeFactories.MasterReads(null);
        return this;
    }

    /**
     * Sends every read to the master, for tests, on connections that cannot write.
     *
     * @param guarded an open factory for the master's database, whose connections are read-only or whose user has
     *     SELECT rights only
     * @return this
     */
    public FacadeRepositoryBuilder masterOnly(EntityManagerFactory guarded) {
        this.masterReads = new NodeFactories.MasterReads(open("masterOnly", guarded));
        return this;
    }

    /**
     * Joins the transactions of a host; none by default.
     *
     * @param host the host
     * @return this
     */
    public FacadeRepositoryBuilder transactionHost(TransactionHost host) {
        this.host = Objects.requireNonNull(host, "host");
        return this;
    }

    /**
     * Adds options to operations that do not give them; none by default.
     *
     * @param options the options of an operation, by its name; an operation takes those that it knows
     * @return this
     */
    public FacadeRepositoryBuilder defaultOptions(Function<String, List<ReadOption>> options) {
        Objects.requireNonNull(options, "options");
        this.hooks = new Hooks(options, hooks.prepareQuery(), hooks.prepareTransaction());
        return this;
    }

    /**
     * Makes another query of each that is read, changed or deleted, such as one that keeps to a tenant's rows. With it, an
     * entity is looked up by its key with a query.
     *
     * <p>Each part is prepared as well, as a query of the entity that it names: arms of combinations, subqueries as sources,
     * in {@code in} and in {@code exists}, and joins, to which the conditions are added. There the hook may add conditions
     * only. A {@code joinFetch} of an entity, or a path through one, whose rows the hook restricts is refused. A query over
     * another one is no part. JPQL text, criteria queries and SQL are left as they are, and so is what a mapping fetches
     * eagerly.
     *
     * @param prepare gets the operation's name and a query of an entity, and returns one that selects the same
     * @return this
     */
    public FacadeRepositoryBuilder prepareQuery(BiFunction<String, Query<?>, Query<?>> prepare) {
        Objects.requireNonNull(prepare, "prepare");
        this.hooks = new Hooks(hooks.defaultOptions(), prepare, hooks.prepareTransaction());
        return this;
    }

    /**
     * Runs at the beginning of each transaction that the facade opens on the master, inside it. Since it may write any
     * table, each such transaction counts as one that does: all reads of its session wait for it.
     *
     * @param prepare gets the transaction's EntityManager; what it throws rolls back
     * @return this
     */
    public FacadeRepositoryBuilder prepareTransaction(Consumer<EntityManager> prepare) {
        Objects.requireNonNull(prepare, "prepare");
        this.hooks = new Hooks(hooks.defaultOptions(), hooks.prepareQuery(), prepare);
        return this;
    }

    /**
     * Tells a listener of every operation; none by default.
     *
     * @param listener the listener
     * @return this
     */
    public FacadeRepositoryBuilder listener(FacadeListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Sets how fresh reads must be that say nothing; {@link Consistency#session()} by default.
     *
     * @param level the level
     * @return this
     */
    public FacadeRepositoryBuilder consistency(Consistency level) {
        this.consistency = Objects.requireNonNull(level, "level");
        return this;
    }

    /**
     * Lets every reader of this repository see what any session here has written, not only its own.
     *
     * @return this
     */
    public FacadeRepositoryBuilder sharedSession() {
        this.shared = true;
        return this;
    }

    /**
     * Names entities whose writes no read waits for: logs, counters and other noise. Their readers may miss their own
     * writes.
     *
     * @param entities their classes
     * @return this
     */
    public FacadeRepositoryBuilder exempt(Class<?>... entities) {
        this.exempt = Set.of(entities);
        return this;
    }

    /**
     * Lets the facade know how far each node is, by samples on connections of their own.
     *
     * @param probe asks a server
     * @param sources gives a connection to each node but endpoints, by its name; one is kept open for each
     * @return this
     */
    public FacadeRepositoryBuilder replication(ReplicationProbe probe, Map<String, DataSource> sources) {
        this.probe = Objects.requireNonNull(probe, "probe");
        this.samples = Map.copyOf(sources);
        return this;
    }

    /**
     * Sets how far behind replicas are at most, for databases that {@link #replication} cannot ask; two seconds by
     * default. It is taken for granted: what is missing on a replica that is further behind is missing without a word.
     *
     * @param lag the time; a session reads the master for so long after it has written or read there
     * @return this
     */
    public FacadeRepositoryBuilder assumedLag(Duration lag) {
        Monitor.assuming(lag, ticker);
        this.assumedLag = lag;
        return this;
    }

    /**
     * Declares that the master's second-level cache is cluster-wide: shared by all who write to the database, so that
     * it has what anybody has committed. Without this, only reads for which nothing is promised may be answered by it:
     * those at level {@code eventual} that say no target and run in no transaction. A replica's factory must have none.
     *
     * @return this
     */
    public FacadeRepositoryBuilder clusterWideCache() {
        this.clusterWideCache = true;
        return this;
    }

    /**
     * Keeps a replica out of all reads, whatever they ask for, while it is further behind than a limit, or nobody knows
     * how far; none by default. Takes {@link #replication}.
     *
     * @param limit the longest lag, at least three seconds
     * @return this
     */
    public FacadeRepositoryBuilder lagLimit(Duration limit) {
        Health.of(List.of(), ticker).lagLimit(Objects.requireNonNull(limit, "limit")); // refuses what it would later
        this.lagLimit = limit;
        return this;
    }

    /**
     * Sets how many replicas take reads even if they are slow, fail statements or lag more than {@link #lagLimit}, as
     * long as they can be reached; 1 by default. The consistency level of a read still holds.
     *
     * @param hosts 0 or more
     * @return this
     */
    public FacadeRepositoryBuilder minServing(int hosts) {
        Health.of(List.of(), ticker).minServing(hosts);
        this.minServing = hosts;
        return this;
    }

    /**
     * Sets how long a read outside of transactions may take, its attempts on several nodes included; 30 seconds by
     * default. It ends with a {@link dev.facade.error.DeadlineExceededException}, also on a node that does not answer.
     * A statement that still runs is aborted. For streams and read-only transactions the deadline covers their opening
     * only. A call with a {@link dev.facade.option.Timeout} has that time and half a second instead. The wait for a
     * connection ends a quarter of a second later at most in the pools of {@code HibernateFacade}, and by the pool's
     * own limit in others.
     *
     * <p>With a provider that does not keep its connections (EclipseLink) a read is not aborted, but goes to no further
     * node when its time is over. The abort of MariaDB's driver waits for a server that is silent: with factories of
     * your own, not {@code HibernateFacade}'s, set its {@code socketTimeout}.
     *
     * @param deadline the time, more than zero
     * @return this
     */
    public FacadeRepositoryBuilder readDeadline(Duration deadline) {
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("readDeadline: " + deadline + " (expected: > 0)");
        }
        this.readDeadline = deadline;
        return this;
    }

    /**
     * Sets how many reads may be run again on another node after a run that may have reached a server: one that was lost,
     * cancelled by recovery or abandoned. By default a fifth of all reads, 200 at once, and ten a second in any case.
     *
     * @param share further runs for each read, 0 to 1
     * @param burst further runs at once, at least 1
     * @return this
     */
    public FacadeRepositoryBuilder retryBudget(double share, int burst) {
        RetryBudget.of(share, burst, ticker);
        this.retryShare = share;
        this.retryBurst = burst;
        return this;
    }

    /**
     * Sets how many reads may be run again, with a burst of 200, see {@link #retryBudget(double, int)}.
     *
     * @param share further runs for each read, 0 to 1
     * @return this
     */
    public FacadeRepositoryBuilder retryBudget(double share) {
        return retryBudget(share, ReadLimits.RETRY_BURST);
    }

    /**
     * Sets how many of the reads that no replica could serve run on the master at once at most; 16 by default. The
     * facade lets in fewer when writes become slower. A read that waits for more than 100 ms (a second, if only the
     * master is fresh enough) gets a {@link dev.facade.error.NoReplicaAvailableException}; see
     * {@link dev.facade.option.Priority}.
     *
     * @param most at least 1; half of the master's connections leave the other half to writes
     * @return this
     */
    public FacadeRepositoryBuilder masterReadLimit(int most) {
        MasterGuard.of(most, ReadLimits.MASTER_PATIENCE, ticker);
        this.masterReadLimit = most;
        return this;
    }

    /**
     * Runs a read that takes longer than 95 of 100 answers of the other replicas, and at least ten milliseconds, on a second
     * replica that has nothing else to do, and takes the answer that comes first; off by default. Only reads of one
     * statement outside of transactions are hedged. Their query is then made on two threads at the same time, so what
     * {@code Queryable.compile} of your own does must not depend on its thread.
     *
     * @param share how many of the reads at most, more than 0 to 0.1; ten a second in any case
     * @return this
     */
    public FacadeRepositoryBuilder hedging(double share) {
        if (!(share > 0 && share <= ReadLimits.MOST_HEDGED)) {
            throw new IllegalArgumentException(
                    "hedging: " + share + " (expected: more than 0 to " + ReadLimits.MOST_HEDGED + ")");
        }
        this.hedged = share;
        return this;
    }

    /**
     * Sets the source of time; the system's by default.
     *
     * @param ticker the ticker
     * @return this
     */
    public FacadeRepositoryBuilder ticker(Ticker ticker) {
        this.ticker = Objects.requireNonNull(ticker, "ticker");
        return this;
    }

    /**
     * Sets what nodes are made of, so that another one can become the master, and others can be added by their URL. By
     * default the nodes are the factories that were handed in, in the roles in which they were.
     *
     * @param recipes for this repository only
     * @return this
     */
    public FacadeRepositoryBuilder recipes(Recipes recipes) {
        this.recipes = Objects.requireNonNull(recipes, "recipes");
        return this;
    }

    /**
     * Hands over a resource, to be closed with the repository, in the order given.
     *
     * @param resource the resource
     * @return this
     */
    public FacadeRepositoryBuilder closing(AutoCloseable resource) {
        this.owned.add(Objects.requireNonNull(resource, "resource"));
        return this;
    }

    /**
     * Builds the repository. No connection is opened, so it works while any node is down.
     *
     * @return the repository
     * @throws IllegalArgumentException if the description is incomplete or contradicts itself
     */
    public FacadeRepository build() {
        if (masterFactory == null) {
            throw new IllegalArgumentException("master: missing (expected: an EntityManagerFactory)");
        }
        if (!fallbackToMaster && masterReads != null) {
            throw new IllegalArgumentException("fallbackToMaster: false in master-only mode (expected: true)");
        }
        if (!fallbackToMaster && replicas.isEmpty()) {
            throw new IllegalArgumentException(
                    "fallbackToMaster: false without replicas (expected: a replica, or true)");
        }
        Cluster cluster = new Cluster(Master.of(masterName), List.copyOf(replicas.keySet()));
        if (lagLimit != null && samples.isEmpty() && masterReads == null) {
            throw new IllegalArgumentException(
                    "lagLimit: " + lagLimit + " where nothing tells how far replicas are (expected: replication(...))");
        }
        ReadLimits limits = new ReadLimits(
                readDeadline,
                RetryBudget.of(retryShare, retryBurst, ticker),
                MasterGuard.of(masterReadLimit, ReadLimits.MASTER_PATIENCE, ticker),
                hedged);
        Router router = Router.of(cluster, algorithm(), masterUse(), limits, ticker);
        router.health().lagLimit(lagLimit);
        router.health().minServing(minServing);
        NodeFactories factories = new NodeFactories(masterFactory, replicas, masterReads, clusterWideCache, recipes);
        Positions positions = new Positions(monitor(cluster), probe);
        SessionRules rules = new SessionRules(consistency, shared, exempt);
        Engine engine = new Engine(router, factories, host, hooks, positions, rules, listener, ticker);
        return new FacadeRepository(engine, List.copyOf(owned));
    }

    private Monitor monitor(Cluster cluster) {
        if (samples.isEmpty()) {
            if (!cluster.replicas().isEmpty() && masterReads == null) {
                LOG.info(
                        "nothing tells how far {} are, nor whether they are replicas of this master at all: they are"
                                + " taken to be less than {} behind, and nobody notices if they are not",
                        cluster.replicas(),
                        assumedLag);
            }
            return Monitor.assuming(assumedLag, ticker);
        }
        Map<Node, SampleSource> sources = new IdentityHashMap<>();
        sources.put(cluster.master(), sourceOf(cluster.master()));
        cluster.replicas().stream()
                .filter(replica -> !replica.isEndpoint())
                .forEach(replica -> sources.put(replica, sourceOf(replica)));
        return Monitor.of(sources, ticker);
    }

    private SampleSource sourceOf(Node node) {
        DataSource source = samples.get(node.name());
        if (source == null || probe == null) {
            throw new IllegalArgumentException(
                    "replication: no data source for " + node.name() + " (expected: one for each node but endpoints)");
        }
        return new ConnectionSamples(source, probe, ticker);
    }

    private ReadAlgorithm algorithm() {
        return algorithm == null
                ? ReadAlgorithm.peakEwma(() -> ThreadLocalRandom.current().nextLong(), ticker)
                : algorithm;
    }

    private MasterUse masterUse() {
        if (masterReads != null) {
            return MasterUse.ALWAYS;
        }
        return fallbackToMaster ? MasterUse.FALLBACK : MasterUse.NEVER;
    }

    private static EntityManagerFactory open(String name, EntityManagerFactory factory) {
        Objects.requireNonNull(factory, name);
        if (!factory.isOpen()) {
            throw new IllegalArgumentException(name + ": closed EntityManagerFactory (expected: an open one)");
        }
        return factory;
    }
}
