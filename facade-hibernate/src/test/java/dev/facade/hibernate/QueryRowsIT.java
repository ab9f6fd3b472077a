package dev.facade.hibernate;

import static dev.facade.query.Condition.exists;
import static dev.facade.query.Expression.count;
import static dev.facade.query.Expression.field;
import static dev.facade.query.Expression.fragment;
import static dev.facade.query.Expression.parameter;
import static dev.facade.query.Expression.value;
import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.query.Change;
import dev.facade.query.Page;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Which rows a query finds, changes and counts, where clauses meet. */
class QueryRowsIT {

    private static H2Node node;
    private static FacadeRepository onH2;
    private static FacadeRepository onPostgres;

    @BeforeAll
    static void start() {
        node = Blog.h2("master");
        onH2 = Blog.onH2(node).build();
        onPostgres = Blog.onPostgres().build();
    }

    @AfterAll
    static void stop() {
        onH2.close();
        onPostgres.close();
        node.close();
    }

    @Nested
    class OnH2 extends Cases {
        OnH2() {
            super(onH2);
        }
    }

    @Nested
    class OnPostgres extends Cases {
        OnPostgres() {
            super(onPostgres);
        }

        /** Two workers that claim the next job: the second one finds that it is taken. */
        @Test
        void aLimitedUpdateChangesNoRowThatHasCeasedToMeetItsCondition() {
            Query<Post> next = posts().where("likes", 10).limit(1);
            ExecutorService other = Executors.newSingleThreadExecutor();
            try {
                Future<Long> second = onPostgres.transaction(() -> {
                    assertThat(onPostgres.updateAll(next, Change.set("likes", 11)))
                            .isEqualTo(1);
                    Future<Long> waiting = other.submit(() -> onPostgres.updateAll(next, Change.set("likes", 12)));
                    await().until(() -> onPostgres
                                    .sql()
                                    .query("select 1 from pg_stat_activity where wait_event_type = 'Lock'")
                                    .count()
                            > 0);
                    return waiting;
                });
                assertThat(second).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(0L);
            } finally {
                other.shutdownNow();
            }
            assertThat(onPostgres.all(posts().select(field("likes")))).isEqualTo(List.of(11, 20, 30));
        }
    }

    abstract static class Cases {

        private final FacadeRepository repo;

        Cases(FacadeRepository repo) {
            this.repo = repo;
        }

        /** Posts a: 10, b: 20, c: 30, of which a has three comments, and b one. */
        @BeforeEach
        void fill() {
            repo.deleteAll(Comment.class);
            repo.deleteAll(Post.class);
            repo.deleteAll(Author.class);
            repo.insert(new Post("a", 10).with("x").with("y").with("z"));
            repo.insert(new Post("b", 20).with("x"));
            repo.insert(new Post("c", 30));
        }

        static Query<Post> posts() {
            return from(Post.class).orderBy(field("title").asc());
        }

        private List<String> titles() {
            return titles(repo.all(posts()));
        }

        private static List<String> titles(List<Post> posts) {
            return posts.stream().map(post -> post.title).toList();
        }

        // -- statements

        @Test
        void aStatementWithAnAliasAndALimitFindsItsOwnRows() {
            Query<Post> most = from(Post.class)
                    .as("p")
                    .where(field("p.likes").gt(5))
                    .orderBy(field("p.likes").desc())
                    .limit(1);
            assertThat(repo.updateAll(most, Change.set("likes", 31))).isEqualTo(1);
            assertThat(repo.all(posts().select(field("likes")))).isEqualTo(List.of(10, 20, 31));
            assertThat(repo.deleteAll(most)).isEqualTo(1);
            assertThat(titles()).containsExactly("a", "b");
        }

        @Test
        void aStatementWithALimitAndNoOrderTakesTheLeastKeys() {
            assertThat(repo.deleteAll(from(Post.class).where("title", "c").limit(1)))
                    .isEqualTo(1);
            assertThat(repo.updateAll(from(Post.class).limit(1), Change.set("likes", 0)))
                    .isEqualTo(1);
            assertThat(repo.count(from(Post.class).limit(1))).isEqualTo(1);
            assertThat(repo.count(from(Post.class).limit(7))).isEqualTo(2);
        }

