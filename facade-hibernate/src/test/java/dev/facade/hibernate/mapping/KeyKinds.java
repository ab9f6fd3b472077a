package dev.facade.hibernate.mapping;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToOne;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.UuidGenerator;

/** Keys. */
final class KeyKinds {

    private KeyKinds() {}

    static final List<Kind<?>> ALL = List.of(
            Kind.of("assigned key", Assigned.class, Assigned::new).change("name", "changed"),
            Kind.of("assigned key, a string", Named.class, Named::new).change("title", "changed"),
            Kind.of("identity", Identity.class, Identity::new).change("name", "changed"),
            Kind.of("sequence, pooled", Sequence.class, Sequence::new).change("name", "changed"),
            Kind.of("table generator", TableKey.class, TableKey::new).change("name", "changed"),
            Kind.of("UUID, generated", RandomUuid.class, RandomUuid::new).change("name", "changed"),
            Kind.of("UUID, style 4", Uuid4.class, Uuid4::new).change("name", "changed"),
            Kind.of("UUID, style 7", Uuid7.class, Uuid7::new).change("name", "changed"),
            Kind.of("UUID, chosen by the caller", ChosenUuid.class, ChosenUuid::new)
                    .change("name", "changed"),
            Kind.of("@EmbeddedId, a class", Seat.class, Seat::new).change("name", "changed"),
            Kind.of("@EmbeddedId, a record", Shelf.class, Shelf::new).change("name", "changed"),
            Kind.of("@IdClass, a class", Line.class, Line::new).change("name", "changed"),
            Kind.of("@IdClass, a record", Cell.class, Cell::new).change("name", "changed"),
            Kind.of("@IdClass with a to-one", Membership.class, Membership::new)
                    .with(Club.class)
                    .needs(() -> List.of(new Club(1), new Club(2)))
                    .change("name", "changed")
                    .preload("club"),
            Kind.of("@EmbeddedId with a to-one", Entry.class, Entry::new)
                    .with(Club.class)
                    .needs(() -> List.of(new Club(1), new Club(2)))
                    .change("name", "changed"),
            Kind.of("@IdClass with a generated part", Numbered.class, Numbered::new)
                    .change("name", "changed")
                    .generated("keykinds$numbered.serial", "serial"),
            Kind.of("@EmbeddedId with a generated part", Counted.class, Counted::new)
                    .change("name", "changed")
                    .generated("keykinds$counted.serial", "serial"),
            Kind.of("@MapsId", Profile.class, Profile::new)
                    .with(Club.class)
                    .needs(() -> List.of(new Club(1), new Club(2), new Club(3)))
                    .change("name", "changed")
                    .preload("club"),
            Kind.of("@MapsId, into an @EmbeddedId", Visit.class, Visit::new)
                    .with(Club.class)
                    .needs(() -> List.of(new Club(1), new Club(2), new Club(3)))
                    .change("name", "changed")
                    .preload("club"),
            Kind.of("@NaturalId", Natural.class, Natural::new).change("name", "changed"),
            Kind.of("key by referencedColumnName", ByCode.class, ByCode::new)
                    .with(Country.class)
                    .needs(() -> List.of(new Country(1), new Country(2)))
                    .change("name", "changed")
                    .change("country", new Country(2))
                    .preload("country"));

    @Entity
    static class Assigned {
        @Id
        long id;

        String name;

        protected Assigned() {}

        Assigned(int number) {
            id = number;
            name = "name " + number;
        }
    }

    @Entity
    static class Named {
        @Id
        String name;

        String title;

        protected Named() {}

        Named(int number) {
            name = "name " + number;
            title = "title " + number;
        }
    }

    @Entity
    static class Identity {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        Long id;

        String name;

        protected Identity() {}

        Identity(int number) {
            name = "name " + number;
        }
    }

    @Entity
    static class Sequence {
        @Id
        @GeneratedValue
        Long id;

        String name;

        protected Sequence() {}

        Sequence(int number) {
            name = "name " + number;
        }
    }

