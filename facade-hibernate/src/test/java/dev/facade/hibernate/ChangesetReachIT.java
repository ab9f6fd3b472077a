package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.FacadeRepository;
import dev.facade.changeset.Changeset;
import dev.facade.changeset.OnReplace;
import dev.facade.option.WriteOption;
import dev.facade.query.Change;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import dev.facade.test.PostgresNode;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PreUpdate;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.hibernate.annotations.UpdateTimestamp;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A changeset writes what it names and nothing else, on each database, with the facade's factories and the caller's. */
class ChangesetReachIT {

    @Entity(name = "Person")
    @Table(name = "reach_person")
    static class Person {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        String name;

        @OneToOne(mappedBy = "person", cascade = CascadeType.ALL)
        Passport passport;

        @Embedded
        Home home;

        @ManyToOne(cascade = CascadeType.ALL)
        Street work;

        @OneToMany(mappedBy = "owner", cascade = CascadeType.ALL, orphanRemoval = true, fetch = FetchType.EAGER)
        List<Key> keys = new ArrayList<>();

        Person() {}

        Person(String name) {
            this.name = name;
        }
    }

    @Entity(name = "Passport")
    @Table(name = "reach_passport")
    static class Passport {
        @Id
        Long id;

        @MapsId
        @OneToOne
        Person person;

        String number;

        Passport() {}

        Passport(String number) {
            this.number = number;
        }
    }

    @Embeddable
    static class Home {
        String city;

        @ManyToOne(cascade = CascadeType.ALL)
        Street street;

        Home() {}

        Home(String city, Street street) {
            this.city = city;
            this.street = street;
        }
    }

    @Entity(name = "Street")
    @Table(name = "reach_street")
    static class Street {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        String name;

        Street() {}

        Street(String name) {
            this.name = name;
        }
    }

    @Entity(name = "Key")
    @Table(name = "reach_key")
    static class Key {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        String teeth;

        @ManyToOne
        Person owner;

        Key() {}

        Key(String teeth) {
            this.teeth = teeth;
        }
    }

    @Entity(name = "Item")
    @Table(name = "reach_item")
    static class Item {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        int a;

        int b;

        @Column(updatable = false)
        String once;

        @Embedded
        Size size;

        transient int updates;

        @UpdateTimestamp
        Instant updatedAt;

        @PreUpdate
        void count() {
            updates++;
        }
    }

    @Embeddable
    record Size(String width, String height) {}

    @Entity(name = "Counter")
    @Table(name = "reach_counter")
    static class Counter {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        @Version
        int version;

        String name;

        int seen;

        @PreUpdate
        void count() {
            seen++;
        }

        Counter() {}

        Counter(String name) {
            this.name = name;
        }
    }

    @Embeddable
    record Place(String street, int number) {}

    @Entity(name = "Building")
    @Table(name = "reach_building")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Building {
        @EmbeddedId
        Place place;

        int floors;
    }

    @Entity(name = "Tower")
    @Table(name = "reach_tower")
    static class Tower extends Building {
        int height;
        int bells;

        @Embedded
        Home keeper;
    }

    private static final Class<?>[] ENTITIES = {
        Building.class, Tower.class, Person.class, Passport.class, Street.class, Key.class, Item.class, Counter.class
    };

    private static H2Node node;
    private static FacadeRepository onH2;
    private static FacadeRepository onPostgres;
    private static EntityManagerFactory factoryOnH2;
    private static EntityManagerFactory factoryOnPostgres;

    @BeforeAll
    static void start() {
        node = H2Node.named("reach");
        PostgresNode master = Blog.postgres().master();
        onH2 = facade(node.url(), node.user(), node.password());
        onPostgres = facade(master.url(), master.user(), master.password());
        factoryOnH2 = factory(node.url(), node.user(), node.password());
        factoryOnPostgres = factory(master.url(), master.user(), master.password());
    }

    private static FacadeRepository facade(String url, String user, String password) {
        return HibernateFacade.builder()
                .master(url)
                .credentials(user, password)
                .entities(ENTITIES)
                .hibernate("hibernate.hbm2ddl.auto", "create")
                .build();
    }

    private static EntityManagerFactory factory(String url, String user, String password) {
        HibernatePersistenceConfiguration configuration = new HibernatePersistenceConfiguration("callers");
        configuration.managedClasses(ENTITIES);
        configuration.jdbcUrl(url).jdbcCredentials(user, password);
        return configuration.createEntityManagerFactory();
    }

    @AfterAll
    static void stop() {
        onH2.close();
        onPostgres.close();
        factoryOnH2.close();
        factoryOnPostgres.close();
        node.close();
    }

