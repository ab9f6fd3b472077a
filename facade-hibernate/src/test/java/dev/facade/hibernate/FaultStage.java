package dev.facade.hibernate;

import dev.facade.hibernate.FaultLoad.Profile;
import dev.facade.hibernate.FaultLoad.Read;
import dev.facade.hibernate.FaultLoad.Write;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A cluster, a facade with a load on it, and a clock: healthy, then a fault, then healthy again.
 *
 * <p>Every link takes two milliseconds each way, so that what is measured is the way and not two cores.
 */
final class FaultStage implements AutoCloseable {

    static final String[] REPLICAS = {"berlin", "paris", "rome", "oslo"};

    private static final Duration ONE_WAY = Duration.ofMillis(2);
    private static final int SECONDS = Integer.getInteger("facade.faults.seconds", 3);
    private static final Duration WARM_UP = Duration.ofSeconds(1);
    private static final Duration HEALTHY = Duration.ofSeconds(Math.max(2, SECONDS / 2));
    private static final long EVEN_WINDOW = TimeUnit.SECONDS.toNanos(1);
    private static final long EVEN_STEP = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Duration EVEN_LIMIT = Duration.ofSeconds(12);
    private static final Duration KNOCKING = Duration.ofSeconds(6);
    private static final long SETTLED = TimeUnit.SECONDS.toNanos(1);

    private final PostgresCluster cluster;
    private final FaultLoad load;
    private final FaultPulse pulse = FaultPulse.start();
    private long healthy;
    private long begun;
    private long ended;
    private long over;
    private double evenAfter = Double.POSITIVE_INFINITY;

    private FaultStage(PostgresCluster cluster, FaultLoad load) {
        this.cluster = cluster;
        this.load = load;
    }

    static Duration length() {
        return Duration.ofSeconds(SECONDS);
    }

    /** Whether figures are to be met exactly, or with what a short run makes of them. */
    static boolean isLong() {
        return SECONDS >= 20;
    }

    static PostgresCluster cluster(Map<String, String> settings) {
        var builder = PostgresCluster.builder().replicas(REPLICAS);
        settings.forEach(builder::setting);
        PostgresCluster cluster = builder.start();
        execute(cluster.master(), FaultLoad.SCHEMA);
        return cluster;
    }

    static FaultStage on(PostgresCluster cluster, Profile profile, long seed) {
        return on(cluster, facade(cluster), profile, seed);
    }

    static FaultStage on(PostgresCluster cluster, HibernateFacade facade, Profile profile, long seed) {
        execute(cluster.master(), FaultLoad.EMPTY);
        cluster.awaitCaughtUp();
        nodes(cluster).forEach(node -> node.link().delay(ONE_WAY));
        return new FaultStage(
                cluster,
                FaultLoad.on(profile, listener -> facade.listener(listener).build(), seed));
    }

    static HibernateFacade facade(PostgresCluster cluster) {
        PostgresNode master = cluster.master();
        HibernateFacade facade = HibernateFacade.builder()
                .master(master.url())
                .credentials(master.user(), master.password())
                .entities(FaultLoad.ENTITIES);
        cluster.replicas().forEach(replica -> facade.replica(replica.name(), replica.url()));
        return facade;
    }

    static List<PostgresNode> nodes(PostgresCluster cluster) {
        List<PostgresNode> nodes = new ArrayList<>(List.of(cluster.master()));
        nodes.addAll(cluster.replicas());
        return nodes;
    }

    static void execute(PostgresNode node, List<String> statements) {
        try (Connection connection = node.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(node.name() + ": " + failure.getMessage(), failure);
        }
    }

    PostgresCluster cluster() {
        return cluster;
    }

    FaultLoad load() {
        return load;
    }

    PostgresNode faulty() {
        return cluster.replica(REPLICAS[0]);
    }

    /** Starts the load, and measures what is normal. */
    void healthy() {
        load.start();
        pass(WARM_UP);
        healthy = System.nanoTime();
        pass(HEALTHY);
    }

    /** The fault begins, and lasts. */
    void strike(Runnable fault) {
        strike(fault, length());
    }

    void strike(Runnable fault, Duration lasting) {
        begun = System.nanoTime();
        fault.run();
        pass(lasting);
    }

    /** The fault ends; time to recover is counted from then on. */
    void heal(Runnable remedy) {
        remedy.run();
        nodes(cluster).forEach(node -> node.link().delay(ONE_WAY));
        ended = System.nanoTime();
    }

    /**
     * New requests that write, until one gets through: the threads of the load may still wait for a master that is gone, and
     * what they wait for is not what others get.
     */
    void knock() {
        long limit = ended + KNOCKING.toNanos();
        while (limit - System.nanoTime() > 0 && Double.isInfinite(writesResumedAfter())) {
            load.knock();
            pass(Duration.ofMillis(50));
        }
    }

