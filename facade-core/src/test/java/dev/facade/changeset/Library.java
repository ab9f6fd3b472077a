package dev.facade.changeset;

import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/** Entities that no database knows. */
final class Library {

    private Library() {}

    enum Binding {
        HARD,
        SOFT
    }

    @MappedSuperclass
    abstract static class Stored {
        @Id
        Long id;

        @Version
        Integer version;
    }

    @Entity
    @Table(name = "books")
    static class Book extends Stored {
        String title;

        @Column(name = "isbn_13")
        String isbn;

        int pages;
        boolean lent;
        Boolean signed;
        Byte shelf;
        Short row;
        Long views;
        Float weight;
        Double rating;
        BigDecimal price;
        BigInteger serial;
        Character grade;
        Binding binding;
        UUID code;
        LocalDate published;
        LocalTime opens;
        LocalDateTime printed;
        OffsetDateTime bought;
        ZonedDateTime read;
        Instant seen;
        Duration loan;
        Year since;
        YearMonth issue;
        Date sold;
        byte[] cover;
        String passwordConfirmation;
        Long lockCount;
        Short shortCount;

        @ElementCollection
        Set<Integer> scores = new LinkedHashSet<>();

        List<Integer> counts;

        Map<Integer, Boolean> marks;

        @ElementCollection
        SortedSet<String> words = new TreeSet<>(Comparator.reverseOrder());

        @ElementCollection
        List<BigDecimal> prices = new ArrayList<>();

        @ElementCollection
        @OrderColumn
        List<String> steps = new ArrayList<>();

        @Embedded
        Size size;

        Spot spot;

        @ElementCollection
        List<Size> sizes = new ArrayList<>();

        @ManyToOne
        Writer writer;

        @ManyToOne
        @JoinColumn(name = "house")
        Publisher publisher;

        @ManyToOne
        Country firstCountry;

        @OneToMany(mappedBy = "book")
        List<Page> leaves = new ArrayList<>();

        @ManyToMany
        @OrderColumn
        List<Page> copies = new ArrayList<>();

        @OneToOne(mappedBy = "book")
        Receipt receipt;

        @ManyToMany
        Map<String, Writer> helpers;

        @ManyToMany(mappedBy = "honours")
        List<Writer> honoured = new ArrayList<>();

        Book() {}

        Book(String title) {
            this.title = title;
        }
    }

    @Embeddable
    static class Size {
        Integer height;
        Integer width;

        Size() {}

        Size(int height, int width) {
            this.height = height;
            this.width = width;
        }
    }

    @Embeddable
    record Spot(String room, int number) {}

    @Entity
    static class Writer extends Stored {
        String name;

        @OneToMany(mappedBy = "writer")
        Set<Book> books = new LinkedHashSet<>();

        @ManyToMany
        SortedSet<Country> honours = new TreeSet<>(Comparator.comparing((Country country) -> country.isoCode));

        Writer() {}

        Writer(Long id, String name) {
            this.id = id;
            this.name = name;
        }
    }

    @Entity
    static class Publisher {
        @Id
        long id;

        String name;
    }

    @Entity
    static class Country {
        @Id
        String isoCode;

        Country() {}

        Country(String isoCode) {
            this.isoCode = isoCode;
        }
    }

    @Entity
    static class Page extends Stored {
        String text;

        @ManyToOne
        Book book;

        Page() {}

        Page(Long id, String text) {
            this.id = id;
            this.text = text;
        }
    }

    @Entity
    static class Receipt extends Stored {
        String number;

        @OneToOne
        Book book;
    }
}
