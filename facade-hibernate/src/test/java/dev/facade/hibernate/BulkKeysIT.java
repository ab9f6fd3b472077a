package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.FacadeRepository;
import dev.facade.option.Target;
import dev.facade.query.Expression;
import dev.facade.query.Query;
import dev.facade.test.PostgresNode;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Keys of sequences on PostgreSQL, drawn by blocks and one by one. */
class BulkKeysIT {

    @Entity
    static class Bill {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "bills")
        @SequenceGenerator(name = "bills", sequenceName = "bills", initialValue = 1000, allocationSize = 20)
        Long id;

        int amount;
    }

    @Entity
    static class Coin {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "coins")
        @SequenceGenerator(name = "coins", sequenceName = "coins", allocationSize = 20)
        Integer id;

        int amount;
    }

    /** Its sequence counts downwards. */
    @Entity
    static class Debt {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "debts")
        @SequenceGenerator(name = "debts", sequenceName = "debts", initialValue = -1, allocationSize = -1)
        Long id;

        int amount;
    }

    record Amount(int amount) {}

    /** A repository with optimizers of its own, as another process has them. */
    private static FacadeRepository repository(String ddl) {
        PostgresNode master = Blog.postgres().master();
        return HibernateFacade.builder()
                .master(master.url())
                .credentials(master.user(), master.password())
                .entities(Bill.class, Coin.class, Debt.class)
                .hibernate("hibernate.hbm2ddl.auto", ddl)
                .build();
    }

    private static List<Amount> amounts(int count) {
        return IntStream.range(0, count).mapToObj(Amount::new).toList();
    }

    private static <K extends Comparable<K>> List<K> ids(FacadeRepository repo, Class<?> entity) {
        List<K> ids = new ArrayList<>(repo.all(Query.from(entity).select(Expression.<K>field("id")), Target.master()));
        Collections.sort(ids);
        return ids;
    }

    @Test
    void theFirstBlockBeginsAtTheInitialValue() {
        try (FacadeRepository repo = repository("create")) {
            repo.insertAll(Bill.class, amounts(100));
            repo.insertAll(Coin.class, amounts(100));
            assertThat(BulkKeysIT.<Long>ids(repo, Bill.class))
                    .containsExactlyElementsOf(
                            LongStream.range(1000, 1100).boxed().toList());
            assertThat(BulkKeysIT.<Integer>ids(repo, Coin.class))
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 100).boxed().toList());
        }
    }

    @Test
    void aSequenceMayCountDownwards() {
        try (FacadeRepository repo = repository("create")) {
            repo.insertAll(Debt.class, amounts(30));
            assertThat(BulkKeysIT.<Long>ids(repo, Debt.class))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(-30, -1).boxed().toList());
        }
    }

    @Test
    void aSequenceThatStandsBelowTheInitialValueGivesOnlyItsOwnValues() {
        try (FacadeRepository repo = repository("create")) {
            repo.withEntityManager(
                    Target.master(),
                    em -> em.createNativeQuery("alter sequence bills restart with 960")
                            .executeUpdate());
            repo.insertAll(Bill.class, amounts(30));
            assertThat(BulkKeysIT.<Long>ids(repo, Bill.class)).allMatch(id -> id >= 1000 || id == 960 || id == 980);
        }
    }

    @Test
    void nobodyGetsAKeyTwice() throws Exception {
        try (FacadeRepository one = repository("create");
                FacadeRepository other = repository("none")) {
            ExecutorService threads = Executors.newFixedThreadPool(4);
            List<Future<Integer>> written = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                FacadeRepository repo = thread % 2 == 0 ? one : other;
                int first = thread;
                written.add(threads.submit(() -> writeByTurns(repo, first)));
            }
            int rows = 0;
            for (Future<Integer> count : written) {
                rows += count.get();
            }
            threads.shutdown();
            assertThat(BulkKeysIT.<Long>ids(one, Bill.class))
                    .hasSize(rows)
                    .doesNotHaveDuplicates()
                    .allMatch(id -> id >= 1000);
        }
    }

    /** A key that was given twice violates the primary key. */
    private static int writeByTurns(FacadeRepository repo, int first) {
        int rows = 0;
        for (int turn = 0; turn < 30; turn++) {
            switch ((turn + first) % 4) {
                case 0 -> {
                    repo.insert(new Bill());
                    rows++;
                }
                case 1 -> rows += (int) repo.insertAll(Bill.class, amounts(7));
                case 2 -> rows += (int) repo.insertAll(Bill.class, amounts(21 + turn * 3));
                default -> rows += (int) repo.insertAll(List.of(new Bill(), new Bill(), new Bill()));
            }
        }
        rows += (int) repo.insertAll(Bill.class, List.of(Map.of("amount", 1)));
        return rows;
    }
}
