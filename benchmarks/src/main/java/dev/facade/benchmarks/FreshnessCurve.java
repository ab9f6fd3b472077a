package dev.facade.benchmarks;

import static dev.facade.query.Expression.field;

import dev.facade.FacadeRepository;
import dev.facade.consistency.Consistency;
import dev.facade.event.OperationEvent;
import dev.facade.event.Role;
import dev.facade.event.Route;
import dev.facade.hibernate.HibernateFacade;
import dev.facade.option.ReadOption;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.Query;
import dev.facade.spi.ReplicationProbe;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How many reads stay on the replicas while every session sees its own writes: by needs of tables, without foreign keys
 * and with, by needs of sessions, and by the master for two seconds after a write. A session reads, and sometimes writes, one of eight tables, with
 * exponential pauses between; each has a thread. Arguments: seconds for each cell.
 */
final class FreshnessCurve {

    private static final int SESSIONS = 16;
    private static final int ROWS = 100;
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration STICKY = Duration.ofSeconds(2);
    private static final int[] LAGS = {0, 20, 100, 500};
    private static final int[] READS_PER_WRITE = {100, 20, 5};

    /** How a session gets to see its own writes. */
    private enum Way {
        TABLES("needs by table, rows refer to nothing"),
        REFERENCES("needs by table, each table refers to another"),
        SESSION("needs by session"),
        STICKY_WINDOW("master for 2 s");

        final String text;

        Way(String text) {
            this.text = text;
        }
    }

    private final PostgresCluster cluster;
    private final LongAdder onReplicas = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private final LongAdder old = new LongAdder();

    private FreshnessCurve(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    /** Prints a table in Markdown. */
    public static void main(String... arguments) throws InterruptedException {
        Duration each = Duration.ofSeconds(arguments.length == 0 ? 20 : Long.parseLong(arguments[0]));
        try (PostgresCluster cluster =
                PostgresCluster.builder().replicas("berlin", "paris", "rome").start()) {
            FreshnessCurve curve = new FreshnessCurve(cluster);
            curve.createTables();
            System.out.println("| lag, ms | reads for a write | "
                    + Stream.of(Way.values()).map(way -> way.text).collect(Collectors.joining(" | ")) + " |");
            System.out.println("| ---: | ---: |" + " ---: |".repeat(Way.values().length));
            for (int lag : LAGS) {
                for (PostgresNode replica : cluster.replicas()) {
                    replica.replayDelay(Duration.ofMillis(lag));
                }
                for (int share : READS_PER_WRITE) {
                    List<String> cells = new ArrayList<>();
                    for (Way way : Way.values()) {
                        cells.add(curve.measured(way, share, each));
                    }
                    System.out.println("| " + lag + " | " + share + " | " + String.join(" | ", cells) + " |");
                }
            }
        }
    }

    private HibernateFacade facade() {
        PostgresNode master = cluster.master();
        HibernateFacade facade = HibernateFacade.builder()
                .master(master.url())
                .credentials(master.user(), master.password())
                .entities(Stream.of(Shelf.ALL, Ring.ALL).flatMap(List::stream).toArray(Class<?>[]::new))
                .listener(this::count);
        cluster.replicas().forEach(replica -> facade.replica(replica.name(), replica.url()));
        return facade;
    }

    private void createTables() {
        try (FacadeRepository repository =
                facade().hibernate("hibernate.hbm2ddl.auto", "create").build()) {
            for (Class<? extends Shelf> table :
                    Stream.of(Shelf.ALL, Ring.ALL).flatMap(List::stream).toList()) {
                for (int id = 0; id < ROWS; id++) {
                    repository.insertAll(table, List.of(Map.of("id", id, "written", 0L)));
                }
            }
        }
        cluster.awaitCaughtUp();
    }

    private void count(OperationEvent event) {
        Route route = event.route();
        if (event.operation().equals("get") && route != null) {
            reads.increment();
            if (route.role() == Role.REPLICA) {
                onReplicas.increment();
            }
        }
    }

    private String measured(Way way, int readsPerWrite, Duration time) throws InterruptedException {
        HibernateFacade facade = facade();
        if (way == Way.SESSION) {
            ReplicationProbe postgres = ReplicationProbe.postgres();
            facade.replicationProbe((connection, ticker) -> postgres.sample(connection, ticker)); // knows no tables
        }
        try (FacadeRepository repository = facade.build()) {
            repository.get(Shelf.One.class, 0);
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2)); // pools fill, and the monitor begins
            reads.reset();
            onReplicas.reset();
            old.reset();
            long end = System.nanoTime() + time.toNanos();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                int seed = i;
                Thread thread = new Thread(
                        () -> session(repository, way, readsPerWrite, end, new SplittableRandom(seed), seed));
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        String share = Math.round(1000.0 * onReplicas.sum() / reads.sum()) / 10.0 + " %";
        return old.sum() == 0 ? share : share + ", " + old.sum() + " of " + reads.sum() + " reads too old";
    }

    /** Writes and reads rows of its own, so that it knows what it must see. */
    private void session(
            FacadeRepository repository, Way way, int readsPerWrite, long end, SplittableRandom random, int row) {
        List<Class<? extends Shelf>> tables = way == Way.REFERENCES ? Ring.ALL : Shelf.ALL;
        long[] written = new long[tables.size()];
        for (int i = 0; i < written.length; i++) {
            Class<? extends Shelf> type = tables.get(i);
            written[i] =
                    repository.getByOrThrow(type, Map.of("id", row), Target.master(), Consistency.eventual()).written;
        }
        long lastWrite = System.nanoTime() - STICKY.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos((long) (-Math.log(1 - random.nextDouble()) * PAUSE.toNanos()));
            int table = random.nextInt(written.length);
            Class<? extends Shelf> type = tables.get(table);
            if (random.nextInt(readsPerWrite + 1) == 0) {
                written[table]++;
                repository.updateAll(
                        Query.from(type).where(field("id").eq(row)), Change.set("written", written[table]));
                lastWrite = System.nanoTime();
            } else {
                ReadOption[] options = way == Way.STICKY_WINDOW ? sticky(lastWrite) : new ReadOption[0];
                if (repository.get(type, row, options).orElseThrow().written < written[table]) {
                    old.increment();
                }
            }
        }
    }

    private static ReadOption[] sticky(long lastWrite) {
        boolean fresh = System.nanoTime() - lastWrite < STICKY.toNanos();
        return fresh
                ? new ReadOption[] {Target.master(), Consistency.eventual()}
                : new ReadOption[] {Consistency.eventual()};
    }
}
