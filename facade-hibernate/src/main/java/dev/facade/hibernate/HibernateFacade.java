package dev.facade.hibernate;

import dev.facade.FacadeRepository;
import dev.facade.FacadeRepositoryBuilder;
import dev.facade.cluster.Weight;
import dev.facade.consistency.Consistency;
import dev.facade.event.FacadeListener;
import dev.facade.option.ReadOption;
import dev.facade.query.Query;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.spi.ReplicationProbe;
import dev.facade.spi.TransactionHost;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds a {@link FacadeRepository} from JDBC URLs, with one HikariCP pool and one Hibernate factory for each node. Not
 * thread-safe; the repository that it builds is.
 *
 * <p>Replica pools are read-only at the database and in auto-commit mode; replica factories have no second-level cache,
 * create no schema, and leave the static metamodel to the master. Nothing connects while it builds (unless the caller
 * asks the master for schema creation), so it works while any node is down. Closing the repository closes everything.
 *
 * <p>Defaults: no replica, the master's user and password for all nodes, the algorithm and the fallback of
 * {@link FacadeRepositoryBuilder}, pools of {@link PoolSettings}.
 *
 * <pre>{@code
 * FacadeRepository blog = HibernateFacade.builder()
 *         .master("jdbc:postgresql://master/blog")
 *         .replica("berlin", "jdbc:postgresql://berlin/blog")
 *         .credentials("blog", "secret")
 *         .entities(Post.class, Author.class)
 *         .build();
 * }</pre>
 */
public final class HibernateFacade {

    private static final Logger LOG = LoggerFactory.getLogger(HibernateFacade.class);

    private @Nullable NodeRecipe master;
    private final Map<String, NodeRecipe> replicas = new LinkedHashMap<>();
    private final Set<String> endpoints = new HashSet<>();
    private @Nullable String user;
    private @Nullable String password;
    private @Nullable String readerUser;
    private @Nullable String readerPassword;
    private List<Class<?>> classes = List.of();
    private @Nullable String persistenceUnit;
    private PoolSettings masterPool = PoolSettings.forMaster();
    private PoolSettings replicaPool = PoolSettings.forReplica();
    private boolean masterOnly;
    private BiFunction<String, DataSource, DataSource> dataSource = (node, pool) -> pool;
    private @Nullable ReplicationProbe probe;
    private final Map<String, Object> hibernate = new HashMap<>();
    private final List<Consumer<FacadeRepositoryBuilder>> facade = new ArrayList<>();

    private HibernateFacade() {}

    /**
     * Begins to describe a repository.
     *
     * @return a builder with the defaults
     */
    public static HibernateFacade builder() {
        return new HibernateFacade();
    }

    /**
     * Takes the description from properties; {@code docs/settings.md} lists the keys. Keys that begin with
     * {@code hibernate.} or {@code jakarta.persistence.} are handed on; other keys are ignored, but not those that begin
     * with {@code facade.}.
     *
     * @param properties the settings
     * @return a builder, which still needs the entities unless a persistence unit is named
     * @throws IllegalArgumentException if a setting is unknown, invalid, or contradicts another, by its key
     */
    public static HibernateFacade from(Properties properties) {
        return FacadeProperties.read(properties);
    }

    /**
     * Sets the master, required; its name is {@code master}. On PostgreSQL it is the master as long as no replica is
     * seen to be it.
     *
     * @param url a JDBC URL
     * @return this
     */
    public HibernateFacade master(String url) {
        if (master != null) {
            throw new IllegalArgumentException(
                    "master: '" + JdbcUrl.shown(url) + "' is a second one (expected: one master)");
        }
        master = new NodeRecipe("master", url, null, null, Weight.of(1), false);
        return this;
    }

    /**
     * Adds a replica of weight 1.
     *
     * @param name not blank, unique
     * @param url a JDBC URL
     * @return this
     */
    public HibernateFacade replica(String name, String url) {
        return replica(name, url, Weight.of(1));
    }