    /** Waits until each of these replicas answers at least half of its share of a second's reads. */
    void awaitEven(List<PostgresNode> replicas) {
        List<String> names = replicas.stream().map(PostgresNode::name).toList();
        long limit = ended + EVEN_LIMIT.toNanos();
        for (long from = ended; limit - from > 0; from += EVEN_STEP) {
            pass(Duration.ofNanos(from + EVEN_WINDOW - System.nanoTime()));
            if (isEven(from, names)) {
                evenAfter = seconds(from - ended);
                return;
            }
        }
    }

    /** Ends the load; what it did is known then. The facade stays open until {@link #close()}. */
    void end() {
        load.stop();
        over = System.nanoTime();
    }

    private boolean isEven(long from, List<String> replicas) {
        Map<String, Long> answered = reads(from, from + EVEN_WINDOW).stream()
                .filter(Read::onReplica)
                .collect(Collectors.groupingBy(Read::node, Collectors.counting()));
        long all = answered.values().stream().mapToLong(count -> count).sum();
        return all > 0
                && replicas.stream().allMatch(name -> answered.getOrDefault(name, 0L) * 2 * replicas.size() >= all);
    }

    /** Lets time pass, while the load goes on. */
    void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(20)));
        }
    }

    // -- what was seen; times in milliseconds

    long begun() {
        return begun;
    }

    long ended() {
        return ended;
    }

    long over() {
        return over;
    }

    double evenAfter() {
        return evenAfter;
    }

    /** Those that began within this time. */
    List<Read> reads(long from, long to) {
        return load.reads().stream()
                .filter(read -> read.begun() - from >= 0 && to - read.begun() > 0)
                .toList();
    }

    List<Write> writes(long from, long to) {
        return load.writes().stream()
                .filter(write -> write.begun() - from >= 0 && to - write.begun() > 0)
                .toList();
    }

    double healthyReads() {
        return p99(reads(healthy, begun).stream().map(Read::nanos));
    }

    double healthyWrites() {
        return p99(writes(healthy, begun).stream().map(Write::nanos));
    }

    /** After one second. */
    double faultyReads() {
        return p99(settled().stream().map(Read::nanos));
    }

    double faultyWrites() {
        return p99(writes(begun + SETTLED, ended).stream()
                .filter(Write::acknowledged)
                .map(Write::nanos));
    }

    /** After one second, of all reads. */
    double percentOnFaulty() {
        List<Read> reads = settled();
        long on = reads.stream()
                .filter(read -> faulty().name().equals(read.node()))
                .count();
        return reads.isEmpty() ? 0 : 100.0 * on / reads.size();
    }

    private List<Read> settled() {
        return reads(begun + SETTLED, ended);
    }

    long failedReads() {
        return reads(begun, over).stream().filter(Read::failed).count();
    }

    long failedEventualReads() {
        return reads(begun, over).stream()
                .filter(read -> read.failed() && !read.session())
                .count();
    }

    /** The longest read, and how much of that is more than normal. */
    double longestReadBeyondNormal() {
        return Math.max(0, longest(reads(begun, over).stream().map(Read::nanos)) - healthyReads());
    }

    /** Of the thread that had most of them; slow is what takes this much more than normal. */
    long slowReadsOfAThread(Duration more) {
        double limit = healthyReads() + more.toMillis();
        return reads(begun, over).stream()
                .filter(read -> millis(read.nanos()) > limit)
                .collect(Collectors.groupingBy(Read::thread, Collectors.counting()))
                .values()
                .stream()
                .mapToLong(count -> count)
                .max()
                .orElse(0);
    }

    /** How many seconds after the end of the fault the first write was acknowledged that began before that or later. */
    double writesResumedAfter() {
        return load.writes().stream()
                .filter(write -> write.acknowledged() && write.ended() - ended > 0)
                .mapToDouble(write -> seconds(write.ended() - ended))
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    /** The longest that the machine let a thread wait that was ready to run. */
    double hiccup() {
        return millis(pulse.longest(begun, over));
    }

    static double longest(Stream<Long> nanos) {
        return millis(nanos.mapToLong(each -> each).max().orElse(0));
    }

    private static double p99(Stream<Long> nanos) {
        long[] sorted = nanos.mapToLong(each -> each).sorted().toArray();
        return sorted.length == 0 ? Double.POSITIVE_INFINITY : millis(sorted[(int) (sorted.length * 0.99)]);
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }

    @Override
    public void close() {
        try (pulse) {
            load.close();
        }
    }
}
