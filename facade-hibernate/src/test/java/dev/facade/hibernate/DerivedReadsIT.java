package dev.facade.hibernate;

import static dev.facade.query.Expression.field;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.reverseOrder;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facade.FacadeRepository;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.Order;
import dev.facade.query.Page;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import jakarta.persistence.DiscriminatorValue;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.hibernate.Hibernate;
import org.hibernate.annotations.DiscriminatorFormula;
import org.hibernate.annotations.SQLSelect;
import org.hibernate.annotations.Subselect;
import org.hibernate.annotations.Synchronize;
import org.hibernate.annotations.View;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read by the mapping's own SQL may come from any table; what a fetch leaves undone is finished. */
class DerivedReadsIT {

    private static H2Node node;
    private static FacadeRepository repo;
    private static EntityManagerFactory factory;

    @BeforeAll
    static void start() {
        node = H2Node.named("derived");
        repo = HibernateFacade.builder()
                .master(node.url())
                .credentials(node.user(), node.password())
                .entities(
                        Graded.class,
                        Best.class,
                        Handmade.class,
                        Selected.class,
                        Viewed.class,
                        Plain.class,
                        Plot.class,
                        Bed.class,
                        Tree.class)
                .hibernate("hibernate.hbm2ddl.auto", "create")
                .build();
        factory = repo.withEntityManager(Target.master(), em -> em.getEntityManagerFactory());
        Plot plot = repo.insert(new Plot(new PlotKey(1, 2), "sunny"));
        repo.insert(new Tree(1, plot));
    }

    @AfterAll
    static void stop() {
        repo.close();
        node.close();
    }

    @ParameterizedTest
    @ValueSource(classes = {Graded.class, Best.class, Handmade.class, Selected.class, Viewed.class})
    void t69WhatSqlOfTheMappingReadsMayBeAnyTable(Class<?> derived) {
        HibernateExtension extension = new HibernateExtension();
        assertThat(extension.tablesRead(factory, derived).isKnown()).isFalse();
        assertThat(extension.tablesRead(factory, Plain.class).isKnown()).isTrue();
        repo.withEntityManager(Target.master(), em -> {
            assertThat(extension.tables(Query.from(derived).compile(em)).isKnown())
                    .isFalse();
            return true;
        });
    }

    @Test
    void noBulkWriteOfASelectIsTried() {
        assertThatThrownBy(() -> repo.updateAllReturning(Query.from(Selected.class), Change.set("name", "new")))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith("updateAllReturning: " + Selected.class.getName() + " is a @Subselect");
        assertThatThrownBy(() -> repo.deleteAllReturning(Query.from(Selected.class)))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith("deleteAllReturning: " + Selected.class.getName() + " is a @Subselect");
    }

    /** Pages of two over keys of two parts, in orders that leave ties. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pagesOverACompositeKeyMissNothing(boolean ascending) {
        List<Plot> plots = IntStream.range(0, 9)
                .mapToObj(i -> new Plot(new PlotKey(10 + i / 3, i % 3), "title " + i % 2))
                .toList();
        List<Bed> beds = IntStream.range(0, 9)
                .mapToObj(i -> new Bed(i % 3, 10 + i / 3, "title " + i % 2))
                .toList();
        try {
            repo.insertAll(plots);
            repo.insertAll(beds);
            Order byTitle = ascending ? field("title").asc() : field("title").desc();
            Order bySection =
                    ascending ? field("section").asc() : field("section").desc();
            assertThat(pages(Query.from(Plot.class)
                            .where(field("key").ne(new PlotKey(1, 2)))
                            .orderBy(byTitle)))
                    .hasSize(9)
                    .extracting(plot -> plot.title)
                    .isSortedAccordingTo(ascending ? naturalOrder() : reverseOrder());
            assertThat(pages(Query.from(Bed.class).orderBy(byTitle)))
                    .hasSize(9)
                    .extracting(bed -> bed.title)
                    .isSortedAccordingTo(ascending ? naturalOrder() : reverseOrder());
            assertThat(pages(Query.from(Bed.class).orderBy(bySection)))
                    .hasSize(9)
                    .extracting(bed -> bed.section)
                    .isSortedAccordingTo(ascending ? naturalOrder() : reverseOrder());
        } finally {
            repo.deleteAll(Query.from(Plot.class).where("title", "title 0"));
            repo.deleteAll(Query.from(Plot.class).where("title", "title 1"));
            repo.deleteAll(Query.from(Bed.class));
        }
    }

    /** All rows of all pages, each once. */
    private static <E> Set<E> pages(Query<E> query) {
        Set<E> rows = new LinkedHashSet<>();
        Set<Object> keys = new HashSet<>();
        Page.Request request = Page.Request.first(2);
        for (int turn = 0; turn < 20; turn++) {
            Page<E> page = repo.page(query, request);
            page.rows()
                    .forEach(row -> assertThat(
                                    keys.add(factory.getPersistenceUnitUtil().getIdentifier(row)))
                            .as("%s for the first time", row)
                            .isTrue());
            rows.addAll(page.rows());
            if (!page.hasNext()) {
                return rows;
            }
            request = Page.Request.after(page.next(), 2);
        }
        throw new AssertionError("the pages have no end: " + keys);
    }

