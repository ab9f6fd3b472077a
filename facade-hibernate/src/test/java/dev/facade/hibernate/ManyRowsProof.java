package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.FacadeRepository;
import dev.facade.option.Target;
import dev.facade.option.WriteOption;
import dev.facade.query.Query;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A million rows go through a heap that does not grow. */
class ManyRowsProof {

    private static final int ROWS = 1_000_000;
    private static final int STEP = 100_000;

    /** A million references take as much, so not even the keys can have been kept. */
    private static final long MOST_GROWTH = 4L << 20;

    private static PostgresCluster cluster;
    private static FacadeRepository repo;

    @Entity
    @Table(name = "reading")
    static class Reading {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        String sensor;
        int amount;

        protected Reading() {}

        Reading(int amount) {
            this.sensor = "sensor " + amount;
            this.amount = amount;
        }
    }

    record Line(String sensor, int amount) {}

    /** What is in use after a collection, compared with the first look. */
    private static final class Heap {

        private long first = -1;
        private int looks;

        void look(long rows) {
            if (rows % STEP != 0) {
                return;
            }
            long used = inUse();
            first = first < 0 ? used : first;
            for (int again = 0; again < 5 && used - first >= MOST_GROWTH; again++) {
                used = Math.min(used, inUse()); // what other threads leave is collected a little later
            }
            looks++;
            assertThat(used - first)
                    .as("growth of the heap from row %d to row %d, in bytes", STEP, rows)
                    .isLessThan(MOST_GROWTH);
        }
    }

    private static long inUse() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @BeforeAll
    static void start() throws Exception {
        cluster = PostgresCluster.builder().replicas("berlin").start();
        PostgresNode master = cluster.master();
        repo = HibernateFacade.builder()
                .master(master.url())
                .replica("berlin", cluster.replica("berlin").url())
                .credentials(master.user(), master.password())
                .entities(Reading.class)
                .hibernate("hibernate.hbm2ddl.auto", "create")
                .build();
        cluster.awaitCaughtUp();
    }

    @AfterAll
    static void stop() {
        repo.close();
        cluster.close();
    }

    @BeforeEach
    void empty() {
        repo.sql().query("truncate table reading");
    }

    @Test
    void aMillionEntitiesAreInsertedFromAStream() {
        inserts(IntStream.range(0, ROWS).mapToObj(Reading::new));
    }

    @Test
    void aMillionRecordsAreInsertedFromAStream() {
        inserts(IntStream.range(0, ROWS).mapToObj(i -> new Line("sensor " + i, i)));
    }

    private static void inserts(Stream<?> rows) {
        Heap heap = new Heap();
        AtomicLong made = new AtomicLong();
        List<Long> told = new ArrayList<>();
        long count =
                repo.insertAll(Reading.class, rows.peek(row -> made.incrementAndGet()), WriteOption.progress(sent -> {
                    assertThat(made.get())
                            .as("rows taken from the stream so far")
                            .isEqualTo(sent);
                    told.add(sent);
                    heap.look(sent);
                }));
        assertThat(count).isEqualTo(ROWS);
        assertThat(told)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, ROWS / 1000)
                        .mapToObj(batch -> batch * 1000)
                        .toList());
        assertThat(heap.looks).isEqualTo(ROWS / STEP);
        assertThat(repo.count(Reading.class, Target.master())).isEqualTo(ROWS);
    }

    @Test
    void aMillionRowsAreStreamed() throws Exception {
        repo.sql()
                .query("insert into reading (id, sensor, amount)"
                        + " select i, 'sensor ' || i, i from generate_series(1, " + ROWS + ") i");
        cluster.awaitCaughtUp();
        reads();
        repo.transaction(ManyRowsProof::reads);
    }

    private static void reads() {
        Heap heap = new Heap();
        AtomicLong read = new AtomicLong();
        AtomicLong sum = new AtomicLong();
        try (Stream<Reading> rows = repo.stream(Query.from(Reading.class))) {
            rows.forEach(row -> {
                sum.addAndGet(row.amount);
                heap.look(read.incrementAndGet());
            });
        }
        assertThat(read).hasValue(ROWS);
        assertThat(sum).hasValue(ROWS * (ROWS + 1L) / 2);
        assertThat(heap.looks).isEqualTo(ROWS / STEP);
    }
}