    /**
     * Adds a replica.
     *
     * @param name not blank, unique
     * @param url a JDBC URL
     * @param weight its share of the reads
     * @param tags where it is or what it is, for {@link ReadAlgorithm#nearest(String...)}
     * @return this
     */
    public HibernateFacade replica(String name, String url, Weight weight, String... tags) {
        Objects.requireNonNull(weight, "weight");
        return replica(new NodeRecipe(name, url, null, null, weight, true, List.of(tags)));
    }

    /**
     * Adds an endpoint of weight 1 with many servers behind it, see {@link FacadeRepositoryBuilder#endpoint}.
     *
     * @param name not blank, unique
     * @param url a JDBC URL
     * @return this
     */
    public HibernateFacade endpoint(String name, String url) {
        return endpoint(name, url, Weight.of(1));
    }

    /**
     * Adds an endpoint with many servers behind it, see {@link FacadeRepositoryBuilder#endpoint}.
     *
     * @param name not blank, unique
     * @param url a JDBC URL
     * @param weight its share of the reads
     * @param tags where it is or what it is, for {@link ReadAlgorithm#nearest(String...)}
     * @return this
     */
    public HibernateFacade endpoint(String name, String url, Weight weight, String... tags) {
        replica(name, url, weight, tags);
        endpoints.add(name);
        return this;
    }

    HibernateFacade replica(NodeRecipe recipe) {
        if (replicas.putIfAbsent(recipe.name(), recipe) != null || recipe.name().equals("master")) {
            throw new IllegalArgumentException(
                    "replica: '" + recipe.name() + "' is declared twice (expected: unique names)");
        }
        return this;
    }

    /**
     * Sets the user of every node.
     *
     * @param name the user
     * @param password its password
     * @return this
     */
    public HibernateFacade credentials(String name, String password) {
        this.user = Objects.requireNonNull(name, "name");
        this.password = Objects.requireNonNull(password, "password");
        return this;
    }

    /**
     * Sets another user for the reading connections: one with SELECT rights only, where the database or a pooler in
     * between does not keep read-only connections from writing.
     *
     * @param name the user
     * @param password its password
     * @return this
     */
    public HibernateFacade readerCredentials(String name, String password) {
        this.readerUser = Objects.requireNonNull(name, "name");
        this.readerPassword = Objects.requireNonNull(password, "password");
        return this;
    }

    /**
     * Lists the entity classes (and converters and embeddables).
     *
     * @param entities at least one, unless a persistence unit is named
     * @return this
     */
    public HibernateFacade entities(Class<?>... entities) {
        for (Class<?> entity : entities) {
            boolean mapped = Arrays.stream(entity.getAnnotations())
                    .anyMatch(mark -> mark.annotationType().getPackageName().equals("jakarta.persistence"));
            if (!mapped) {
                throw new IllegalArgumentException("entities: " + entity.getName()
                        + " (expected: classes with @Entity, @Embeddable, @MappedSuperclass or @Converter)");
            }
        }
        this.classes = List.of(entities);
        return this;
    }

    /**
     * Takes the entities and settings of a persistence unit; its connection settings are replaced.
     *
     * @param name the unit's name in {@code META-INF/persistence.xml}
     * @return this
     */
    public HibernateFacade persistenceUnit(String name) {
        this.persistenceUnit = Objects.requireNonNull(name, "name");
        return this;
    }

    /**
     * Sets the master's pool.
     *
     * @param settings the settings
     * @return this
     */
    public HibernateFacade masterPool(PoolSettings settings) {
        this.masterPool = Objects.requireNonNull(settings, "settings");
        return this;
    }

    /**
     * Sets the pool of each replica.
     *
     * @param settings the settings
     * @return this
     */
    public HibernateFacade replicaPool(PoolSettings settings) {
        this.replicaPool = Objects.requireNonNull(settings, "settings");
        return this;
    }

