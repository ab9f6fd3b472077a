package dev.facade.hibernate;

import com.zaxxer.hikari.HikariPoolMXBean;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Weight;
import dev.facade.spi.Recipes;
import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of one facade: their recipes, and what was made of them. Thread-safe.
 *
 * <p>The master's factory is made once; a promotion changes the pool beneath it, which takes milliseconds, where another
 * factory would take seconds. What was made to read a node is kept as long as the node is there.
 */
final class Nodes implements Recipes, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Nodes.class);
    private static final long LOOK = Duration.ofMillis(10).toNanos();

    /** How long what runs on a node that is the master no longer may go on: it is dead, silent, or a standby by now. */
    private static final long LAST_ORDERS = Duration.ofSeconds(3).toNanos();

    /** How to make a node. */
    record Making(
            Login writer,
            Login reader,
            PoolSettings masterPool,
            PoolSettings replicaPool,
            BiFunction<String, DataSource, DataSource> wrap,
            NodeRecipe.Entities entities,
            Map<String, Object> hibernate) {

        Making {
            hibernate = new HashMap<>(hibernate);
        }

        @Override
        public String toString() {
            return entities.toString();
        }
    }

    /** A user and its password. */
    record Login(@Nullable String user, @Nullable String password) {

        @Override
        public String toString() {
            return user + ", its password hidden";
        }
    }

    private record Reading(EntityManagerFactory factory, NodePool pool) {

        void close() {
            closed(factory);
            closed(pool);
        }
    }

    private final Making making;
    private final Map<String, NodeRecipe> recipes = new ConcurrentHashMap<>();
    private final Map<String, Reading> reading = new ConcurrentHashMap<>();
    private final List<NodePool> retired = new CopyOnWriteArrayList<>();
    private final Object building = new Object();
    private final Object promoting = new Object();
    private @Nullable PresentMaster present; // all guarded by promoting
    private volatile @Nullable NodePool writing;
    private @Nullable EntityManagerFactory master;
    private volatile @Nullable Reading guarded;
    private volatile @Nullable Database database; // the master's
    private volatile boolean closed;

    Nodes(Making making) {
        this.making = making;
    }

    void declare(NodeRecipe recipe) {
        if (recipes.putIfAbsent(recipe.name(), recipe) != null) {
            throw new IllegalArgumentException(
                    "replica: '" + recipe.name() + "' is declared twice (expected: unique names)");
        }
    }

    /** The factory of the master, whichever node that is; at first it is this one. */
    EntityManagerFactory master(String name) {
        synchronized (promoting) {
            NodeRecipe recipe = recipe(name).as(making.writer(), false);
            database = Database.of(recipe.url());
            NodePool pool = recipe.pool(making.masterPool());
            writing = pool;
            PresentMaster source = new PresentMaster(wrapped(name, pool));
            present = source;
            EntityManagerFactory factory =
                    recipe.factory(source, this::writingPool, making.entities(), making.hibernate());
            master = factory;
            return factory;
        }
    }

    private String writingPool() {
        return Objects.requireNonNull(writing, "writing").getPoolName();
    }

    /** Reads every node on the master, without a right to write. */
    EntityManagerFactory masterOnly(String masterName) {
        NodeRecipe reads = new NodeRecipe("master-reads", recipe(masterName).url(), null, null, Weight.of(1), true);
        Duration patience = making.masterPool().connectionTimeout(); // there is no other node to go to
        Reading made = made(reads, making.replicaPool().withConnectionTimeout(patience));
        guarded = made; // no node, so that none of that name takes it away
        return made.factory();
    }

    @Override
    public boolean has(String name) {
        return recipes.containsKey(name);
    }

    @Override
    public Replica replica(String name) {
        return recipe(name).replica();
    }

    @Override
    public void promote(String name) {
        NodePool before;
        EntityManagerFactory factory;
        synchronized (promoting) {
            factory = Objects.requireNonNull(master, "master");
            before = Objects.requireNonNull(writing, "writing");
            NodePool next = recipe(name).as(making.writer(), false).pool(making.masterPool());
            Objects.requireNonNull(present, "present").become(wrapped(name, next));
            writing = next;
            retired.add(before); // under the lock, so that whoever closes sees it
            if (closed) {
                next.close();
            }
        }
        forgetCached(factory); // it may have what the new master has never seen
        retire(before, factory);
    }

    /** What is idle goes at once; what runs may end, but nobody waits for ever for a node that is silent. */
    private void retire(NodePool pool, EntityManagerFactory factory) {
        try {
            pool.retire();
            Thread thread = new Thread(() -> closeWhenUnused(pool, factory), "facade-retired-" + pool.getPoolName());
            thread.setDaemon(true);
            thread.start();
        } catch (OutOfMemoryError noThread) { // it is closed with the repository; the next master is there all the same
            LOG.warn("{} stays until the repository is closed", pool.getPoolName(), noThread);
        }
    }

    private void closeWhenUnused(NodePool pool, EntityManagerFactory factory) {
        long begun = System.nanoTime();
        while (!closed && isInUse(pool) && System.nanoTime() - begun < LAST_ORDERS) {
            LockSupport.parkNanos(LOOK);
        }
        closed(pool); // aborts what still runs
        forgetCached(factory); // what its last transactions have read
        retired.remove(pool);
    }

    private static void forgetCached(EntityManagerFactory factory) {
        try {
            factory.getCache().unwrap(org.hibernate.Cache.class).evictAllRegions(); // those of queries, too
        } catch (IllegalStateException closed) {
            LOG.debug("nothing to forget, the repository is closed");
        }
    }

    private static boolean isInUse(NodePool pool) {
        HikariPoolMXBean state = pool.getHikariPoolMXBean();
        return state != null && (state.getActiveConnections() > 0 || state.getThreadsAwaitingConnection() > 0);
    }

    @Override
    public EntityManagerFactory reading(String name) {
        Reading onMaster = guarded;
        if (onMaster != null) {
            return onMaster.factory();
        }
        synchronized (building) {
            Reading known = reading.get(name);
            if (known == null) {
                known = made(recipe(name).as(making.reader(), true));
                reading.put(name, known);
                if (closed) {
                    known.close();
                }
            }
            return known.factory();
        }
    }

    private Reading made(NodeRecipe asked) {
        return made(asked, making.replicaPool());
    }

    private Reading made(NodeRecipe asked, PoolSettings settings) {
        NodeRecipe recipe = asked.as(making.reader(), true);
        NodePool pool = recipe.pool(settings);
        try {
            return new Reading(
                    recipe.factory(
                            wrapped(recipe.name(), pool), pool::getPoolName, making.entities(), making.hibernate()),
                    pool);
        } catch (RuntimeException failure) {
            pool.close();
            throw failure;
        }
    }

    @Override
    public DataSource samples(String name) {
        return recipe(name).as(making.reader(), true).single(making.replicaPool());
    }

    /** The connections for samples of the node that is the master at first. */
    DataSource samplesOfMaster(String name) {
        return recipe(name).as(making.writer(), false).single(making.masterPool());
    }

    @Override
    public void add(String name, String url, Weight weight, String... tags) {
        NodeRecipe recipe = new NodeRecipe(name, url, null, null, weight, true, List.of(tags));
        Database known = database;
        if (known != null && Database.of(url) != known) {
            throw new IllegalArgumentException(
                    "url: '" + JdbcUrl.shown(url) + "' (expected: of " + known + ", as the master's)");
        }
        recipe.checkDriver();
        declare(recipe);
    }

    @Override
    public void remove(String name) {
        synchronized (building) {
            recipes.remove(name);
            Reading gone = reading.remove(name);
            if (gone != null) {
                gone.close();
            }
        }
    }

    private NodeRecipe recipe(String name) {
        NodeRecipe recipe = recipes.get(name);
        if (recipe == null) {
            throw new IllegalArgumentException("name: " + name + " (expected: one of " + recipes.keySet() + ")");
        }
        return recipe;
    }

    private DataSource wrapped(String name, NodePool pool) {
        return Objects.requireNonNull(making.wrap().apply(name, pool), "dataSource: returned null");
    }

    @Override
    public void close() {
        closed = true;
        List<Reading> readings;
        synchronized (building) {
            readings = new ArrayList<>(reading.values());
        }
        readings.forEach(Reading::close);
        Reading onMaster = guarded;
        if (onMaster != null) {
            onMaster.close();
        }
        synchronized (promoting) {
            closed(master);
            closed(writing);
        }
        retired.forEach(Nodes::closed);
    }

    private static void closed(@Nullable AutoCloseable resource) {
        if (resource == null) {
            return;
        }
        try {
            resource.close();
        } catch (Exception failure) {
            LOG.warn("closing {} failed", resource, failure);
        }
    }
}