    @Entity
    static class TableKey {
        @Id
        @GeneratedValue(strategy = GenerationType.TABLE)
        Long id;

        String name;

        protected TableKey() {}

        TableKey(int number) {
            name = "name " + number;
        }
    }

    @Entity
    static class RandomUuid {
        @Id
        @GeneratedValue
        UUID id;

        String name;

        protected RandomUuid() {}

        RandomUuid(int number) {
            name = "name " + number;
        }
    }

    @Entity
    static class Uuid4 {
        @Id
        @UuidGenerator(style = UuidGenerator.Style.RANDOM)
        UUID id;

        String name;

        protected Uuid4() {}

        Uuid4(int number) {
            name = "name " + number;
        }
    }

    @Entity
    static class Uuid7 {
        @Id
        @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
        UUID id;

        String name;

        protected Uuid7() {}

        Uuid7(int number) {
            name = "name " + number;
        }
    }

    @Entity
    static class ChosenUuid {
        @Id
        UUID id;

        String name;

        protected ChosenUuid() {}

        ChosenUuid(int number) {
            id = new UUID(0, number);
            name = "name " + number;
        }
    }

    @Embeddable
    static class Place implements Serializable {
        private static final long serialVersionUID = 1L;

        /** Not in the order of their names, which is the order of the columns. */
        @Column(name = "seat_row")
        int row;

        int chair;

        protected Place() {}

        Place(int row, int chair) {
            this.row = row;
            this.chair = chair;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Place place && place.row == row && place.chair == chair;
        }

        @Override
        public int hashCode() {
            return Objects.hash(row, chair);
        }
    }

    @Entity
    static class Seat {
        @EmbeddedId
        Place place;

        String name;

        protected Seat() {}

        Seat(int number) {
            place = new Place(number, 10 - number);
            name = "name " + number;
        }
    }

    @Embeddable
    record Rack(@Column(name = "rack_no") int number, String hall) implements Serializable {}

    @Entity
    static class Shelf {
        @EmbeddedId
        Rack rack;

        String name;

        protected Shelf() {}

        Shelf(int number) {
            rack = new Rack(number, "hall " + (10 - number));
            name = "name " + number;
        }
    }

    static class LineKey implements Serializable {
        private static final long serialVersionUID = 1L;
        long page;
        int line;

        protected LineKey() {}

        @Override
        public boolean equals(Object other) {
            return other instanceof LineKey key && key.page == page && key.line == line;
        }

        @Override
        public int hashCode() {
            return Objects.hash(page, line);
        }
    }

    @Entity
    @IdClass(LineKey.class)
    static class Line {
        @Id
        long page;

        @Id
        int line;

        String name;

        protected Line() {}

        Line(int number) {
            page = 10 - number;
            line = number;
            name = "name " + number;
        }
    }

    record CellKey(String row, int col) implements Serializable {}

    @Entity(name = "SheetCell")
    @IdClass(CellKey.class)
    static class Cell {
        @Id
        @Column(name = "row_name")
        String row;

        @Id
        int col;

        String name;

        protected Cell() {}

        Cell(int number) {
            row = "row " + number;
            col = 10 - number;
            name = "name " + number;
        }
    }

    @Entity
    static class Club {
        @Id
        long id;

        String title;

        protected Club() {}

        Club(int number) {
            id = number;
            title = "club " + number;
        }
    }

    static class MembershipKey implements Serializable {
        private static final long serialVersionUID = 1L;
        long club;
        int nr;

        protected MembershipKey() {}

        @Override
        public boolean equals(Object other) {
            return other instanceof MembershipKey key && key.club == club && key.nr == nr;
        }

        @Override
        public int hashCode() {
            return Objects.hash(club, nr);
        }
    }

    @Entity
    @IdClass(MembershipKey.class)
    static class Membership {
        @Id
        @ManyToOne(fetch = FetchType.LAZY)
        Club club;

        @Id
        int nr;

        String name;

        protected Membership() {}

