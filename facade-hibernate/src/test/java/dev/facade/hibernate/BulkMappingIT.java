package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.FacadeRepository;
import dev.facade.option.WriteOption;
import dev.facade.query.Change;
import dev.facade.query.OnConflict;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import dev.facade.test.PostgresNode;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.PrePersist;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.annotations.CreationTimestamp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Rows of every kind of mapping, on each database. */
class BulkMappingIT {

    private static final Class<?>[] ENTITIES = {
        Parcel.class, Ticket.class, Seat.class, Spot.class, Animal.class, Dog.class, Car.class, Truck.class
    };

    private static H2Node node;
    private static FacadeRepository onH2;
    private static FacadeRepository onPostgres;

    @BeforeAll
    static void start() {
        node = H2Node.named("mappings");
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

    enum Size {
        SMALL,
        LARGE
    }

    record Weight(int grams) {}

    static class Grams implements AttributeConverter<Weight, Integer> {
        @Override
        public Integer convertToDatabaseColumn(Weight weight) {
            return weight == null ? null : weight.grams();
        }

        @Override
        public Weight convertToEntityAttribute(Integer grams) {
            return grams == null ? null : new Weight(grams);
        }
    }

    @Embeddable
    static class Address {
        String street;

        @Column(name = "the city")
        String city;

        protected Address() {}

        Address(String street, String city) {
            this.street = street;
            this.city = city;
        }
    }

    @Entity
    @Table(name = "`Parcel of all`")
    static class Parcel {
        @Id
        @GeneratedValue
        UUID id;

        @Enumerated(EnumType.STRING)
        Size size;

        @Convert(converter = Grams.class)
        Weight weight;

        Address destination;
        BigDecimal price;
        LocalDate posted;
        byte[] label;

        @CreationTimestamp
        Instant created;

        String checkedBy;

        @Column(insertable = false)
        String stamped;

        @PrePersist
        void check() {
            checkedBy = "listener";
        }
    }

    @Entity
    static class Ticket {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        long id;

        @Column(unique = true)
        String code;

        @Version
        Instant changed;

        @Column(columnDefinition = "integer default 5")
        Integer zone;

        protected Ticket() {}

        Ticket(String code) {
            this.code = code;
        }
    }

    @Embeddable
    static class Place implements Serializable {
        private static final long serialVersionUID = 1L;
        int line;
        int chair;

        protected Place() {}

        Place(int line, int chair) {
            this.line = line;
            this.chair = chair;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Place place && place.line == line && place.chair == chair;
        }

        @Override
        public int hashCode() {
            return Objects.hash(line, chair);
        }
    }

    @Entity
    static class Seat {
        @EmbeddedId
        Place place;

        @Version
        int version;

        @Column(unique = true)
        String guest;

        protected Seat() {}

        Seat(int line, int chair, String guest) {
            this.place = new Place(line, chair);
            this.guest = guest;
        }
    }

    record SpotKey(int line, int chair) {}

    @Entity
    @IdClass(SpotKey.class)
    static class Spot {
        @Id
        int line;

        @Id
        int chair;

        String guest;

        protected Spot() {}

        Spot(int line, int chair, String guest) {
            this.line = line;
            this.chair = chair;
            this.guest = guest;
        }
    }

    @Entity
    static class Animal {
        @Id
        Long id;

        String name;
    }

    @Entity
    static class Dog extends Animal {
        String breed;
    }

    @Entity
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Car {
        @Id
        Long id;
    }

    @Entity
    static class Truck extends Car {
        int load;
    }

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
    }

    abstract static class Cases {

        abstract FacadeRepository repo();

        @BeforeEach
        void empty() {
            for (Class<?> entity : List.of(Parcel.class, Ticket.class, Seat.class, Spot.class, Animal.class)) {
                repo().deleteAll(entity);
            }
        }

        private static Parcel parcel() {
            Parcel parcel = new Parcel();
            parcel.size = Size.LARGE;
            parcel.weight = new Weight(500);
            parcel.destination = new Address("Main", "Rome");
            parcel.price = new BigDecimal("12.50");
            parcel.posted = LocalDate.of(2026, 2, 28);
            parcel.label = new byte[] {1, 2};
            return parcel;
        }

        @Test
        void everyTypeGoesThereAndBack() {
            Parcel stored =
                    repo().insertAllReturning(Parcel.class, List.of(parcel())).get(0);
            assertThat(stored)
                    .usingRecursiveComparison()
                    .ignoringFields("id", "created", "checkedBy")
                    .isEqualTo(parcel());
            assertThat(stored.id).isNotNull();
            assertThat(stored.created).isNotNull();
            assertThat(stored.checkedBy).isEqualTo("listener");
        }

