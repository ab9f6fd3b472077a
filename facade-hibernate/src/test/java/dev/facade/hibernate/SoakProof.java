package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.facade.hibernate.FaultLoad.Profile;
import dev.facade.test.Outage;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Faults without number leave nothing behind: no connection, no thread, no file, no object. */
class SoakProof {

    private static final long SEED = Long.getLong("facade.seed", System.nanoTime());
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("facade.soak.seconds", 25));
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** What the JVM itself may take; in a run of ten minutes the readers' share is the larger one. */
    private static final long LEAST_GROWTH = 1L << 20;

    /** An object takes 16 bytes at least, and whoever keeps it some more. */
    private static final long BYTES_OF_A_READ = 16;

    /** Sockets of clients that the look itself has just closed. */
    private static final long FILES = 4;

    /** Pools start threads when they need them, and end them when they do not. */
    private static final long THREADS = 3;

    /**
     * One fault of many.
     *
     * @param node 0 for the master
     */
    private record Stroke(Outage outage, int node, int millis, int restMillis) {

        private static final int LONGEST = 1_200;

        static Stroke random(Outage outage, Random random, int nodes) {
            return new Stroke(outage, random.nextInt(nodes), 100 + random.nextInt(LONGEST), random.nextInt(LONGEST));
        }
    }

    /** What the process holds while nobody asks for anything; files and connections of the links taken off. */
    private record Holdings(long heap, long threads, long files) {}

    private final Map<String, NodePool> pools = new ConcurrentHashMap<>();
    private final PostgresCluster cluster = FaultStage.cluster(Map.of());
    private final FaultStage stage = FaultStage.on(
            cluster,
            FaultStage.facade(cluster).dataSource((node, pool) -> {
                pools.put(node, (NodePool) pool);
                return pool;
            }),
            Profile.normal(),
            SEED);

    @AfterEach
    void close() {
        try (cluster;
                stage) {
            heal();
        }
    }

    @Test
    void faultsLeaveNothingBehind() {
        System.out.println("seed of SoakProof: " + SEED);
        Random random = new Random(SEED);
        List<PostgresNode> nodes = FaultStage.nodes(cluster);
        // What is loaded and compiled by the first faults of their kind is no leak.
        stage.load().start();
        deck(random).forEach(outage -> befall(Stroke.random(outage, random, nodes.size()), nodes));
        settle();
        Holdings before = holdings();
        long readsBefore = stage.load().readCount();

        stage.load().start();
        int strokes = 0;
        List<Outage> deck = new ArrayList<>();
        for (long end = System.nanoTime() + LENGTH.toNanos(); end - System.nanoTime() > 0; strokes++) {
            if (deck.isEmpty()) {
                deck.addAll(deck(random));
            }
            befall(Stroke.random(deck.remove(0), random, nodes.size()), nodes);
        }
        stage.heal(this::heal);
        stage.awaitEven(cluster.replicas());
        settle();

        long reads = stage.load().readCount() - readsBefore;
        long mostGrowth = Math.max(LEAST_GROWTH, reads * BYTES_OF_A_READ);
        Holdings after = holdings();
        System.out.printf(
                "seed %d, %d s: %d faults, %,d reads; before %s, after %s (most growth of the heap: %,d)%n",
                SEED, LENGTH.toSeconds(), strokes, reads, before, after, mostGrowth);
        assertThat(stage.evenAfter()).as("traffic is even again, s").isFinite();
        assertThat(after.threads()).as("threads").isLessThanOrEqualTo(before.threads() + THREADS);
        assertThat(after.files()).as("files").isLessThanOrEqualTo(before.files() + FILES);
        assertThat(after.heap() - before.heap()).as("growth of the heap").isLessThan(mostGrowth);

        stage.load().close();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(threadsOfTheFacade())
                        .as("threads after close()")
                        .isEmpty());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(connections("state IS NOT NULL"))
                        .as("connections after close()")
                        .isZero());
    }

    /** Each as often as the others. */
    private static List<Outage> deck(Random random) {
        List<Outage> deck = new ArrayList<>(List.of(Outage.values()));
        Collections.shuffle(deck, random);
        return deck;
    }

    private void befall(Stroke stroke, List<PostgresNode> nodes) {
        PostgresNode node = nodes.get(stroke.node());
        System.out.printf(
                "%s befalls %s for %d ms, then nothing for %d ms%n",
                stroke.outage(), node.name(), stroke.millis(), stroke.restMillis());
        stage.strike(() -> stroke.outage().begin(node), Duration.ofMillis(stroke.millis()));
        stage.heal(() -> stroke.outage().end(node));
        stage.pass(Duration.ofMillis(stroke.restMillis()));
    }

    private void heal() {
        FaultStage.nodes(cluster).forEach(Outage.RESET::end);
    }

    /** The load ends, what it did was right, and everything that it used is given back. */
    private void settle() {
        stage.load().stop();
        FaultAudit audit = FaultAudit.of(stage.load().reads(), stage.load().writes(), cluster.master());
        stage.load().forget();
        assertThat(audit).isEqualTo(new FaultAudit(0, 0, 0, 0, 0));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(pools.values().stream()
                                .mapToInt(pool -> pool.getHikariPoolMXBean().getActiveConnections())
                                .sum())
                        .as("connections in use")
                        .isZero());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(connections("state <> 'idle'"))
                        .as("connections that work, as the servers see it")
                        .isZero());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(connections("application_name NOT LIKE '%monitor%'"))
                        .as("connections of the pools, as the servers see it")
                        .isEqualTo(pools.values().stream()
                                .mapToInt(pool -> pool.getHikariPoolMXBean().getTotalConnections())
                                .sum()));
    }

    /** Of the facade, on all servers. */
    private long connections(String which) {
        return FaultStage.nodes(cluster).stream()
                .mapToLong(node -> count(
                        node,
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'facade-%' AND " + which))
                .sum();
    }

    private static long count(PostgresNode node, String query) {
        try (Connection connection = node.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(node.name() + ": " + failure.getMessage(), failure);
        }
    }

    /** The least of several looks, since what others leave is collected and closed a little later. */
    private Holdings holdings() {
        Holdings least = look();
        for (int again = 0; again < 8; again++) {
            Holdings next = look();
            least = new Holdings(
                    Math.min(least.heap(), next.heap()),
                    Math.min(least.threads(), next.threads()),
                    Math.min(least.files(), next.files()));
        }
        return least;
    }

    private Holdings look() {
        System.gc();
        stage.pass(Duration.ofMillis(250));
        return new Holdings(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                files());
    }

    /** A connection through a link has three ends in this process, one of replication two. */
    private long files() {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
            return 0;
        }
        long links = 3L
                * FaultStage.nodes(cluster).stream()
                        .mapToInt(node -> node.link().connections())
                        .sum();
        long replication = 2L
                * cluster.replicas().stream()
                        .mapToInt(node -> node.replicationLink().connections())
                        .sum();
        return system.getOpenFileDescriptorCount() - links - replication;
    }

    private static List<String> threadsOfTheFacade() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("facade-") && !name.startsWith("facade-relay-"))
                .collect(Collectors.toList());
    }
}