    @Nested
    class OnH2 extends Cases {
        OnH2() {
            super(onH2, "select count(*) from information_schema.sessions where blocker_id is not null");
        }
    }

    @Nested
    class OnPostgres extends Cases {
        OnPostgres() {
            super(onPostgres, "select count(*) from pg_locks where not granted");
        }
    }

    @Nested
    class OnH2WithAFactoryOfTheCallers extends Cases {
        OnH2WithAFactoryOfTheCallers() {
            super(
                    FacadeRepository.builder().master(factoryOnH2).build(),
                    "select count(*) from information_schema.sessions where blocker_id is not null");
        }
    }

    @Nested
    class OnPostgresWithAFactoryOfTheCallers extends Cases {
        OnPostgresWithAFactoryOfTheCallers() {
            super(
                    FacadeRepository.builder().master(factoryOnPostgres).build(),
                    "select count(*) from pg_locks where not granted");
        }
    }

    abstract static class Cases {

        private final FacadeRepository repo;
        private final String waiting;

        Cases(FacadeRepository repo, String waiting) {
            this.repo = repo;
            this.waiting = waiting;
        }

        @BeforeEach
        void empty() {
            repo.deleteAll(Key.class);
            repo.deleteAll(Passport.class);
            repo.deleteAll(Person.class);
            repo.deleteAll(Building.class);
            repo.deleteAll(Street.class);
            repo.deleteAll(Item.class);
            repo.deleteAll(Counter.class);
        }

        // -- what is reachable

        private Person person() {
            Person person = new Person("ann");
            person.passport = new Passport("1");
            person.passport.person = person;
            person.home = new Home("Delft", new Street("Oude Delft"));
            person.work = new Street("Markt");
            return read(repo.insert(person));
        }

        private Person read(Person person) {
            return repo.oneOrThrow(
                    Query.from(Person.class).leftJoinFetch("passport").where("id", person.id));
        }

        @Test
        void whatIsLoadedIsLeftAlone() {
            Person ann = person();
            assertThat(ann.passport.number).isEqualTo("1");
            ann.passport.number = "2";
            ann.work.name = "changed in memory";
            ann.home.street.name = "changed in memory";
            assertThat(repo.updateOrThrow(Changeset.change(ann, Map.of("name", "bea"))).name)
                    .isEqualTo("bea");
            Person read = read(ann);
            assertThat(read.name).isEqualTo("bea");
            assertThat(read.passport.number).isEqualTo("1");
            assertThat(read.work.name).isEqualTo("Markt");
            assertThat(read.home.street.name).isEqualTo("Oude Delft");
        }

        @Test
        void whatIsNewInMemoryOnlyIsNotWritten() {
            Person ann = person();
            repo.delete(repo.getOrThrow(Passport.class, ann.id));
            ann = read(ann);
            ann.passport = new Passport("new");
            ann.passport.person = ann;
            ann.work = new Street("new");
            ann.home.street = new Street("new");
            ann.keys.add(new Key("new"));
            repo.updateOrThrow(Changeset.change(ann, Map.of("name", "bea")));
            Person read = read(ann);
            assertThat(read.name).isEqualTo("bea");
            assertThat(read.passport).isNull();
            assertThat(read.work.name).isEqualTo("Markt");
            assertThat(read.home.street.name).isEqualTo("Oude Delft");
            assertThat(repo.count(Street.class)).isEqualTo(2);
            assertThat(repo.count(Key.class)).isZero();
            assertThat(ann.home.street.name).as("the caller's own").isEqualTo("new");
        }

        @Test
        void theOtherSideOfASharedKeyIsChangedAndReplaced() {
            Person ann = person();
            repo.updateOrThrow(Changeset.cast(ann, Map.of("passport", Map.of("number", "2")))
                    .castAssoc("passport", Cases::passport, OnReplace.UPDATE));
            assertThat(read(ann).passport.number).isEqualTo("2");
            repo.updateOrThrow(Changeset.change(read(ann)).putAssoc("passport", new Passport("3"), OnReplace.DELETE));
            assertThat(read(ann).passport.number).isEqualTo("3");
            repo.updateOrThrow(Changeset.change(read(ann)).putAssoc("passport", null, OnReplace.DELETE));
            assertThat(read(ann).passport).isNull();
            assertThat(repo.count(Passport.class)).isZero();
        }

        private static Changeset<Passport> passport(Passport passport, Map<String, ?> params) {
            return Changeset.cast(passport, params, "number");
        }

