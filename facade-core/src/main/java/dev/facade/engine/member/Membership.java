package dev.facade.engine.member;

import dev.facade.cluster.Cluster;
import dev.facade.cluster.Master;
import dev.facade.cluster.NodeState;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Weight;
import dev.facade.engine.journey.Router;
import dev.facade.engine.mapping.EntityModel;
import dev.facade.engine.position.ConnectionSamples;
import dev.facade.engine.position.Monitor;
import dev.facade.engine.position.Positions;
import dev.facade.event.NodeEvent.Change;
import dev.facade.operation.ClusterOperations;
import dev.facade.spi.ProviderExtension;
import dev.facade.spi.Recipes;
import dev.facade.spi.ReplicationProbe;
import dev.facade.time.Ticker;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes, and the parts that they are made of. Thread-safe.
 *
 * <p>The master's factory is always the same, whichever node is the master: what leads to the node is beneath it. A node
 * that changes its role is another object from then on, so that nothing that is known of it outlives what it was.
 */
public final class Membership implements ClusterOperations, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final long LOOK = Duration.ofMillis(2).toNanos();
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);
    private static final String UNREACHABLE = "08001";

    private final Router router;
    private final NodeReports reports;
    private final Monitor monitor;
    private final @Nullable ReplicationProbe probe;
    private final Ticker ticker;
    private final Recipes recipes;
    private final EntityManagerFactory master;
    private final Map<Replica, EntityManagerFactory> reading = new ConcurrentHashMap<>();
    private final Set<String> changing = ConcurrentHashMap.newKeySet();
    private final Set<String> fixed = ConcurrentHashMap.newKeySet();
    private final Set<String> leaving = ConcurrentHashMap.newKeySet();
    private final Object members = new Object();
    private final ThreadPoolExecutor behind = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), Membership::thread);

    public Membership(
            Router router,
            NodeReports reports,
            Positions positions,
            Ticker ticker,
            Recipes recipes,
            EntityManagerFactory master,
            Map<Replica, EntityManagerFactory> reading) {
        this.router = router;
        this.reports = reports;
        this.monitor = positions.monitor();
        this.probe = positions.probe();
        this.ticker = ticker;
        this.recipes = recipes;
        this.master = master;
        reading.forEach(this::checkReplica);
        this.reading.putAll(reading);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "facade-topology");
        thread.setDaemon(true);
        return thread;
    }

    /** The factory that reads a replica; one that was taken away in the meantime was not entered. */
    public EntityManagerFactory of(Replica replica) {
        EntityManagerFactory factory = reading.get(replica);
        if (factory == null) {
            throw new PersistenceException(
                    new SQLTransientConnectionException(replica + ": it is no replica any more", UNREACHABLE));
        }
        return factory;
    }

    @Override
    public String master() {
        return router.cluster().master().name();
    }

    @Override
    public List<String> replicas() {
        return router.cluster().replicas().stream().map(Replica::name).toList();
    }

    @Override
    public List<String> rivals() {
        return monitor.rivals();
    }

    @Override
    public List<NodeState> nodes() {
        Cluster cluster = router.cluster();
        List<NodeState> nodes = new ArrayList<>();
        nodes.add(NodeState.of(
                cluster.master(), monitor.isMasterless() ? "follows another server, and no node is the master" : ""));
        cluster.replicas().forEach(replica -> {
            String objection = Objects.requireNonNullElse(objection(replica), "");
            String reason = !objection.isEmpty()
                    ? objection
                    : replica.weight() == 0 ? "weight 0" : router.health().reason(replica);
            nodes.add(NodeState.of(replica, reason, monitor.bytesBehind(replica), ticker.nanos()));
        });
        return nodes;
    }

    /** The objection to reading a replica; null if nobody can tell yet. */
    @Nullable
    String objection(Replica replica) {
        return monitor.objection(replica);
    }

    // -- by hand

    @Override
    public void ban(String name) {
        checkOpen("ban");
        router.health().ban(replica(name));
    }

    @Override
    public void unban(String name) {
        checkOpen("unban");
        router.health().unban(replica(name));
    }

    @Override
    public void lagLimit(@Nullable Duration limit) {
        checkOpen("lagLimit");
        if (monitor.isAssuming() && limit != null) {
            throw new IllegalStateException(
                    "lagLimit: " + limit + " where nothing tells how far replicas are (expected: positions)");
        }
        router.health().lagLimit(limit == null ? null : countable(limit));
    }

    @Override
    public void minServing(int hosts) {
        checkOpen("minServing");
        router.health().minServing(hosts);
    }

    private void checkOpen(String operation) {
        if (behind.isShutdown()) {
            throw new IllegalStateException(operation + ": the repository is closed (expected: open)");
        }
    }

    /** For ever is as long as can be counted: 292 years. */
    private static Duration countable(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
    }

    private Replica replica(String name) {
        Objects.requireNonNull(name, "name");
        Replica replica = router.cluster().replica(name);
        if (replica == null) {
            throw new IllegalArgumentException("name: '" + name + "' (expected: one of " + replicas() + ")");
        }
        return replica;
    }

    @Override
    public void add(String name, EntityManagerFactory factory, Weight weight, String... tags) {
        checkOpen("add");
        added(Replica.of(name, weight, tags), Objects.requireNonNull(factory, "factory"), null);
    }

    @Override
    public void add(String name, EntityManagerFactory factory, Weight weight, DataSource samples, String... tags) {
        checkOpen("add");
        Objects.requireNonNull(samples, "samples");
        added(Replica.of(name, weight, tags), Objects.requireNonNull(factory, "factory"), samples);
    }

    @Override
    public void add(String name, String url, Weight weight, String... tags) {
        checkOpen("add");
        Objects.requireNonNull(url, "url");
        Replica replica = Replica.of(name, weight, tags);
        checkNew(replica);
        changing(name, () -> {
            recipes.add(name, url, weight, tags);
            try {
                added(replica, recipes.reading(name), recipes.samples(name));
            } catch (RuntimeException failure) {
                recipes.remove(name);
                throw failure;
            }
        });
    }

    private void added(Replica replica, EntityManagerFactory factory, @Nullable DataSource samples) {
        checkNew(replica);
        checkReplica(replica, factory);
        synchronized (members) {
            Cluster more = with(router.cluster(), replica);
            reading.put(replica, factory);
            if (samples != null && probe != null) {
                monitor.add(replica.name(), new ConnectionSamples(samples, probe, ticker));
            }
            publish(more);
        }
        LOG.info("replica {} was added", replica);
        reports.tell(replica.name(), Change.ADDED, "by hand");
    }

    @Override
    public boolean remove(String name, Duration patience) {
        checkOpen("remove");
        Objects.requireNonNull(name, "name");
        if (Objects.requireNonNull(patience, "patience").isNegative()) {
            throw new IllegalArgumentException("patience: " + patience + " (expected: zero or more)");
        }
        long nanos = countable(patience).toNanos();
        Replica replica = takenOut(name);
        reports.tell(name, Change.REMOVED, "by hand");
        monitor.forget(name);
        boolean ended = replica == null || awaitEnd(replica, nanos);
        if (replica == null || ended) {
            left(name);
        } else {
            background(() -> {
                if (awaitEnd(replica, Long.MAX_VALUE)) {
                    left(name);
                }
            });
        }
        LOG.info("replica {} was removed{}", name, ended ? "" : ", though reads of it still run");
        return ended;
    }

    private void left(String name) {
        recipes.remove(name);
        leaving.remove(name);
    }

    /** Null if the server is no node now, as a master that has not come back. */
    private @Nullable Replica takenOut(String name) {
        synchronized (members) {
            Cluster cluster = router.cluster();
            Replica replica = cluster.replica(name);
            if (replica != null) {
                publish(without(cluster, replica));
                reading.remove(replica);
            } else if (isMember(name) || !recipes.has(name)) {
                throw new IllegalArgumentException("name: " + name + " (expected: one of " + cluster.replicas() + ")");
            }
            leaving.add(name); // so that the monitor, which may just have seen it, does not bring it back
            return replica;
        }
    }

    private static boolean awaitEnd(Replica replica, long nanos) {
        long begun = System.nanoTime();
        while (replica.inFlight() > 0) {
            if (System.nanoTime() - begun >= nanos || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(LOOK);
        }
        return true;
    }

    // -- as it is seen

    /** A server was seen to be the master in place of the present one. */
    void promoted(String name) {
        if (recipes.has(name)) {
            later(name, () -> promote(name));
        } else if (fixed.add(name)) {
            LOG.error("{} is the master now, but writes go to {}: roles of factories are fixed", name, master());
            reports.tell(master(), Change.MASTERLESS, name + " is the master now, and roles of factories are fixed");
        }
    }

    private void promote(String name) {
        Master before = replaced(name);
        if (before != null) {
            LOG.warn("{} is the master in place of {}", name, before);
            reports.tell(name, Change.PROMOTED, "in place of " + before);
        }
    }

    /** The master that a node has replaced; null if it has not. */
    private @Nullable Master replaced(String name) {
        synchronized (members) {
            Cluster before = router.cluster();
            if (before.master().name().equals(name)) {
                monitor.roles(before); // which it may not have learned, where an Error came between
                return null;
            }
            if (leaving.contains(name)) {
                return null;
            }
            recipes.promote(name);
            Replica promoted = before.replica(name);
            Cluster after = promoted == null ? before : without(before, promoted);
            publish(new Cluster(Master.of(name), after.replicas()));
            if (promoted != null) {
                reading.remove(promoted);
            }
            return before.master();
        }
    }

    /** A server that is no node was seen to follow the cluster. */
    void follows(String name) {
        if (recipes.has(name)) {
            later(name, () -> readAgain(name));
        }
    }

    private void readAgain(String name) {
        if (isMember(name)) {
            monitor.roles(router.cluster());
            return;
        }
        if (leaving.contains(name)) {
            return;
        }
        Replica replica = recipes.replica(name);
        EntityManagerFactory factory = recipes.reading(name);
        synchronized (members) {
            boolean gone = leaving.contains(name) || !recipes.has(name) || !factory.isOpen(); // meanwhile
            if (isMember(name) || gone) {
                return;
            }
            reading.put(replica, factory);
            publish(with(router.cluster(), replica));
        }
        LOG.info("{} is a replica now", name);
        reports.tell(name, Change.ADDED, "it follows " + master());
    }

    private boolean isMember(String name) {
        Cluster cluster = router.cluster();
        return cluster.master().name().equals(name) || cluster.replica(name) != null;
    }

    // -- what both need

    private void publish(Cluster cluster) {
        router.members(cluster);
        monitor.roles(cluster);
    }

    private static Cluster with(Cluster cluster, Replica replica) {
        List<Replica> more = new ArrayList<>(cluster.replicas());
        more.add(replica);
        return new Cluster(cluster.master(), more);
    }

    private static Cluster without(Cluster cluster, Replica replica) {
        return new Cluster(
                cluster.master(),
                cluster.replicas().stream().filter(other -> other != replica).toList());
    }

    private void checkNew(Replica replica) {
        if (leaving.contains(replica.name())) {
            throw new IllegalStateException(
                    replica + ": reads of the one that was removed still run (expected: another name, or later)");
        }
        with(router.cluster(), replica);
    }

    /** What a replica has is no news: it must not be kept for those who ask for more. */
    private void checkReplica(Replica replica, EntityManagerFactory factory) {
        if (!factory.isOpen()) {
            throw new IllegalArgumentException(replica + ": closed EntityManagerFactory (expected: an open one)");
        }
        if (ProviderExtension.of(factory).hasSharedCache(factory)) {
            throw new IllegalArgumentException(
                    "replica: '" + replica.name() + "' has a second-level cache (expected: none;"
                            + " jakarta.persistence.sharedCache.mode NONE, with Hibernate hibernate.cache.use_second_level_cache"
                            + " and hibernate.cache.use_query_cache false)");
        }
        Set<String> missing = EntityModel.names(master);
        missing.removeAll(EntityModel.names(factory));
        Set<String> unknown = EntityModel.names(factory);
        unknown.removeAll(EntityModel.names(master));
        if (!missing.isEmpty() || !unknown.isEmpty()) {
            throw new IllegalArgumentException("replica: '" + replica.name() + "' lacks the entities " + missing
                    + " and has " + unknown + " that the master lacks (expected: the master's entities)");
        }
    }

    private void changing(String name, Runnable change) {
        if (!changing.add(name)) {
            throw new IllegalStateException(name + ": is being changed already (expected: one change at a time)");
        }
        try {
            change.run();
        } finally {
            changing.remove(name);
        }
    }

    /** On a thread of its own: samples go on meanwhile. */
    private void later(String name, Runnable change) {
        if (!changing.add(name)) {
            return;
        }
        boolean accepted = false;
        try {
            accepted = background(() -> {
                try {
                    change.run();
                } catch (RuntimeException | Error failure) {
                    if (!behind.isShutdown() && recipes.has(name)) { // else it was removed meanwhile
                        LOG.error("{}: changing its role failed, it is tried again", name, failure);
                    }
                } finally {
                    changing.remove(name);
                }
            });
        } finally {
            if (!accepted) {
                changing.remove(name);
            }
        }
    }

    private boolean background(Runnable task) {
        try {
            behind.execute(task);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    @Override
    public void close() {
        behind.shutdownNow();
    }
}
