package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.FacadeRepository;
import dev.facade.option.WriteOption;
import dev.facade.query.Change;
import dev.facade.query.Expression;
import dev.facade.query.OnConflict;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import dev.facade.test.PostgresNode;
import jakarta.persistence.Access;
import jakarta.persistence.AccessType;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Transient;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.constraints.NotBlank;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.hibernate.annotations.Audited;
import org.hibernate.annotations.ColumnDefault;
import org.hibernate.annotations.CreationTimestamp;
import org.hibernate.annotations.Generated;
import org.hibernate.annotations.GeneratedColumn;
import org.hibernate.annotations.SQLInsert;
import org.hibernate.annotations.SoftDelete;
import org.hibernate.annotations.SourceType;
import org.hibernate.annotations.Temporal;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Rows are written as Hibernate would write them, column by column, or refused by name. All mappings: MappingsIT. */
class BulkColumnsIT {

    private static final Class<?>[] ENTITIES = {
        Deposit.class,
        Note.class,
        Price.class,
        Loud.class,
        Bin.class,
        Door.class,
        Label.class,
        Plot.class,
        Hut.class,
        Badge.class,
        Shelf.class
    };

    private static H2Node node;
    private static FacadeRepository onH2;
    private static FacadeRepository onPostgres;

    @BeforeAll
    static void start() {
        node = H2Node.named("columns");
        onH2 = facade(node.url(), node.user(), node.password());
        PostgresNode master = Blog.postgres().master();
        onPostgres = facade(master.url(), master.user(), master.password());
    }