    /** More than one statement asks for. */
    @Test
    void reloadFindsEachOfManyRows() {
        List<Bed> beds =
                IntStream.range(0, 1_101).mapToObj(i -> new Bed(i, 20, "title")).toList();
        try {
            repo.insertAll(beds);
            assertThat(repo.reload(beds)).hasSize(1_101).allMatch(Optional::isPresent);
        } finally {
            repo.deleteAll(Query.from(Bed.class));
        }
    }

    @Test
    void t71AReferenceToACompositeKeyIsLoadedByTheOption() {
        Tree read = repo.getOrThrow(Tree.class, 1, Preload.of("plot"));
        assertThat(Hibernate.isInitialized(read.plot)).isTrue();
        assertThat(read.plot.title()).isEqualTo("sunny");
        List<Tree> all = repo.all(Tree.class, Preload.of("plot"));
        assertThat(all).allMatch(tree -> Hibernate.isInitialized(tree.plot));
    }

    @Entity
    @DiscriminatorFormula("(select case when count(*) > 0 then 'best' else 'graded' end from Plain p where p.id = id)")
    @DiscriminatorValue("graded")
    static class Graded {
        @Id
        int id;
    }

    @Entity
    @DiscriminatorValue("best")
    static class Best extends Graded {}

    @Entity
    @Table(name = "handmade")
    @SQLSelect(sql = "select h.id, p.name from handmade h join Plain p on p.id = h.id where h.id = ?")
    static class Handmade {
        @Id
        int id;

        String name;
    }

    @Entity
    @Subselect("select id, upper(name) as name from Plain")
    @Synchronize("Plain")
    static class Selected {
        @Id
        int id;

        String name;
    }

    @Entity
    @Table(name = "viewed")
    @View(query = "select id, upper(name) as name from Plain")
    static class Viewed {
        @Id
        int id;

        String name;
    }

    @Entity
    @Table(name = "Plain")
    static class Plain {
        @Id
        int id;

        String name;
    }

    @Embeddable
    static class PlotKey implements Serializable {
        private static final long serialVersionUID = 1L;
        int section;
        int nr;

        protected PlotKey() {}

        PlotKey(int section, int nr) {
            this.section = section;
            this.nr = nr;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof PlotKey key && key.section == section && key.nr == nr;
        }

        @Override
        public int hashCode() {
            return Objects.hash(section, nr);
        }
    }

    @Entity
    static class Plot {
        @EmbeddedId
        PlotKey key;

        String title;

        protected Plot() {}

        Plot(PlotKey key, String title) {
            this.key = key;
            this.title = title;
        }

        /** Not the field, since a plot may be a proxy. */
        public String title() {
            return title;
        }
    }

    static class BedKey implements Serializable {
        private static final long serialVersionUID = 1L;
        int nr;
        int section;

        @Override
        public boolean equals(Object other) {
            return other instanceof BedKey key && key.nr == nr && key.section == section;
        }

        @Override
        public int hashCode() {
            return Objects.hash(nr, section);
        }
    }

    @Entity
    @IdClass(BedKey.class)
    static class Bed {
        @Id
        int nr;

        @Id
        int section;

        String title;

        protected Bed() {}

        Bed(int nr, int section, String title) {
            this.nr = nr;
            this.section = section;
            this.title = title;
        }
    }

    @Entity
    static class Tree {
        @Id
        int id;

        @ManyToOne(fetch = FetchType.LAZY)
        Plot plot;

        protected Tree() {}

        Tree(int id, Plot plot) {
            this.id = id;
            this.plot = plot;
        }
    }
}
