package dev.facade.benchmarks;

import dev.facade.FacadeRepository;
import dev.facade.hibernate.HibernateFacade;
import dev.facade.option.WriteOption;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * Inserts rows from a stream through the facade and by a raw JDBC batch, in turns and on one PostgreSQL, once with keys
 * that the program assigns and once with those of a sequence, and prints medians, the least and the most, and the ratios.
 * With a small heap it shows that no more than a batch is in memory.
 *
 * <p>Arguments: rows (100000), turns (7).
 */
public final class BulkBenchmark {

    private static final int BATCH = 1000;

    private BulkBenchmark() {}

    /**
     * Runs it.
     *
     * @param arguments rows, turns
     * @throws Exception if the database fails
     */
    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
        try (PostgresCluster cluster = PostgresCluster.builder().start()) {
            PostgresNode master = cluster.master();
            try (FacadeRepository repo = HibernateFacade.builder()
                            .master(master.url())
                            .credentials(master.user(), master.password())
                            .entities(Measurement.class, Numbered.class)
                            .hibernate("hibernate.hbm2ddl.auto", "create")
                            .build();
                    Connection raw =
                            DriverManager.getConnection(withRewrite(master.url()), master.user(), master.password())) {
                run(repo, raw, rows, turns);
            }
        }
    }

    private static String withRewrite(String url) {
        return url + (url.contains("?") ? "&" : "?") + "reWriteBatchedInserts=true";
    }

    private static void run(FacadeRepository repo, Connection raw, int rows, int turns) throws Exception {
        Case assigned = new Case("assigned keys", rows, turns, "truncate table Measurement")
                .with("JDBC batch", () -> batch(raw, rows, "?"))
                .with("entities", () -> insert(repo, Measurement.class, rows, Measurement::new))
                .with("records", () -> insert(repo, Measurement.class, rows, Row::of));
        Case sequence = new Case("keys of a sequence", rows, turns, "truncate table Numbered")
                .with("JDBC batch", () -> batch(raw, rows, "nextval('Numbered_SEQ')"))
                .with("entities", () -> insert(repo, Numbered.class, rows, Numbered::new))
                .with("records", () -> insert(repo, Numbered.class, rows, Unnumbered::of));
        assigned.run(repo);
        sequence.run(repo);
        System.out.printf("heap at most %d MiB%n", Runtime.getRuntime().maxMemory() >> 20);
    }

    private static long insert(FacadeRepository repo, Class<?> entity, int rows, LongFunction<?> row) {
        return repo.insertAll(entity, LongStream.range(0, rows).mapToObj(row), WriteOption.progress(sent -> {}));
    }

    private record Row(Long id, String sensor, int amount, double reading, boolean checked, String note) {
        static Row of(long id) {
            return new Row(id, "sensor " + id % 1000, (int) (id % 100), id / 7.0, id % 2 == 0, "row number " + id);
        }
    }

    private record Unnumbered(String sensor, int amount, double reading, boolean checked, String note) {
        static Unnumbered of(long row) {
            return new Unnumbered(
                    "sensor " + row % 1000, (int) (row % 100), row / 7.0, row % 2 == 0, "row number " + row);
        }
    }

    /** Ways to insert the same rows, which take turns; the first is what the others are compared with. */
    private static final class Case {

        private final String name;
        private final int rows;
        private final int turns;
        private final String empty;
        private final Map<String, Callable<Long>> ways = new LinkedHashMap<>();

        Case(String name, int rows, int turns, String empty) {
            this.name = name;
            this.rows = rows;
            this.turns = turns;
            this.empty = empty;
        }

        Case with(String way, Callable<Long> insert) {
            ways.put(way, insert);
            return this;
        }

        void run(FacadeRepository repo) throws Exception {
            Map<String, double[]> times = new LinkedHashMap<>();
            ways.keySet().forEach(way -> times.put(way, new double[turns]));
            for (int turn = -1; turn < turns; turn++) { // the first one warms up
                for (Map.Entry<String, Callable<Long>> way : ways.entrySet()) {
                    double time = timed(repo, way.getValue());
                    if (turn >= 0) {
                        Objects.requireNonNull(times.get(way.getKey()))[turn] = time;
                    }
                }
            }
            System.out.printf("%d rows, %s, %d turns%n", rows, name, turns);
            double base = Double.NaN;
            for (Map.Entry<String, double[]> way : times.entrySet()) {
                double[] sorted = way.getValue();
                Arrays.sort(sorted);
                double median = sorted[turns / 2];
                base = Double.isNaN(base) ? median : base;
                System.out.printf(
                        "  %-10s %6.0f ms (%.0f to %.0f), ratio %.2f%n",
                        way.getKey(), median, sorted[0], sorted[turns - 1], median / base);
            }
        }

        private double timed(FacadeRepository repo, Callable<Long> insert) throws Exception {
            repo.sql().query(empty);
            long start = System.nanoTime();
            insert.call();
            return (System.nanoTime() - start) / 1e6;
        }
    }

    private static long batch(Connection connection, int rows, String key) throws SQLException {
        String table = "?".equals(key) ? "Measurement" : "Numbered";
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement("insert into " + table
                + " (amount, checked, note, reading, sensor, id) values (?, ?, ?, ?, ?, " + key + ")")) {
            for (int i = 0; i < rows; i++) {
                Measurement row = new Measurement(i);
                statement.setInt(1, row.amount);
                statement.setBoolean(2, row.checked);
                statement.setString(3, row.note);
                statement.setDouble(4, row.reading);
                statement.setString(5, row.sensor);
                if ("?".equals(key)) {
                    statement.setLong(6, row.id);
                }
                statement.addBatch();
                if ((i + 1) % BATCH == 0 || i + 1 == rows) {
                    statement.executeBatch();
                }
            }
        }
        connection.commit();
        return rows;
    }
}
