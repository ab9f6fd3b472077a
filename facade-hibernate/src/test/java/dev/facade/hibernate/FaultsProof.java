package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.hibernate.FaultAudit.Switch;
import dev.facade.hibernate.FaultLoad.Profile;
import dev.facade.hibernate.FaultLoad.Read;
import dev.facade.hibernate.FaultLoad.Write;
import dev.facade.option.Target;
import dev.facade.test.Outage;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.replication.LogSequenceNumber;

/** What nodes that fail cost those who read and write: the rows of {@code docs/failures.md}. */
class FaultsProof {

    /** The rows, in the order of the table. */
    private enum Scene {
        KILLED("a replica is killed"),
        FROZEN("a replica freezes"),
        BLACK_HOLE("a replica's link is a black hole"),
        SLOW_LINK("a replica's link is slow"),
        SLOW_ANSWERS("a replica answers 10 times slower"),
        REFUSED("a replica refuses connections"),
        POOL_EXHAUSTED("a replica's pool is exhausted"),
        CONFLICT("replay cancels reads"),
        RESTARTED("a replica is restarted"),
        FLAPPING("a replica dies again and again"),
        PROMOTION("the master dies, a replica is promoted"),
        PROMOTION_SYNCHRONOUS("the same, with synchronous replication"),
        PROMOTION_BOTH_ALIVE("a replica is promoted, the old master lives on"),
        NO_REPLICAS("all replicas die"),
        NOBODY("everything dies");

        private final String title;

        Scene(String title) {
            this.title = title;
        }

        boolean hasFaultyReplica() {
            return ordinal() < PROMOTION.ordinal() && this != CONFLICT;
        }
    }

    private interface Demand {
        FaultFigure of(FaultStage stage);
    }

    private static final long SEED = Long.getLong("facade.seed", System.nanoTime());

    /** Slower than anything that has not waited for a timeout. */
    private static final Duration SLOW = Duration.ofMillis(200);

    /** Nodes are looked at once a second, and that look takes its time. */
    private static final Duration NOTICED = Duration.ofSeconds(2);

    private static final Duration OPERATOR = Duration.ofMillis(1_500);

    private static final Map<Scene, FaultRow> ROWS = new EnumMap<>(Scene.class);

    private static PostgresCluster shared;

    private FaultStage stage;

    @BeforeAll
    static void start() {
        System.out.println("seed of FaultsProof: " + SEED);
        shared = FaultStage.cluster(Map.of());
        try (FaultStage warmUp = FaultStage.on(shared, Profile.normal(), SEED)) {
            warmUp.healthy(); // or the first row would tell of the compiler
        }
    }

    /** The table is written whole or not at all. */
    @AfterAll
    static void report() {
        shared.close();
        System.out.println(FaultTable.of(ROWS.values()));
        String document = System.getProperty("facade.faults.table");
        if (document != null && ROWS.size() == Scene.values().length) {
            FaultTable.write(Path.of("..").resolve(document), ROWS.values());
        }
    }

    @AfterEach
    void heal() {
        FaultStage.nodes(shared).forEach(Outage.RESET::end); // first: a load may wait for it
        if (stage != null) {
            stage.close();
        }
    }

    // -- scenes

    @Test
    void aReplicaIsKilled() {
        outage(Scene.KILLED, Outage.KILLED, this::longestRead, this::slowReads, this::even);
    }

    @Test
    void aReplicaFreezes() {
        outage(Scene.FROZEN, Outage.FROZEN, this::longestRead, this::slowReads, this::even);
    }

    @Test
    void aLinkIsABlackHole() {
        outage(Scene.BLACK_HOLE, Outage.BLACK_HOLE, this::longestRead, this::slowReads, this::even);
    }

    @Test
    void aLinkIsSlow() {
        outage(Scene.SLOW_LINK, Outage.SLOW_LINK, this::p99OfReads, this::shareOfTheSlow, this::even);
    }

    @Test
    void aReplicaIsTenTimesSlower() {
        outage(Scene.SLOW_ANSWERS, Outage.SLOW_ANSWERS, this::p99OfReads, this::shareOfTheSlow, this::even);
    }

    @Test
    void aReplicaRefusesConnections() {
        outage(Scene.REFUSED, Outage.REFUSED, this::longestRead, this::slowReads, this::even);
    }