        @Test
        void theSideThatSharesTheKeyIsUpdated() {
            Person ann = person();
            Passport passport = repo.getOrThrow(Passport.class, ann.id);
            repo.updateOrThrow(Changeset.change(passport, Map.of("number", "2")));
            assertThat(read(ann).passport.number).isEqualTo("2");
            assertThat(read(ann).name).isEqualTo("ann");
        }

        @Test
        void anEmbeddablesReferenceIsWrittenButNotCascadedInto() {
            Person ann = person();
            Street other = repo.insert(new Street("Voorstraat"));
            other.name = "changed in memory";
            Person updated = repo.updateOrThrow(Changeset.change(ann).putEmbed("home", new Home("Leiden", other)));
            assertThat(updated.home.street).isSameAs(other);
            Person read = read(ann);
            assertThat(read.home.city).isEqualTo("Leiden");
            assertThat(read.home.street.name).isEqualTo("Voorstraat");
        }

        @Test
        void anInsertRefersFromAnEmbeddableToWhatIsThere() {
            Street street = repo.insert(new Street("Oude Delft"));
            street.name = "changed in memory";
            Person given = new Person("ann");
            given.home = new Home("Delft", street);
            Person saved = repo.insert(given);
            assertThat(saved.home.street).isSameAs(street);
            repo.insertOrThrow(Changeset.change(new Person("bea")).putEmbed("home", new Home("Leiden", street)));
            assertThat(repo.all(Person.class))
                    .extracting(person -> person.home.street.name)
                    .containsExactly("Oude Delft", "Oude Delft");
            assertThat(repo.count(Street.class)).isEqualTo(1);
        }

        @Test
        void aChildIsDeletedAlthoughItsParentIsLoadedWithIt() {
            Person ann = person();
            repo.updateOrThrow(Changeset.change(ann).putAssoc("keys", List.of(new Key("a"), new Key("b"))));
            ann = read(ann);
            assertThat(ann.keys).hasSize(2);
            repo.updateOrThrow(Changeset.change(ann).putAssoc("keys", List.of(ann.keys.get(0)), OnReplace.DELETE));
            assertThat(repo.count(Key.class)).isEqualTo(1);
            repo.delete(repo.getOrThrow(Key.class, read(ann).keys.get(0).id));
            assertThat(repo.count(Key.class)).isZero();
        }

        // -- columns

        private Item item() {
            Item item = new Item();
            item.once = "1";
            item.size = new Size("1", "1");
            return repo.insert(item);
        }

        private Item read(Item item) {
            return repo.getOrThrow(Item.class, item.id);
        }

        @Test
        void twoWritersOfDifferentColumnsKeepEachOthersValues() {
            Item x = item();
            Item y = read(x);
            repo.updateOrThrow(Changeset.change(x, Map.of("a", 1)));
            repo.updateOrThrow(Changeset.change(y, Map.of("b", 2)));
            repo.updateOrThrow(Changeset.change(x, Map.of("a", 3)), WriteOption.allowStale());
            assertThat(read(x)).returns(3, item -> item.a).returns(2, item -> item.b);
        }

        @Test
        void twoWritersAtOnceKeepEachOthersValues() {
            Item x = item();
            CompletableFuture<?> other = whileOpen(
                    () -> repo.updateAll(Query.from(Item.class).where("id", x.id), Change.set("b", 2)),
                    () -> repo.updateOrThrow(Changeset.change(x, Map.of("a", 1)), WriteOption.staleError("a")));
            other.join();
            assertThat(read(x)).returns(1, item -> item.a).returns(2, item -> item.b);
        }

