package dev.facade.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import dev.facade.FacadeRepository;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.Consistency;
import dev.facade.hibernate.HibernateFacade;
import dev.facade.option.ReadOption;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A row by its key, from one replica of a real PostgreSQL: with JDBC, with Hibernate, and by the facade's levels. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // set up before each trial
public class ReadBenchmark {

    private static final String SQL = "select id, written from shelf$one where id = ?";
    private static final ReadOption[] EVENTUAL = {Consistency.eventual()};
    private static final ReadOption[] SESSION = {Consistency.session()};

    private PostgresCluster cluster;
    private FacadeRepository repository;
    private EntityManagerFactory replica;
    private HikariDataSource pool;

    /** Starts the servers, and makes all that is compared. */
    @Setup
    public void open() {
        cluster = PostgresCluster.builder().replicas("berlin").start();
        PostgresNode master = cluster.master();
        PostgresNode berlin = cluster.replicas().get(0);
        repository = HibernateFacade.builder()
                .master(master.url())
                .replica(berlin.name(), berlin.url())
                .credentials(master.user(), master.password())
                .entities(Shelf.ALL.toArray(Class<?>[]::new))
                .hibernate("hibernate.hbm2ddl.auto", "create")
                .build();
        repository.inSession(CausalSession.begin(), () -> {
            Class<? extends Shelf> table = Shelf.One.class;
            return repository.insertAll(table, List.of(Map.of("id", 1, "written", 0L)));
        });
        cluster.awaitCaughtUp();
        replica = repository.withEntityManager(Target.replica(berlin.name()), EntityManager::getEntityManagerFactory);
        pool = new HikariDataSource();
        pool.setJdbcUrl(berlin.url());
        pool.setUsername(berlin.user());
        pool.setPassword(berlin.password());
        pool.setReadOnly(true);
    }

    /** Ends them. */
    @TearDown
    public void close() {
        pool.close();
        repository.close();
        cluster.close();
    }

    /** A session that has written, whose write has arrived. */
    @State(Scope.Thread)
    public static class Writer {

        /** Writes, and waits until reads are back on the replica. */
        @Setup
        public void write(ReadBenchmark benchmark) {
            FacadeRepository repository = benchmark.repository;
            repository.updateAll(Shelf.One.class, Change.set("written", 1L));
            repository.getOrThrow(Shelf.One.class, 1, Consistency.session().waitingUpTo(Duration.ofSeconds(10)));
        }
    }

    @Benchmark
    public long jdbc() throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(SQL)) {
            statement.setInt(1, 1);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(2);
            }
        }
    }

    @Benchmark
    public Object hibernate() {
        try (EntityManager em = replica.createEntityManager()) {
            return em.find(Shelf.One.class, 1);
        }
    }

    @Benchmark
    public Object eventual() {
        return repository.get(Shelf.One.class, 1, EVENTUAL);
    }

    @Benchmark
    public Object session() {
        return repository.get(Shelf.One.class, 1, SESSION);
    }

    @Benchmark
    public Object sessionAfterAWrite(Writer writer) {
        return repository.get(Shelf.One.class, 1, SESSION);
    }
}