    @Test
    void aReplicaIsRestarted() {
        outage(Scene.RESTARTED, Outage.RESTARTED, this::longestRead, this::even);
    }

    private void outage(Scene scene, Outage outage, Demand... figures) {
        stage = FaultStage.on(shared, Profile.normal(), SEED);
        stage.healthy();
        stage.strike(() -> outage.begin(stage.faulty()));
        stage.heal(() -> outage.end(stage.faulty()));
        stage.awaitEven(shared.replicas());
        stage.end();
        check(
                scene,
                FaultAudit.of(stage.load().reads(), stage.load().writes(), shared.master()),
                withNoFailedRead(figures));
    }

    @Test
    void aReplicaDiesAgainAndAgain() {
        stage = FaultStage.on(shared, Profile.normal(), SEED);
        stage.healthy();
        stage.strike(this::flap, Duration.ZERO);
        stage.heal(() -> {});
        stage.awaitEven(shared.replicas());
        stage.end();
        check(
                Scene.FLAPPING,
                FaultAudit.of(stage.load().reads(), stage.load().writes(), shared.master()),
                withNoFailedRead(this::longestRead, this::even));
    }

    private void flap() {
        for (long end = System.nanoTime() + FaultStage.length().toNanos(); end - System.nanoTime() > 0; ) {
            stage.faulty().kill();
            stage.pass(Duration.ofMillis(300));
            stage.faulty().start();
            stage.pass(Duration.ofMillis(300));
        }
    }

    @Test
    void aPoolIsExhausted() {
        stage = FaultStage.on(shared, Profile.normal(), SEED);
        stage.healthy();
        ExecutorService holders = Executors.newCachedThreadPool();
        AtomicBoolean over = new AtomicBoolean();
        try {
            stage.strike(() -> {
                for (int i = 0; i < 2 * PoolSettings.forReplica().maxSize(); i++) {
                    holders.execute(() -> hold(over));
                }
            });
        } finally {
            stage.heal(() -> over.set(true));
            holders.shutdown();
        }
        stage.awaitEven(shared.replicas());
        stage.end();
        check(
                Scene.POOL_EXHAUSTED,
                FaultAudit.of(stage.load().reads(), stage.load().writes(), shared.master()),
                withNoFailedRead(this::longestRead, this::even));
    }

    /** Holds connections of one replica, one after the other. */
    private void hold(AtomicBoolean over) {
        while (!over.get()) {
            try {
                stage.load()
                        .repo()
                        .withEntityManager(
                                Target.replica(stage.faulty().name()),
                                em -> em.createNativeQuery("SELECT pg_sleep(0.5)")
                                        .getResultList());
            } catch (RuntimeException full) {
                stage.pass(Duration.ofMillis(1)); // another one holds it
            }
        }
    }

    @Test
    void replayCancelsReads() {
        try (PostgresCluster cluster = FaultStage.cluster(Map.of("max_standby_streaming_delay", "0"));
                FaultStage own = FaultStage.on(cluster, Profile.normal().napping(30), SEED)) {
            stage = own;
            stage.healthy();
            stage.strike(
                    () -> {
                        for (long end = System.nanoTime() + FaultStage.length().toNanos();
                                end - System.nanoTime() > 0; ) {
                            cluster.conflict("slot");
                            stage.pass(Duration.ofMillis(200));
                        }
                    },
                    Duration.ZERO);
            stage.heal(() -> {});
            stage.awaitEven(cluster.replicas());
            stage.end();
            long conflicts = stage.reads(stage.begun(), stage.ended()).stream()
                    .filter(read -> !read.tried().isEmpty())
                    .count();
            check(
                    Scene.CONFLICT,
                    FaultAudit.of(stage.load().reads(), stage.load().writes(), cluster.master()),
                    withNoFailedRead(this::longestRead, this::even));
            assertThat(conflicts).as("reads that were cancelled").isPositive();
        }
    }

    @Test
    void theMasterDiesAndAReplicaIsPromoted() {
        try (PostgresCluster cluster = FaultStage.cluster(Map.of())) {
            promotion(Scene.PROMOTION, cluster);
        }
    }

    @Test
    void withSynchronousReplicationNoWriteIsLost() {
        try (PostgresCluster cluster = FaultStage.cluster(Map.of())) {
            FaultStage.execute(
                    cluster.master(),
                    List.of("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'", "SELECT pg_reload_conf()"));
            FaultAudit audit = promotion(Scene.PROMOTION_SYNCHRONOUS, cluster);
            assertThat(audit.lostAfterSwitch())
                    .as("acknowledged writes that are lost")
                    .isZero();
        }
    }