    /**
     * Puts something between Hibernate and each node's pool that sees its statements: tracing, logging, counting.
     *
     * @param wrap gets the node's name ({@code master-reads} for the reads of {@link #masterOnly()}) and its pool, and
     *     returns what Hibernate takes its connections from; the pool itself for nothing in between
     * @return this
     */
    public HibernateFacade dataSource(BiFunction<String, DataSource, DataSource> wrap) {
        this.dataSource = Objects.requireNonNull(wrap, "wrap");
        return this;
    }

    /**
     * Sets the algorithm that picks replicas.
     *
     * @param algorithm an instance for this repository only
     * @return this
     */
    public HibernateFacade algorithm(ReadAlgorithm algorithm) {
        facade.add(builder -> builder.algorithm(algorithm));
        return this;
    }

    /**
     * Lets every reader see what any session here has written, see {@link FacadeRepositoryBuilder#sharedSession}.
     *
     * @return this
     */
    public HibernateFacade sharedSession() {
        facade.add(FacadeRepositoryBuilder::sharedSession);
        return this;
    }

    /**
     * Sets what asks each node how far it is, for a database that the facade does not know.
     *
     * @param probe asks a server; by default the one for PostgreSQL or MariaDB, by the master's URL
     * @return this
     */
    public HibernateFacade replicationProbe(ReplicationProbe probe) {
        this.probe = Objects.requireNonNull(probe, "probe");
        return this;
    }

    /**
     * Sets how far behind replicas are at most on a database that tells no positions, see
     * {@link FacadeRepositoryBuilder#assumedLag}.
     *
     * @param lag the time
     * @return this
     */
    public HibernateFacade assumedLag(Duration lag) {
        facade.add(builder -> builder.assumedLag(lag));
        return this;
    }

    /**
     * Names entities whose writes no read waits for, see {@link FacadeRepositoryBuilder#exempt}.
     *
     * @param entities their classes
     * @return this
     */
    public HibernateFacade exempt(Class<?>... entities) {
        facade.add(builder -> builder.exempt(entities));
        return this;
    }

    /**
     * Sets how fresh reads must be that say nothing; {@link Consistency#session()} by default. On PostgreSQL and MariaDB
     * the facade knows how far each node is; elsewhere it goes by time, see {@link #assumedLag}. On MariaDB the users of
     * all nodes need the privilege {@code SLAVE MONITOR} for it.
     *
     * @param level the level
     * @return this
     */
    public HibernateFacade consistency(Consistency level) {
        facade.add(builder -> builder.consistency(level));
        return this;
    }

    /**
     * Keeps a replica that lags too much out of all reads, see {@link FacadeRepositoryBuilder#lagLimit}.
     *
     * @param limit the longest lag, at least three seconds
     * @return this
     */
    public HibernateFacade lagLimit(Duration limit) {
        FacadeRepository.builder().lagLimit(limit);
        facade.add(builder -> builder.lagLimit(limit));
        return this;
    }

    /**
     * Sets how many replicas take reads even if they are slow or lag, see {@link FacadeRepositoryBuilder#minServing}.
     *
     * @param hosts 0 or more
     * @return this
     */
    public HibernateFacade minServing(int hosts) {
        FacadeRepository.builder().minServing(hosts);
        facade.add(builder -> builder.minServing(hosts));
        return this;
    }

    /**
     * Declares that the master's second-level cache is cluster-wide, see
     * {@link FacadeRepositoryBuilder#clusterWideCache()}.
     *
     * @return this
     */
    public HibernateFacade clusterWideCache() {
        facade.add(FacadeRepositoryBuilder::clusterWideCache);
        return this;
    }

    /**
     * Sets whether a read that no replica can serve goes to the master; true by default.
     *
     * @param fallback false to get an error instead
     * @return this
     */
    public HibernateFacade fallbackToMaster(boolean fallback) {
        facade.add(builder -> builder.fallbackToMaster(fallback));
        return this;
    }

