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
import java.util.concurrent.Callable;
import java.util.stream.LongStream;

/**
 * Inserts rows from a stream through the facade and by a raw JDBC batch, in turns and on one PostgreSQL, and prints the
 * medians and their ratio. With a small heap it shows that no more than a batch is in memory.
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
                            .entities(Measurement.class)
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
        double[] byFacade = new double[turns];
        double[] byJdbc = new double[turns];
        double[] byMaps = new double[turns];
        for (int turn = 0; turn < turns; turn++) {
            byJdbc[turn] = timed(repo, () -> batch(raw, rows));
            byFacade[turn] = timed(
                    repo,
                    () -> repo.insertAll(
                            Measurement.class,
                            LongStream.range(0, rows).mapToObj(Measurement::new),
                            WriteOption.progress(sent -> {})));
            byMaps[turn] = timed(
                    repo,
                    () -> repo.insertAll(
                            Measurement.class, LongStream.range(0, rows).mapToObj(Row::of)));
        }
        System.out.printf(
                "%d rows, median of %d: JDBC batch %.0f ms, facade %.0f ms (ratio %.2f), records %.0f ms (ratio %.2f);"
                        + " heap at most %d MiB%n",
                rows,
                turns,
                median(byJdbc),
                median(byFacade),
                median(byFacade) / median(byJdbc),
                median(byMaps),
                median(byMaps) / median(byJdbc),
                Runtime.getRuntime().maxMemory() >> 20);
    }

    private record Row(Long id, String sensor, int amount, double reading, boolean checked, String note) {
        static Row of(long id) {
            return new Row(id, "sensor " + id % 1000, (int) (id % 100), id / 7.0, id % 2 == 0, "row number " + id);
        }
    }

    private static double timed(FacadeRepository repo, Callable<Long> insert) throws Exception {
        repo.withEntityManager(
                dev.facade.option.Target.master(),
                em -> em.createNativeQuery("truncate table Measurement").executeUpdate());
        long start = System.nanoTime();
        insert.call();
        return (System.nanoTime() - start) / 1e6;
    }

    private static long batch(Connection connection, int rows) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement(
                "insert into Measurement (id, amount, checked, note, reading, sensor) values (?, ?, ?, ?, ?, ?)")) {
            for (int i = 0; i < rows; i++) {
                Measurement row = new Measurement(i);
                statement.setLong(1, row.id);
                statement.setInt(2, row.amount);
                statement.setBoolean(3, row.checked);
                statement.setString(4, row.note);
                statement.setDouble(5, row.reading);
                statement.setString(6, row.sensor);
                statement.addBatch();
                if ((i + 1) % BATCH == 0 || i + 1 == rows) {
                    statement.executeBatch();
                }
            }
        }
        connection.commit();
        return rows;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