    private FaultAudit promotion(Scene scene, PostgresCluster cluster) {
        try (FaultStage own = FaultStage.on(cluster, Profile.normal(), SEED)) {
            stage = own;
            stage.healthy();
            stage.strike(() -> cluster.master().kill(), OPERATOR);
            PostgresNode promoted = mostAdvanced(cluster);
            stage.heal(promoted::promote);
            stage.knock();
            List<PostgresNode> others = others(cluster, promoted);
            others.forEach(replica -> replica.follow(promoted));
            stage.awaitEven(others);
            stage.end();
            stage.close();
            cluster.master().start();
            FaultAudit audit = auditOf(cluster, promoted);
            check(scene, audit, figures(this::failedEventualReads, this::resumed, this::even));
            return audit;
        }
    }

    @Test
    void aReplicaIsPromotedWhileTheOldMasterLives() {
        try (PostgresCluster cluster = FaultStage.cluster(Map.of());
                FaultStage own = FaultStage.on(cluster, Profile.normal(), SEED)) {
            stage = own;
            stage.healthy();
            cluster.replicas().forEach(PostgresNode::cutOff); // none gets ahead of the one that is promoted
            stage.pass(Duration.ofMillis(300));
            PostgresNode promoted = mostAdvanced(cluster);
            List<PostgresNode> others = others(cluster, promoted);
            stage.strike(() -> {
                promoted.promote();
                others.forEach(replica -> {
                    replica.follow(promoted);
                    replica.reconnect();
                });
            });
            List<Write> between = stage.writes(stage.begun() + NOTICED.toNanos(), System.nanoTime());
            stage.heal(() -> cluster.master().kill());
            stage.knock();
            stage.awaitEven(others);
            stage.end();
            stage.close();
            cluster.master().start();
            long taken = between.stream().filter(Write::acknowledged).count();
            long unclear = between.stream()
                    .filter(write -> write.error() != null)
                    .filter(write -> !names(write.error(), "master") || !names(write.error(), promoted.name()))
                    .count();
            check(
                    Scene.PROMOTION_BOTH_ALIVE,
                    auditOf(cluster, promoted),
                    figures(
                            this::failedEventualReads,
                            any -> FaultFigure.exactly(
                                    "writes taken while two masters are seen, 2 s after the promotion", taken, 0),
                            any -> FaultFigure.exactly("refusals of writes that do not name both", unclear, 0),
                            this::resumed,
                            this::even));
        }
    }

    private static boolean names(Throwable error, String node) {
        return String.valueOf(error.getMessage()).contains(node);
    }

    private FaultAudit auditOf(PostgresCluster cluster, PostgresNode promoted) {
        return FaultAudit.of(
                stage.load().reads(), stage.load().writes(), promoted, Switch.between(cluster.master(), promoted));
    }

    private static List<PostgresNode> others(PostgresCluster cluster, PostgresNode promoted) {
        return cluster.replicas().stream().filter(node -> node != promoted).toList();
    }

    /** As an operator chooses it. */
    private static PostgresNode mostAdvanced(PostgresCluster cluster) {
        return cluster.replicas().stream()
                .max(Comparator.comparing(FaultsProof::received))
                .orElseThrow();
    }

