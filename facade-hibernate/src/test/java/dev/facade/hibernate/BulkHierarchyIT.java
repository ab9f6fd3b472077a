package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facade.FacadeRepository;
import dev.facade.error.TransactionRolledBackException;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.Expression;
import dev.facade.query.OnConflict;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import dev.facade.test.PostgresNode;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hibernate.annotations.SQLRestriction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Conflicts of rows that share a table with rows which their class does not see, on each database. */
class BulkHierarchyIT {

    private static final Class<?>[] ENTITIES = {
        Beast.class, Cat.class, Hound.class, Vehicle.class, Bus.class, Van.class, Patron.class
    };

    private static H2Node node;
    private static FacadeRepository onH2;
    private static FacadeRepository onPostgres;

    @BeforeAll
    static void start() {
        node = H2Node.named("hierarchies");
        onH2 = HibernateFacade.builder()
                .master(node.url())
                .credentials(node.user(), node.password())
                .entities(ENTITIES)
                .hibernate("hibernate.hbm2ddl.auto", "create")
                .build();
        PostgresNode master = Blog.postgres().master();
        onPostgres = HibernateFacade.builder()
                .master(master.url())
                .credentials(master.user(), master.password())
                .entities(ENTITIES)
                .hibernate("hibernate.hbm2ddl.auto", "create")
                .build();
    }

    @AfterAll
    static void stop() {
        onH2.close();
        onPostgres.close();
        node.close();
    }

    @Entity
    static class Beast {
        @Id
        @GeneratedValue
        Long id;

        @Version
        int version;

        @Column(unique = true)
        String name;

        int legs;
    }

    @Entity
    static class Cat extends Beast {
        Integer lives;

        protected Cat() {}

        Cat(String name, int legs) {
            this.name = name;
            this.legs = legs;
        }
    }

    @Entity
    static class Hound extends Beast {
        Integer barks;

        protected Hound() {}

        Hound(String name, int legs) {
            this.name = name;
            this.legs = legs;
        }
    }

    @Entity
    static class Vehicle {
        @Id
        @GeneratedValue
        Long id;

        @Column(unique = true)
        String name;

        int seats;
    }

    @Entity
    static class Bus extends Vehicle {
        protected Bus() {}

        Bus(String name, int seats) {
            this.name = name;
            this.seats = seats;
        }
    }

    @Entity
    static class Van extends Vehicle {
        protected Van() {}

        Van(String name, int seats) {
            this.name = name;
            this.seats = seats;
        }
    }

    @Entity
    @Table(name = "patron")
    @SQLRestriction("""
            gone
            = false""")
    static class Patron {
        @Id
        @GeneratedValue
        Long id;

        @Column(unique = true)
        String name;

        int visits;
        boolean gone;

        protected Patron() {}

        Patron(String name, int visits) {
            this.name = name;
            this.visits = visits;
        }
    }

    record Line(String name, int seats) {}

    @Nested
    class OnH2 extends Cases {
        @Override
        FacadeRepository repo() {
            return onH2;
        }
    }

    @Nested
    class OnPostgres extends Cases {
        @Override
        FacadeRepository repo() {
            return onPostgres;
        }

        @Test
        void aQueryChangesNoRowOfAnotherClass() {
            repo().insertAll(Van.class, List.of(new Line("a", 1)));
            repo().insertAll(Bus.class, List.of(new Line("b", 2)));
            repo().insertAll(Patron.class, List.of(new Patron("a", 7), new Patron("b", 8), new Patron("c", 9)));
            Query<?> source = Query.from(Patron.class)
                    .selectMap(
                            Expression.field("name").as("name"),
                            Expression.field("visits").as("seats"));
            assertThat(repo().insertAll(
                                    Bus.class,
                                    source,
                                    OnConflict.replace("seats").target("name")))
                    .isEqualTo(2);
            assertThat(seats()).containsOnly(Map.entry("a", 1), Map.entry("b", 8), Map.entry("c", 9));
        }
    }

    abstract static class Cases {

        abstract FacadeRepository repo();

        @BeforeEach
        void empty() {
            repo().deleteAll(Beast.class);
            repo().deleteAll(Vehicle.class);
            repo().withEntityManager(
                            Target.master(),
                            em -> em.createNativeQuery("delete from patron").executeUpdate());
        }

        Map<String, Integer> seats() {
            return repo().all(Vehicle.class, Target.master()).stream()
                    .collect(Collectors.toMap(vehicle -> vehicle.name, vehicle -> vehicle.seats));
        }