    /**
     * Sets how long a read may take, see {@link FacadeRepositoryBuilder#readDeadline}.
     *
     * @param deadline the time
     * @return this
     */
    public HibernateFacade readDeadline(Duration deadline) {
        FacadeRepository.builder().readDeadline(deadline); // refuses here what it would refuse later
        facade.add(builder -> builder.readDeadline(deadline));
        return this;
    }

    /**
     * Runs reads that take long on a second replica, see {@link FacadeRepositoryBuilder#hedging}.
     *
     * @param share how many of the reads at most
     * @return this
     */
    public HibernateFacade hedging(double share) {
        FacadeRepository.builder().hedging(share);
        facade.add(builder -> builder.hedging(share));
        return this;
    }

    /**
     * Sets how many reads may be run again, with a burst of 200, see {@link FacadeRepositoryBuilder#retryBudget(double)}.
     *
     * @param share further runs for each read, 0 to 1
     * @return this
     */
    public HibernateFacade retryBudget(double share) {
        FacadeRepository.builder().retryBudget(share);
        facade.add(builder -> builder.retryBudget(share));
        return this;
    }

    /**
     * Sets how many reads may be run again, see {@link FacadeRepositoryBuilder#retryBudget(double, int)}.
     *
     * @param share further runs for each read, 0 to 1
     * @param burst further runs at once
     * @return this
     */
    public HibernateFacade retryBudget(double share, int burst) {
        FacadeRepository.builder().retryBudget(share, burst);
        facade.add(builder -> builder.retryBudget(share, burst));
        return this;
    }

    /**
     * Sets how many of the reads that no replica could serve run on the master at once at most, see {@link
     * FacadeRepositoryBuilder#masterReadLimit}; half of the master's pool by default.
     *
     * @param most at least 1
     * @return this
     */
    public HibernateFacade masterReadLimit(int most) {
        FacadeRepository.builder().masterReadLimit(most);
        facade.add(builder -> builder.masterReadLimit(most));
        return this;
    }

    /**
     * Sends every read to the master, on connections that cannot write; for tests. Replicas are not connected to. A caller's
     * own SQL may lift what keeps a connection from writing, unless {@link #readerCredentials} names a user without that
     * right.
     *
     * @return this
     */
    public HibernateFacade masterOnly() {
        this.masterOnly = true;
        return this;
    }

    /**
     * Tells a listener of every operation.
     *
     * @param listener the listener
     * @return this
     */
    public HibernateFacade listener(FacadeListener listener) {
        facade.add(builder -> builder.listener(listener));
        return this;
    }

    /**
     * Adds options to operations that do not give them, see {@link FacadeRepositoryBuilder#defaultOptions}.
     *
     * @param options the options of an operation, by its name
     * @return this
     */
    public HibernateFacade defaultOptions(Function<String, List<ReadOption>> options) {
        facade.add(builder -> builder.defaultOptions(options));
        return this;
    }

    /**
     * Makes another query of each, see {@link FacadeRepositoryBuilder#prepareQuery}.
     *
     * @param prepare gets the operation's name and the query
     * @return this
     */
    public HibernateFacade prepareQuery(BiFunction<String, Query<?>, Query<?>> prepare) {
        facade.add(builder -> builder.prepareQuery(prepare));
        return this;
    }

    /**
     * Runs at the beginning of each transaction, see {@link FacadeRepositoryBuilder#prepareTransaction}.
     *
     * @param prepare gets the transaction's EntityManager
     * @return this
     */
    public HibernateFacade prepareTransaction(Consumer<EntityManager> prepare) {
        facade.add(builder -> builder.prepareTransaction(prepare));
        return this;
    }

    /**
     * Joins the transactions of a host.
     *
     * @param host the host
     * @return this
     */
    public HibernateFacade transactionHost(TransactionHost host) {
        facade.add(builder -> builder.transactionHost(host));
        return this;
    }