    private static LogSequenceNumber received(PostgresNode node) {
        try (Connection connection = node.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::text")) {
            rows.next();
            return LogSequenceNumber.valueOf(rows.getString(1));
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Twice the readers, each of which sleeps in the server: together they want more than the master's pool has. */
    @Test
    void allReplicasDie() {
        stage = FaultStage.on(shared, Profile.normal().crowded().napping(20), SEED);
        stage.healthy();
        stage.strike(() -> shared.replicas().forEach(PostgresNode::kill));
        stage.heal(() -> shared.replicas().forEach(PostgresNode::start));
        stage.awaitEven(shared.replicas());
        stage.end();
        check(
                Scene.NO_REPLICAS,
                FaultAudit.of(stage.load().reads(), stage.load().writes(), shared.master()),
                figures(this::failedWrites, this::p99OfWrites, this::even));
    }

    @Test
    void everythingDiesAndReturns() {
        stage = FaultStage.on(shared, Profile.normal(), SEED);
        stage.healthy();
        stage.strike(() -> FaultStage.nodes(shared).forEach(PostgresNode::kill));
        stage.heal(() -> FaultStage.nodes(shared).forEach(PostgresNode::start));
        stage.knock();
        stage.awaitEven(shared.replicas());
        stage.end();
        check(
                Scene.NOBODY,
                FaultAudit.of(stage.load().reads(), stage.load().writes(), shared.master()),
                figures(this::resumed, this::even));
    }

    // -- demands

    private FaultFigure failedReads(FaultStage of) {
        return FaultFigure.exactly("failed reads", of.failedReads(), 0);
    }

    /** Those that nobody but a master could answer may fail while there is none. */
    private FaultFigure failedEventualReads(FaultStage of) {
        return FaultFigure.exactly("failed reads at level eventual", of.failedEventualReads(), 0);
    }

    private FaultFigure failedWrites(FaultStage of) {
        long failed = of.writes(of.begun(), of.over()).stream()
                .filter(write -> !write.acknowledged())
                .count();
        return FaultFigure.exactly("failed writes", failed, 0);
    }

    private FaultFigure longestRead(FaultStage of) {
        return limit("longest read beyond the normal p99", of.longestReadBeyondNormal(), 500, 500 + of.hiccup(), " ms");
    }

    private FaultFigure slowReads(FaultStage of) {
        return limit("reads of a thread slower by " + SLOW.toMillis() + " ms", of.slowReadsOfAThread(SLOW), 1, 2, "");
    }

    private FaultFigure p99OfReads(FaultStage of) {
        double most = 1.5 * of.healthyReads();
        return limit("p99 of reads after 1 s (1.5 times the normal)", of.faultyReads(), most, 2 * most, " ms");
    }

    private FaultFigure shareOfTheSlow(FaultStage of) {
        return limit("reads on the slow replica after 1 s", of.percentOnFaulty(), 2, 5, " %");
    }

    private FaultFigure p99OfWrites(FaultStage of) {
        double most = 2 * of.healthyWrites();
        return limit("p99 of writes after 1 s (twice the normal)", of.faultyWrites(), most, 2 * most, " ms");
    }

    private FaultFigure resumed(FaultStage of) {
        return limit("writes resume after", of.writesResumedAfter(), 1, 2.5, " s");
    }

    private FaultFigure even(FaultStage of) {
        return limit("traffic even again after", of.evenAfter(), 5, 8, " s");
    }

    private static FaultFigure limit(String what, double measured, double most, double tolerated, String unit) {
        return new FaultFigure(what, measured, most, FaultStage.isLong() ? most : tolerated, unit);
    }

    private List<FaultFigure> withNoFailedRead(Demand... demands) {
        return Stream.concat(Stream.of(failedReads(stage)), figures(demands).stream())
                .toList();
    }

    private List<FaultFigure> figures(Demand... demands) {
        return Arrays.stream(demands).map(demand -> demand.of(stage)).toList();
    }

    /** The row is kept whatever comes of the demands. */
    private void check(Scene scene, FaultAudit audit, List<FaultFigure> figures) {
        FaultRow row = FaultRow.of(scene.title, stage, scene.hasFaultyReplica(), audit, figures);
        ROWS.put(scene, row);
        System.out.println(row.line());
        explain();
        assertThat(stage.load().reads()).as("reads").hasSizeGreaterThan(500);
        assertThat(audit.wrong()).as("wrong reads").isZero();
        assertThat(audit.repeated()).as("repeated writes").isZero();
        assertThat(audit.deniedButThere())
                .as("writes that failed and are there")
                .isZero();
        assertThat(audit.lost()).as("acknowledged writes that are lost").isZero();
        assertThat(figures).allMatch(FaultFigure::isTolerable);
    }

    /** One example of each kind of failure. */
    private void explain() {
        Stream.concat(
                        stage.load().reads().stream().filter(Read::failed).map(Read::error),
                        stage.load().writes().stream().map(Write::error).filter(error -> error != null))
                .map(error -> String.format(Locale.ROOT, "%.300s", error))
                .map(error -> error.replaceAll("[0-9a-f-]*\\d[0-9a-f-]*", "n"))
                .distinct()
                .limit(6)
                .forEach(error -> System.out.println("  " + error));
    }
}