        @Test
        void mapsTakeEmbeddedAndConvertedValuesAndMakeWhatIsGenerated() {
            Parcel stored = repo().insertAllReturning(
                            Parcel.class,
                            List.of(Map.of(
                                    "size", Size.SMALL,
                                    "weight", new Weight(7),
                                    "destination", new Address("Side", "Bonn"))))
                    .get(0);
            assertThat(stored.destination.city).isEqualTo("Bonn");
            assertThat(stored.weight).isEqualTo(new Weight(7));
            assertThat(stored.created).isNotNull();
            assertThat(stored.price).isNull();
        }

        @Test
        void anAttributeThatIsNeverWrittenIsRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insertAll(Parcel.class, List.of(Map.of("stamped", "x"))))
                    .withMessageContaining("not written");
        }

        @Test
        void theColumnMakesTheKeyAndTheDefault() {
            List<Ticket> tickets = repo().insertAllReturning(
                            Ticket.class,
                            List.of(Map.of("code", "a"), Map.of("code", "b", "zone", 2), new Ticket("c")));
            assertThat(tickets).extracting(ticket -> ticket.zone).containsExactly(5, 2, null);
            assertThat(tickets)
                    .extracting(ticket -> ticket.id)
                    .doesNotContain(0L)
                    .doesNotHaveDuplicates();
            assertThat(tickets).extracting(ticket -> ticket.changed).doesNotContainNull();
        }

        @Test
        void aConflictGivesTheKeyOfTheExistingRow() {
            Ticket first = repo().insert(new Ticket("a"));
            Ticket second =
                    repo().insert(new Ticket("a"), OnConflict.replace("zone").target("code"));
            assertThat(second.id).isEqualTo(first.id);
            Ticket third = repo().insert(new Ticket("a"), OnConflict.nothing().target("code"));
            assertThat(third.id).isZero();
        }

        @Test
        void aKeyOfSeveralColumnsIsGivenAndMayBeTheTarget() {
            Seat seat = new Seat(1, 2, "a");
            repo().insertAll(Seat.class, List.of(seat));
            seat.guest = "b";
            assertThat(repo().insertAll(
                                    Seat.class,
                                    List.of(seat),
                                    OnConflict.replace("guest").target("place")))
                    .isEqualTo(1);
            assertThat(repo().all(Query.from(Seat.class)))
                    .extracting(found -> found.guest)
                    .containsExactly("b");
        }

        @Test
        void oneWithAKeyOfSeveralColumnsIsInsertedUnderARule() {
            repo().insert(new Seat(1, 1, "a"), OnConflict.nothing());
            OnConflict rule = OnConflict.replace("guest").target("place");
            assertThat(repo().insert(new Seat(1, 2, "b"), rule).version).isZero();
            assertThat(repo().insert(new Seat(1, 2, "c"), rule).version).isEqualTo(1);
            repo().insert(new Seat(1, 2, "d"), OnConflict.nothing().target("place"));
            repo().insert(new Seat(1, 3, "a"), OnConflict.replaceAll().target("guest"));
            assertThat(repo().all(Query.from(Seat.class)))
                    .extracting(seat -> seat.place.chair + seat.guest)
                    .containsExactlyInAnyOrder("3a", "2c");

            OnConflict spots = OnConflict.replace("guest").target("line", "chair");
            repo().insert(new Spot(1, 1, "a"), spots);
            Spot spot = repo().insert(new Spot(1, 1, "b"), spots, WriteOption.returning());
            assertThat(spot.chair).isEqualTo(1);
            assertThat(repo().all(Query.from(Spot.class)))
                    .extracting(found -> found.guest)
                    .containsExactly("b");
        }

        @Test
        void aKeyOfSeveralColumnsThatWouldNotBeToldIsRefused() {
            repo().insert(new Seat(1, 1, "a"));
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> repo().insert(
                                    new Seat(1, 2, "a"),
                                    OnConflict.update(Change.set("guest", "b")).target("guest")))
                    .withMessageContaining("expected: the key [place]");
            assertThat(repo().all(Query.from(Seat.class)))
                    .extracting(found -> found.guest)
                    .containsExactly("a");
        }

        @Test
        void aClassOfAHierarchyInOneTableIsWrittenAsWhatItIs() {
            repo().insertAll(Dog.class, List.of(Map.of("id", 1L, "name", "Rex", "breed", "Pug")));
            repo().insertAll(Animal.class, List.of(Map.of("id", 2L, "name", "Tom")));
            assertThat(repo().all(Dog.class)).extracting(dog -> dog.name).containsExactly("Rex");
            assertThat(repo().count(Animal.class)).isEqualTo(2);
        }

        @Test
        void aHierarchyInSeveralTablesIsRefused() {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> repo().insertAll(Truck.class, List.of(Map.of("id", 1L))))
                    .withMessageContaining("one table");
        }
    }
}