        Membership(int number) {
            club = new Club(number % 2 + 1);
            nr = number;
            name = "name " + number;
        }
    }

    @Embeddable
    static class EntryKey implements Serializable {
        private static final long serialVersionUID = 1L;

        @ManyToOne(fetch = FetchType.LAZY)
        Club club;

        int nr;

        protected EntryKey() {}

        EntryKey(int number) {
            club = new Club(number % 2 + 1);
            nr = number;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof EntryKey key && key.nr == nr;
        }

        @Override
        public int hashCode() {
            return nr;
        }
    }

    @Entity
    static class Entry {
        @EmbeddedId
        EntryKey key;

        String name;

        protected Entry() {}

        Entry(int number) {
            key = new EntryKey(number);
            name = "name " + number;
        }
    }

    static class NumberedKey implements Serializable {
        private static final long serialVersionUID = 1L;
        Long serial;
        int series;

        protected NumberedKey() {}

        @Override
        public boolean equals(Object other) {
            return other instanceof NumberedKey key && Objects.equals(key.serial, serial) && key.series == series;
        }

        @Override
        public int hashCode() {
            return Objects.hash(serial, series);
        }
    }

    @Entity
    @IdClass(NumberedKey.class)
    static class Numbered {
        @Id
        @GeneratedValue
        Long serial;

        @Id
        int series;

        String name;

        protected Numbered() {}

        Numbered(int number) {
            series = number;
            name = "name " + number;
        }
    }

    @Embeddable
    static class CountedKey implements Serializable {
        private static final long serialVersionUID = 1L;

        @GeneratedValue
        Long serial;

        int series;

        protected CountedKey() {}

        CountedKey(int number) {
            series = number;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof CountedKey key && Objects.equals(key.serial, serial) && key.series == series;
        }

        @Override
        public int hashCode() {
            return Objects.hash(serial, series);
        }
    }

    @Entity
    static class Counted {
        @EmbeddedId
        CountedKey key;

        String name;

        protected Counted() {}

        Counted(int number) {
            key = new CountedKey(number);
            name = "name " + number;
        }
    }

    @Entity
    static class Profile {
        @Id
        Long id;

        @MapsId
        @OneToOne(fetch = FetchType.LAZY)
        Club club;

        String name;

        protected Profile() {}

        Profile(int number) {
            club = new Club(number);
            name = "name " + number;
        }
    }

    @Embeddable
    static class VisitKey implements Serializable {
        private static final long serialVersionUID = 1L;
        long clubId;
        int nr;

        protected VisitKey() {}

        VisitKey(long clubId, int nr) {
            this.clubId = clubId;
            this.nr = nr;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof VisitKey key && key.clubId == clubId && key.nr == nr;
        }

        @Override
        public int hashCode() {
            return Objects.hash(clubId, nr);
        }
    }

    @Entity
    static class Visit {
        @EmbeddedId
        VisitKey key;

        @MapsId("clubId")
        @ManyToOne(fetch = FetchType.LAZY)
        Club club;

        String name;

        protected Visit() {}

        Visit(int number) {
            key = new VisitKey(number, 10 - number);
            club = new Club(number);
            name = "name " + number;
        }
    }

    @Entity(name = "NaturalThing")
    static class Natural {
        @Id
        @GeneratedValue
        Long id;

        @NaturalId
        String code;

        String name;

        protected Natural() {}

        Natural(int number) {
            code = "code " + number;
            name = "name " + number;
        }
    }

    @Entity
    static class Country implements Serializable {
        private static final long serialVersionUID = 1L;

        @Id
        long id;

        @Column(unique = true)
        String code;

        protected Country() {}

        Country(int number) {
            id = number;
            code = "c" + number;
        }
    }

    @Entity
    static class ByCode {
        @Id
        long id;

        String name;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "country_code", referencedColumnName = "code")
        Country country;

        protected ByCode() {}

        ByCode(int number) {
            id = number;
            name = "name " + number;
            country = new Country(number % 2 + 1);
        }
    }
}