        @Test
        void aRowOfTheSameClassIsChanged() {
            Hound before = repo().insert(new Hound("a", 4));
            Hound updated = repo().insert(
                            new Hound("a", 5),
                            OnConflict.update(Change.set("legs", 9)).target("name"));
            assertThat(updated.id).isEqualTo(before.id);
            assertThat(updated.version).isEqualTo(1);
            Hound chosen = repo().insert(
                            new Hound("a", 5),
                            OnConflict.update(Change.inc("legs", 1))
                                    .where(Expression.field("legs").eq(9))
                                    .target("name"));
            assertThat(chosen.version).isEqualTo(2);
            repo().insert(new Hound("a", 7), OnConflict.replace("barks").target("name"));
            Hound after = repo().getOrThrow(Hound.class, before.id, Target.master());
            assertThat(after.legs).isEqualTo(10);
            assertThat(after.version).isEqualTo(3);
            Bus bus = repo().insert(new Bus("b", 1));
            assertThat(repo().insert(
                                    new Bus("b", 2),
                                    OnConflict.update(Change.set("seats", 3)).target("name"))
                            .id)
                    .isEqualTo(bus.id);
            assertThat(seats()).containsOnly(Map.entry("b", 3));
        }

        @Test
        void aRowOfAnotherClassIsLeftAloneAndReported() {
            Cat cat = repo().insert(new Cat("a", 4));
            List<OnConflict> rules = List.of(
                    OnConflict.update(Change.set("legs", 9)),
                    OnConflict.update(Change.set("legs", 9))
                            .where(Expression.field("legs").eq(4)),
                    OnConflict.replace("legs", "barks"),
                    OnConflict.replaceAll());
            for (OnConflict rule : rules) {
                Hound hound = new Hound("a", 5);
                assertThatExceptionOfType(OptimisticLockException.class)
                        .isThrownBy(() -> repo().insert(hound, rule.target("name")))
                        .withMessageContaining("is there already")
                        .satisfies(stale -> assertThat(stale.getEntity()).isSameAs(hound));
                assertThat(hound.id).isNull();
            }
            Cat after = repo().getOrThrow(Cat.class, cat.id, Target.master());
            assertThat(after.legs).isEqualTo(4);
            assertThat(after.version).isZero();
            assertThat(repo().count(Beast.class, Target.master())).isEqualTo(1);
            assertThat(repo().insert(new Hound("a", 5), OnConflict.nothing().target("name")).id)
                    .isNull();
        }

        @Test
        void anUnversionedRowOfAnotherClassIsReportedToo() {
            repo().insert(new Van("a", 1));
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo().insert(
                                    new Bus("a", 2),
                                    OnConflict.update(Change.set("seats", 9)).target("name")));
            assertThat(seats()).containsOnly(Map.entry("a", 1));
        }

        @Test
        void manyAreWrittenOrNone() {
            repo().insert(new Van("b", 1));
            List<Line> lines = List.of(new Line("a", 2), new Line("b", 2), new Line("c", 2));
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo().insertAll(
                                    Bus.class,
                                    lines,
                                    OnConflict.replace("seats").target("name")))
                    .withMessageContaining("1 of 3");
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo().insertAllReturning(
                                    Bus.class,
                                    lines,
                                    OnConflict.replace("seats").target("name")));
            assertThatExceptionOfType(TransactionRolledBackException.class)
                    .isThrownBy(() -> repo().transaction(() -> {
                        try {
                            repo().insertAll(
                                            Bus.class,
                                            lines,
                                            OnConflict.replace("seats").target("name"));
                        } catch (OptimisticLockException swallowed) {
                            // must not make a part of the rows commit
                        }
                    }));
            assertThat(seats()).containsOnly(Map.entry("b", 1));
        }

        @Test
        void theRootChangesARowOfAnySubclass() {
            repo().insert(new Van("a", 1));
            assertThat(repo().insertAll(
                                    Vehicle.class,
                                    List.of(new Line("a", 2)),
                                    OnConflict.replace("seats").target("name")))
                    .isEqualTo(1);
            assertThat(repo().all(Van.class, Target.master()))
                    .extracting(van -> van.seats)
                    .containsExactly(2);
        }

        @Test
        void aRowBehindARestrictionIsReported() {
            repo().insert(new Patron("a", 1));
            repo().insert(
                            new Patron("a", 2),
                            OnConflict.update(Change.inc("visits", 5)).target("name"));
            assertThat(repo().all(Patron.class, Target.master()))
                    .extracting(patron -> patron.visits)
                    .containsExactly(6);
            repo().updateAll(Patron.class, Change.set("gone", true));
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo().insert(
                                    new Patron("a", 2),
                                    OnConflict.replace("visits").target("name")));
        }

        @Test
        void anExpressionMayBeACellOfASubclass() {
            repo().insertAll(Hound.class, List.of(Map.of("name", Expression.function("upper", "x"), "legs", 4)));
            assertThat(repo().all(Hound.class, Target.master()))
                    .extracting(hound -> hound.name)
                    .containsExactly("X");
        }
    }
}