        /** Lets a write wait for one that has not yet been committed. */
        private CompletableFuture<?> whileOpen(Runnable first, Supplier<?> second) {
            return repo.transaction(() -> {
                first.run();
                CompletableFuture<?> other = CompletableFuture.supplyAsync(second);
                long end = System.nanoTime() + 10_000_000_000L;
                while (repo.sql().query(waiting).rows().get(0).get(0).equals(0L) && System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                return other;
            });
        }

        @Test
        void aPartOfAnEntityKeepsTheRest() {
            Item saved = item();
            Item part =
                    repo.oneOrThrow(Query.from(Item.class).where("id", saved.id).selectOnly("id", "a"));
            repo.updateOrThrow(Changeset.change(part, Map.of("a", 7)));
            assertThat(read(saved))
                    .returns(7, item -> item.a)
                    .returns("1", item -> item.once)
                    .returns(new Size("1", "1"), item -> item.size);
        }

        @Test
        void twoWritersOfPartsOfAnEmbeddableKeepEachOthersValues() {
            Item x = item();
            Item y = read(x);
            repo.updateOrThrow(sized(x, "width"));
            Item updated = repo.updateOrThrow(sized(y, "height"));
            assertThat(updated.size).isEqualTo(new Size("2", "2"));
            assertThat(read(x).size).isEqualTo(new Size("2", "2"));
        }

        private static Changeset<Item> sized(Item item, String field) {
            return Changeset.cast(item, Map.of("size", Map.of(field, "2")))
                    .castEmbed("size", (Size size, Map<String, ?> params) -> Changeset.cast(size, params, field));
        }

        @Test
        void aValueIsForcedAlthoughTheEntityBelievesInIt() {
            Item x = item();
            repo.updateAll(Item.class, Change.set("a", 5));
            repo.updateOrThrow(Changeset.change(x).forceChange("a", 0));
            assertThat(read(x).a).isZero();
        }

        @Test
        void whatCannotBeUpdatedStaysAndTheResultSaysSo() {
            Item x = item();
            Item updated = repo.updateOrThrow(Changeset.change(x, Map.of("once", "2", "a", 1)));
            assertThat(updated).returns("1", item -> item.once).returns(1, item -> item.a);
            assertThat(read(x).once).isEqualTo("1");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.updateAll(Item.class, Change.set("once", "2")))
                    .withMessageContaining("once");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.updateAllReturning(Query.from(Item.class), Change.set("once", "2")))
                    .withMessageContaining("updatable");
            assertThat(read(x).once).isEqualTo("1");
        }

        // -- by force

        @Test
        void aForcedUpdateRunsAndWritesNoStaleValue() {
            Item x = item();
            Instant before = read(x).updatedAt;
            repo.updateAll(Item.class, Change.set("a", 5));
            x.b = 9;
            repo.updateOrThrow(Changeset.change(x), WriteOption.force());
            assertThat(read(x)).returns(5, item -> item.a).returns(0, item -> item.b);
            assertThat(read(x).updatedAt).isAfter(before);
        }

        @Test
        void aForcedUpdateCountsTheVersionUpAndIsHeardOf() {
            Counter saved = repo.insert(new Counter("a"));
            Counter forced = repo.updateOrThrow(Changeset.change(saved), WriteOption.force());
            assertThat(forced).returns(1, it -> it.version).returns(1, it -> it.seen);
            assertThat(repo.getOrThrow(Counter.class, saved.id))
                    .returns(1, it -> it.version)
                    .returns(1, it -> it.seen);
            Counter changed = repo.updateOrThrow(Changeset.change(forced, Map.of("name", "b")), WriteOption.force());
            assertThat(changed).returns(2, it -> it.version).returns("b", it -> it.name);
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo.update(Changeset.change(saved), WriteOption.force()));
        }

        @Test
        void aForcedUpdateOfWhatIsGoneIsStale() {
            Item x = item();
            repo.deleteAll(Item.class);
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo.update(Changeset.change(x), WriteOption.force()));
        }

        @Test
        void aRowOfSeveralTablesIsReadAndForced() {
            Tower saved = new Tower();
            saved.place = new Place("Oude Delft", 1);
            saved.keeper = new Home("Delft", new Street("Oude Delft"));
            repo.insert(saved);
            Tower other = repo.getOrThrow(Tower.class, saved.place);
            repo.updateOrThrow(Changeset.change(other, Map.of("height", 75, "floors", 3)));
            repo.updateOrThrow(Changeset.change(saved, Map.of("bells", 7)));
            repo.updateOrThrow(Changeset.change(saved), WriteOption.force());
            assertThat(repo.getOrThrow(Building.class, saved.place))
                    .isInstanceOfSatisfying(
                            Tower.class,
                            tower -> assertThat(tower)
                                    .returns(75, it -> it.height)
                                    .returns(3, it -> it.floors)
                                    .returns(7, it -> it.bells));
        }

        // -- stale

        @Test
        void aStaleRowIsASuccessAlsoIfItBecomesStaleMeanwhile() {
            Counter saved = repo.insert(new Counter("a"));
            CompletableFuture<?> update = whileOpen(
                    () -> repo.updateOrThrow(Changeset.change(saved, Map.of("name", "b"))),
                    () -> repo.updateOrThrow(Changeset.change(saved, Map.of("name", "c")), WriteOption.allowStale()));
            update.join();
            CompletableFuture<?> delete = whileOpen(
                    () -> repo.updateAll(Counter.class, Change.set("seen", 9)),
                    () -> repo.deleteOrThrow(
                            Changeset.change(repo.getOrThrow(Counter.class, saved.id)), WriteOption.allowStale()));
            delete.join();
            assertThat(repo.getOrThrow(Counter.class, saved.id).name).isEqualTo("b");
        }
    }
}