    private static FacadeRepository facade(String url, String user, String password) {
        return HibernateFacade.builder()
                .master(url)
                .credentials(user, password)
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

    @Embeddable
    static class Track {
        String author;

        @CreationTimestamp
        Instant since;

        protected Track() {}

        Track(String author) {
            this.author = author;
        }
    }

    @Entity(name = "BulkDeposit")
    static class Deposit {
        @Id
        long id;

        int amount;

        @ColumnDefault("7")
        @Generated
        Integer score;

        @GeneratedColumn("amount * 2")
        Integer twice;

        @CreationTimestamp(source = SourceType.DB)
        Instant created;

        Track track;

        protected Deposit() {}

        Deposit(long id, int amount) {
            this.id = id;
            this.amount = amount;
            this.track = new Track("me");
        }
    }

    @Entity(name = "BulkNote")
    @Audited
    static class Note {
        @Id
        long id;

        String text;

        protected Note() {}

        Note(long id, String text) {
            this.id = id;
            this.text = text;
        }
    }

    @Entity(name = "BulkPrice")
    @Temporal
    static class Price {
        @Id
        long id;

        int amount;

        protected Price() {}

        Price(long id, int amount) {
            this.id = id;
            this.amount = amount;
        }
    }

    @Entity(name = "BulkLoud")
    @SQLInsert(sql = "insert into BulkLoud (word, id) values (upper(?), ?)")
    static class Loud {
        @Id
        long id;

        String word;

        protected Loud() {}

        Loud(long id, String word) {
            this.id = id;
            this.word = word;
        }
    }

    @Entity(name = "BulkBin")
    @SoftDelete
    static class Bin {
        @Id
        long id;

        String name;

        protected Bin() {}

        Bin(long id, String name) {
            this.id = id;
            this.name = name;
        }
    }

    /** Its attribute is called open, its field is not. */
    @Entity(name = "BulkDoor")
    @Access(AccessType.PROPERTY)
    static class Door {
        private long number;
        private boolean isOpen;

        @Id
        public long getId() {
            return number;
        }

        public void setId(long id) {
            number = id;
        }

        public boolean isOpen() {
            return isOpen;
        }

        public void setOpen(boolean open) {
            isOpen = open;
        }

        @Transient
        Door with(long id, boolean open) {
            number = id;
            isOpen = open;
            return this;
        }
    }

    @Entity(name = "BulkLabel")
    static class Label {
        @Id
        long id;

        @ColumnDefault("'nobody'")
        String name;

        @Column(name = "name_note")
        String nameNote;

        String[] tags;
        Integer[] numbers;
    }

    record PlotKey(int line, int place) {}

    @Entity(name = "BulkPlot")
    static class Plot {
        @EmbeddedId
        PlotKey key;

        String owner;

        protected Plot() {}

        Plot(PlotKey key, String owner) {
            this.key = key;
            this.owner = owner;
        }
    }

    @Entity(name = "BulkHut")
    static class Hut {
        @Id
        long id;

        @ManyToOne
        Plot plot;

        @ManyToOne
        Shelf shelf;
    }

    @Entity(name = "BulkShelf")
    static class Shelf {
        @Id
        long id;

        String name;

        protected Shelf() {}

        Shelf(long id, String name) {
            this.id = id;
            this.name = name;
        }
    }

    @Entity(name = "BulkBadge")
    static class Badge {
        @Id
        long id;

        @NotBlank
        String holder;

        protected Badge() {}

        Badge(long id, String holder) {
            this.id = id;
            this.holder = holder;
        }
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

        @Test
        void t73AnElementIsAppendedUnderATurkishLocale() {
            Locale before = Locale.getDefault();
            repo().insertAll(
                            Label.class,
                            List.of(Map.of("id", 1L, "tags", new String[] {"a"}, "numbers", new Integer[] {1})));
            try {
                Locale.setDefault(Locale.forLanguageTag("tr-TR"));
                repo().updateAll(Query.from(Label.class), Change.push("tags", "I"), Change.push("numbers", 2));
            } finally {
                Locale.setDefault(before);
            }
            Label stored = repo().getOrThrow(Label.class, 1L);
            assertThat(stored.tags).containsExactly("a", "I");
            assertThat(stored.numbers).containsExactly(1, 2);
        }
    }

    abstract static class Cases {

        abstract FacadeRepository repo();

        @BeforeEach
        void empty() {
            repo().deleteAll(Hut.class);
            for (Class<?> entity :
                    List.of(Deposit.class, Loud.class, Door.class, Label.class, Plot.class, Shelf.class, Badge.class)) {
                repo().deleteAll(entity);
            }
        }

        private void isMade(Deposit deposit) {
            assertThat(deposit.score).isEqualTo(7);
            assertThat(deposit.twice).isEqualTo(deposit.amount * 2);
            assertThat(deposit.created).isNotNull();
            assertThat(deposit.track.since).isNotNull();
        }

        @Test
        void t62WhatTheDatabaseMakesIsLeftToIt() {
            repo().insertAll(
                            Deposit.class,
                            List.of(
                                    new Deposit(1, 10),
                                    Map.of("id", 2L, "amount", 20),
                                    Map.of("id", 3L, "amount", 30, "track", new Track("you"))));
            repo().insertAll(
                            Deposit.class,
                            Query.from(Deposit.class)
                                    .where("id", 1L)
                                    .selectMap(
                                            Expression.field("id").plus(3L).as("id"),
                                            Expression.field("amount").as("amount")));
            List<Deposit> all = repo().all(Deposit.class);
            assertThat(all).hasSize(4).allSatisfy(this::isMade);
            assertThat(repo().getOrThrow(Deposit.class, 3L).track.author).isEqualTo("you");
        }

        @Test
        void t62AnUpsertLeavesItToTheDatabaseTooAndTellsIt() {
            OnConflict rule = OnConflict.replaceAll().target("id");
            isMade(repo().insert(new Deposit(1, 10), rule));
            Deposit again = repo().insert(new Deposit(1, 11), rule);
            isMade(again);
            assertThat(again.twice).isEqualTo(22);
            isMade(repo().getOrThrow(Deposit.class, 1L));
        }

        @Test
        void t62AColumnOfTheDatabaseIsNotGiven() {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> repo().insertAll(Deposit.class, List.of(Map.of("id", 1L, "amount", 1, "twice", 3))))
                    .withMessageContaining("twice: 3 (expected: not given");
            assertThat(repo().count(Deposit.class)).isZero();
        }

        private long history(String table, long id) {
            Object count = repo().sql()
                    .query("select count(*) from " + table + " where id = " + id)
                    .rows()
                    .get(0)
                    .get(0);
            return ((Number) Objects.requireNonNull(count)).longValue();
        }

        @Test
        void t62AHistoryIsKeptOrTheRowsAreRefused() {
            repo().insertAll(Note.class, List.of(new Note(1, "a"), new Note(2, "b")));
            assertThat(history("BulkNote_AUD", 2)).isEqualTo(1);
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> repo().insertAll(Note.class, List.of(Map.of("id", 3L))))
                    .withMessageContaining("Note, which keeps a history, @Audited or @Temporal")
                    .withMessageContaining("give the rows as entities");
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> repo().insert(new Note(3, "c"), OnConflict.nothing()))
                    .withMessageContaining("a conflict rule");
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> repo().insertAll(
                                    Note.class,
                                    Query.from(Shelf.class)
                                            .selectMap(Expression.field("id").as("id"))))
                    .withMessageContaining("a query's rows");
            assertThat(repo().exists(Query.from(Note.class).where("id", 3L))).isFalse();

            repo().insertAll(Price.class, List.of(new Price(1, 5)));
            assertThat(repo().getOrThrow(Price.class, 1L).amount).isEqualTo(5);
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> repo().insertAll(Price.class, List.of(Map.of("id", 2L, "amount", 1))));
        }

        @Test
        void t62AnInsertOfTheMappingsOwnIsUsed() {
            repo().insertAll(Loud.class, List.of(new Loud(1, "hush")));
            assertThat(repo().getOrThrow(Loud.class, 1L).word).isEqualTo("HUSH");
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> repo().insertAll(Loud.class, List.of(Map.of("id", 2L, "word", "hush"))))
                    .withMessageContaining("@SQLInsert");
        }

        @Test
        void t62RowsThatAreDeletedSoftlyAreThereAtFirst() {
            repo().insertAll(Bin.class, List.of(new Bin(1, "a"), Map.of("id", 2L, "name", "b")));
            assertThat(repo().all(Bin.class)).extracting(bin -> bin.name).containsExactlyInAnyOrder("a", "b");
            repo().delete(repo().getOrThrow(Bin.class, 1L));
            assertThat(repo().all(Bin.class)).extracting(bin -> bin.name).containsExactly("b");
            assertThatExceptionOfType(jakarta.persistence.OptimisticLockException.class)
                    .isThrownBy(() -> repo().insert(
                                    new Bin(1, "c"), OnConflict.replace("name").target("id")));
        }

        @Test
        void t62EntitiesAsRowsAreValidated() {
            assertThatExceptionOfType(ConstraintViolationException.class)
                    .isThrownBy(() -> repo().insertAll(Badge.class, List.of(new Badge(1, "x"), new Badge(2, " "))));
            assertThat(repo().count(Badge.class)).isZero();
        }

        @Test
        void t70AnAttributeBearsItsPropertysName() {
            repo().insertAll(Door.class, List.of(Map.of("id", 1L, "open", true), new Door().with(2, false)));
            OnConflict rule = OnConflict.replace("open").target("id");
            repo().insert(new Door().with(1, false), rule, WriteOption.returning("open"));
            assertThat(repo().insertAllReturning(
                                    Door.class, List.of(Map.of("id", 3L, "open", true)), WriteOption.returning("open")))
                    .extracting(Door::isOpen)
                    .containsExactly(true);
            assertThat(repo().all(Query.from(Door.class)
                            .orderBy(Expression.field("id").asc())))
                    .extracting(Door::isOpen)
                    .containsExactly(false, false, true);
        }

        @Test
        void t72AColumnWhoseNameBeginsLikeAnothersKeepsItsValue() {
            OnConflict rule = OnConflict.replaceAll().target("id");
            for (String note : List.of("first", "second")) {
                repo().insertAll(Label.class, List.of(Map.of("id", 1L, "nameNote", note)), rule);
                Label stored = repo().getOrThrow(Label.class, 1L);
                assertThat(stored.nameNote).isEqualTo(note);
                assertThat(stored.name).isEqualTo("nobody");
            }
        }

        record HutRow(long id, PlotKey plot, long shelf) {}

        @Test
        void aReferenceIsGivenByItsKey() {
            repo().insert(new Shelf(7, "top"));
            repo().insert(new Plot(new PlotKey(1, 2), "x"));
            repo().insertAll(
                            Hut.class,
                            List.of(
                                    Map.of("id", 1L, "shelf", 7L, "plot", new PlotKey(1, 2)),
                                    new HutRow(2, new PlotKey(1, 2), 7)));
            List<Hut> huts = new ArrayList<>(repo().all(Hut.class));
            assertThat(huts).hasSize(2).allSatisfy(hut -> {
                assertThat(hut.shelf.name).isEqualTo("top");
                assertThat(hut.plot.owner).isEqualTo("x");
            });
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insertAll(Hut.class, List.of(Map.of("id", 3L, "shelf", "7"))))
                    .withMessageContaining("or its key, a java.lang.Long");
        }

        @Test
        void aReferenceIsSelectedByItsKey() {
            repo().insert(new Shelf(7, "top"));
            repo().insertAll(Hut.class, List.of(Map.of("id", 1L, "shelf", 7L)));
            Query<?> copy = Query.from(Hut.class)
                    .selectMap(
                            Expression.field("id").plus(1L).as("id"),
                            Expression.field("shelf.id").as("shelf"));
            assertThat(repo().insertAllReturning(Hut.class, copy))
                    .extracting(hut -> hut.id + hut.shelf.name)
                    .containsExactly("2top");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insertAll(
                                    Hut.class,
                                    Query.from(Hut.class)
                                            .selectMap(
                                                    Expression.field("id")
                                                            .plus(9L)
                                                            .as("id"),
                                                    Expression.field("shelf").as("shelf"))))
                    .withMessageContaining("of a reference its key is selected");
        }

        @Test
        void theRowsOfAQueryComeBack() {
            repo().insertAll(Shelf.class, List.of(new Shelf(1, "a"), new Shelf(2, "b")));
            Query<?> copies = Query.from(Shelf.class)
                    .selectMap(
                            Expression.field("id").plus(10L).as("id"),
                            Expression.field("name").as("name"));
            assertThat(repo().insertAllReturning(Shelf.class, copies))
                    .extracting(shelf -> shelf.id + shelf.name)
                    .containsExactlyInAnyOrder("11a", "12b");
            assertThat(repo().insertAllReturning(
                                    Shelf.class,
                                    copies.where(Expression.field("id").gt(100L))))
                    .isEmpty();
        }
    }
}