    /**
     * Hands a setting on to Hibernate, for all nodes; schema creation reaches the master only.
     *
     * @param key such as {@code hibernate.dialect}
     * @param value its value
     * @return this
     * @throws IllegalArgumentException if the facade itself must set it
     */
    public HibernateFacade hibernate(String key, Object value) {
        boolean ours = key.startsWith("hibernate.connection.")
                || key.startsWith("jakarta.persistence.jdbc.")
                || key.startsWith("hibernate.hikari.")
                || key.endsWith("DataSource")
                || key.equals("hibernate.boot.allow_jdbc_metadata_access");
        if (ours) {
            throw new IllegalArgumentException(
                    key + ": set (expected: not set, the facade makes each node's connections)");
        }
        hibernate.put(key, value);
        return this;
    }

    /**
     * Builds the repository.
     *
     * @return the repository, which owns the pools and factories
     * @throws IllegalArgumentException if the description is incomplete or contradicts itself
     */
    public FacadeRepository build() {
        if (master == null) {
            throw new IllegalArgumentException("master: missing (expected: a JDBC URL)");
        }
        if (classes.isEmpty() == (persistenceUnit == null)) {
            throw new IllegalArgumentException("entities: " + classes + " and persistence unit " + persistenceUnit
                    + " (expected: one of the two, by entities(...) or persistenceUnit(...))");
        }
        if (Database.of(master.url()).product().isEmpty() && !hibernate.containsKey("hibernate.dialect")) {
            throw new IllegalArgumentException(
                    "hibernate.dialect: missing (expected: a jdbc:postgresql:, jdbc:mariadb: or jdbc:h2: URL, or a dialect for "
                            + JdbcUrl.shown(master.url()) + ")");
        }
        master.checkDriver();
        replicas.values().forEach(NodeRecipe::checkDriver);
        Nodes nodes = new Nodes(making());
        try {
            return build(nodes);
        } catch (RuntimeException failure) {
            nodes.close();
            throw failure;
        }
    }

    private Nodes.Making making() {
        Nodes.Login writer = new Nodes.Login(user, password);
        return new Nodes.Making(
                writer,
                readerUser == null ? writer : new Nodes.Login(readerUser, readerPassword),
                masterPool,
                replicaPool,
                dataSource,
                new NodeRecipe.Entities(classes, persistenceUnit),
                hibernate);
    }

    private FacadeRepository build(Nodes nodes) {
        FacadeRepositoryBuilder builder =
                FacadeRepository.builder().masterReadLimit(Math.max(1, masterPool.maxSize() / 2));
        facade.forEach(step -> step.accept(builder));
        NodeRecipe writing = Objects.requireNonNull(master);
        nodes.declare(writing);
        replicas.values().forEach(nodes::declare);
        builder.master(nodes.master(writing.name()));
        if (masterOnly) {
            if (readerUser == null) {
                LOG.warn(
                        "masterOnly() without readerCredentials(...): reads have the rights of writes, so SQL that lifts"
                                + " the read-only mode of its connection can write; name a user with SELECT rights only");
            }
            builder.masterOnly(nodes.masterOnly(writing.name()));
        }
        for (NodeRecipe recipe : replicas.values()) {
            EntityManagerFactory reading = nodes.reading(recipe.name());
            String[] tagged = recipe.tags().toArray(String[]::new);
            if (endpoints.contains(recipe.name())) {
                builder.endpoint(recipe.name(), reading, recipe.weight(), tagged);
            } else {
                builder.replica(recipe.name(), reading, recipe.weight(), tagged);
            }
        }
        builder.closing(nodes).recipes(nodes);
        ReplicationProbe probe = this.probe == null ? Database.of(writing.url()).probe() : this.probe;
        if (probe != null && !masterOnly) {
            Map<String, DataSource> sources = new HashMap<>();
            sources.put(writing.name(), nodes.samplesOfMaster(writing.name()));
            replicas.keySet().stream()
                    .filter(name -> !endpoints.contains(name))
                    .forEach(name -> sources.put(name, nodes.samples(name)));
            builder.replication(probe, sources);
        }
        return builder.build();
    }
}