        @Test
        void aStatementIsNoCombinationAndHasNoHavingByItself() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.deleteAll(from(Post.class).having(count().gt(100L))))
                    .withMessageContaining("having");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.deleteAll(from(Post.class).union(from(Post.class))))
                    .withMessageContaining("combination");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.updateAll(from(Post.class), Change.set("author.country", "x")))
                    .withMessageContaining("author.country");
            assertThat(titles()).containsExactly("a", "b", "c");
        }

        @Test
        void changedAndDeletedRowsComeBackWhateverTheQueryNames() {
            Query<Post> named = from(Post.class).where(field("title").eq(parameter("t")));
            assertThat(titles(repo.updateAllReturning(named.with("t", "b"), Change.inc("likes", 1))))
                    .containsExactly("b");
            Query<Post> commented =
                    posts().join("comments", "c").where(field("c.text").eq("x"));
            assertThat(titles(repo.updateAllReturning(commented, Change.inc("likes", 1))))
                    .containsExactlyInAnyOrder("a", "b");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.updateAllReturning(
                            commented.selectMap(field("title"), field("c.text")), Change.inc("likes", 1)))
                    .withMessageContaining("joins");
            assertThat(titles(repo.deleteAllReturning(named.with("t", "c")))).containsExactly("c");
            assertThat(repo.deleteAllReturning(from(Comment.class)
                            .join("post", "p")
                            .where(field("p.title").eq("a"))
                            .where("text", "y")
                            .selectTuple(field("text"), field("p.title"))))
                    .isEqualTo(List.of(List.of("y", "a")));
        }

        @Test
        void theProgramsPreparationReachesAllStatements() {
            repo.deleteAll(Comment.class);
            FacadeRepository prepared = FacadeRepository.builder()
                    .master(repo.withEntityManager(
                            dev.facade.option.Target.master(), em -> em.getEntityManagerFactory()))
                    .prepareQuery((operation, query) -> query.entity().equals(Post.class)
                            ? query.where(field("likes").lt(25))
                            : query)
                    .build();
            prepared.updateAllReturning(from(Post.class), Change.inc("likes", 1));
            prepared.insertAll(
                    Author.class, from(Post.class).selectMap(field("title").as("name")));
            assertThat(prepared.deleteAllReturning(from(Post.class))).hasSize(2);
            assertThat(repo.all(posts()))
                    .extracting(post -> post.title + post.likes)
                    .containsExactly("c30");
            assertThat(repo.count(Author.class)).isEqualTo(2);
        }

        // -- joins

        @Test
        void anEntityIsFoundOnceHoweverOftenAJoinFindsIt() {
            Query<Post> commented = posts().join("comments", "c");
            assertThat(titles(repo.all(commented))).containsExactly("a", "b");
            assertThat(titles(repo.all(commented.limit(2)))).containsExactly("a", "b");
            assertThat(repo.count(commented)).isEqualTo(2);
            assertThat(repo.aggregate(commented, field("likes").sum())
                            .orElseThrow()
                            .intValue())
                    .isEqualTo(30);
            assertThat(repo.aggregate(commented, field("c.id").countValues())).contains(4L);
            try (Stream<Post> stream = repo.stream(commented)) {
                assertThat(stream.map(post -> post.title)).containsExactly("a", "b");
            }
            assertThat(repo.all(commented.select(field("title")))).hasSize(4);
            assertThat(titles(repo.all(commented.where(field("c.text").eq("x")).joinFetch("comments"))))
                    .containsExactly("a", "b");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.all(from(Post.class)
                            .join("comments", "c")
                            .orderBy(field("c.text").asc())))
                    .withMessageContaining("c.text");
        }

        @Test
        void aPageOfJoinedRowsMissesNone() {
            Query<Post> commented = posts().join("comments", "c");
            Page<Post> page = repo.page(commented, Page.Request.first(1).counted());
            assertThat(titles(page.rows())).containsExactly("a");
            assertThat(page.total()).hasValue(2);
            Page<Post> next = repo.page(commented, Page.Request.after(Objects.requireNonNull(page.next()), 1));
            assertThat(titles(next.rows())).containsExactly("b");
            assertThat(next.hasNext()).isFalse();
        }

        @Test
        void aCollectionThatIsFetchedByAJoinIsNeitherPagedNorStreamed() {
            Query<Post> fetched = posts().leftJoinFetch("comments");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.page(fetched, Page.Request.number(1, 2)))
                    .withMessageContaining("preload");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.stream(fetched))
                    .withMessageContaining("preload");
            assertThat(repo.one(fetched.where("title", "a")).orElseThrow().comments)
                    .hasSize(3);
            assertThat(repo.page(posts().leftJoinFetch("author"), Page.Request.number(1, 2))
                            .rows())
                    .hasSize(2);
        }

        @Test
        void whatIsFetchedIsNotCounted() {
            Query<Post> fetched = posts().leftJoinFetch("comments");
            assertThat(repo.count(fetched)).isEqualTo(3);
            assertThat(repo.count(posts().joinFetch("comments"))).isEqualTo(2);
            assertThat(repo.aggregate(fetched, field("likes").sum())
                            .orElseThrow()
                            .intValue())
                    .isEqualTo(60);
            assertThat(repo.count(fetched.limit(2))).isEqualTo(2);
        }

        @Test
        void whatTheFacadeAddsDoesNotMeetTheCallersAliases() {
            Post post = repo.oneOrThrow(posts().where("title", "a"));
            Query<Comment> named =
                    from(Comment.class).as("post").where(field("post.text").eq("x"));
            assertThat(repo.preload(post, Preload.of().with("comments", named)).comments)
                    .extracting(comment -> comment.text)
                    .containsExactly("x");
            assertThat(repo.updateAllReturning(from(Post.class).as("id").where("title", "b"), Change.inc("likes", 1)))
                    .hasSize(1);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> posts().where(field("title").eq(parameter("facade_0"))))
                    .withMessageContaining("facade_0");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.updateAllReturning(posts(), Change.set("id", 1L)))
                    .withMessageContaining("key");
        }

        // -- pages

        @Test
        void aPageByCursorLosesNoRowWhoseValueIsNull() {
            repo.insertAll(
                    Author.class,
                    List.of(
                            Map.of("name", "a", "country", "x"),
                            Map.of("name", "b", "country", "y"),
                            Map.of("name", "c"),
                            Map.of("name", "d")));
            assertThat(paged(from(Author.class).orderBy(field("country").asc())))
                    .containsExactly("a", "b", "c", "d");
            assertThat(paged(from(Author.class).orderBy(field("country").desc())))
                    .containsExactly("c", "d", "b", "a");
            assertThat(paged(from(Author.class).orderBy(field("country").asc().nullsFirst())))
                    .containsExactly("c", "d", "a", "b");
            assertThat(paged(from(Author.class)
                            .as("w")
                            .orderBy(
                                    field("w.country").desc().nullsLast(),
                                    field("w.name").desc())))
                    .containsExactly("b", "a", "d", "c");
        }

        private List<String> paged(Query<Author> query) {
            List<String> names = new ArrayList<>();
            Page<Author> page = repo.page(query, Page.Request.first(1));
            page.rows().forEach(author -> names.add(author.name));
            while (page.next() != null) {
                page = repo.page(query, Page.Request.after(Objects.requireNonNull(page.next()), 1));
                page.rows().forEach(author -> names.add(author.name));
            }
            return names;
        }

        @Test
        void whatCannotBePagedIsRefusedAtTheDoor() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.page(posts().limit(2), Page.Request.number(1, 10)))
                    .withMessageContaining("limit");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.page(posts().offset(2), Page.Request.number(1, 10)))
                    .withMessageContaining("offset");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.page(
                            from(Post.class).orderBy(field("author.name").asc()), Page.Request.first(10)))
                    .withMessageContaining("author.name");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.page(from(Post.class).union(from(Post.class)), Page.Request.first(10)))
                    .withMessageContaining("combination");
        }

        // -- combinations and aggregates

        @Test
        void anAggregateLooksAtTheEntitiesOfACombination() {
            repo.insert(new Post("d", 10));
            Query<Post> both =
                    from(Post.class).where("title", "a").union(from(Post.class).where("title", "d"));
            assertThat(repo.aggregate(both, field("likes").sum()).orElseThrow().intValue())
                    .isEqualTo(20);
            assertThat(repo.count(both)).isEqualTo(2);
            assertThat(repo.aggregate(
                                    from(Post.class).where("likes", 10).distinct(),
                                    field("likes").sum())
                            .orElseThrow()
                            .intValue())
                    .isEqualTo(10);
            assertThat(repo.exists(both.limit(0))).isFalse();
        }

        @Test
        void aCombinationSaysWhereNullsGo() {
            repo.insertAll(Author.class, List.of(Map.of("name", "a", "country", "x"), Map.of("name", "b")));
            Query<Object> countries = from(Author.class).select(field("country"));
            Query<Object> all = countries.union(countries);
            assertThat(repo.all(all.orderBy(field("country").asc().nullsFirst())))
                    .containsExactly(null, "x");
            assertThat(repo.all(all.orderBy(field("country").asc().nullsLast())))
                    .isEqualTo(Arrays.asList("x", null));
        }

        // -- values

        @Test
        void decimalsKeepAllTheirDigits() {
            BigDecimal exact = new BigDecimal("1.23456");
            assertThat(repo.all(posts().limit(1).select(fragment(BigDecimal.class, "1.23456"))))
                    .containsExactly(exact);
            Query<?> derived =
                    from(Post.class).where("title", "a").selectMap(value(exact).as("v"));
            assertThat(repo.all(from(derived).select(field("v")))).isEqualTo(List.of(exact));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.all(
                            from(from(Post.class).selectMap(value(new byte[1]).as("v")))
                                    .select(field("v"))))
                    .withMessageContaining("selected in a subquery");
        }

        @Test
        void aSubqueryBringsItsParameters() {
            Query<Object> ids = from(Post.class)
                    .where(field("title").eq(parameter("t")))
                    .with("t", "b")
                    .select(field("id"));
            assertThat(titles(repo.all(posts().where(field("id").in(ids))))).containsExactly("b");
            assertThat(repo.exists(posts().where(exists(ids)))).isTrue();
            assertThat(titles(repo.all(posts().where(field("id").in(ids)).with("t", "c"))))
                    .containsExactly("c");
        }
    }
}
