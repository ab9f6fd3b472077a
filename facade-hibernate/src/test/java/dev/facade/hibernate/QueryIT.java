package dev.facade.hibernate;

import static dev.facade.query.Expression.count;
import static dev.facade.query.Expression.field;
import static dev.facade.query.Expression.fragment;
import static dev.facade.query.Expression.function;
import static dev.facade.query.Expression.parameter;
import static dev.facade.query.Expression.selected;
import static dev.facade.query.Expression.subquery;
import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.FacadeRepository;
import dev.facade.option.Timeout;
import dev.facade.query.Change;
import dev.facade.query.Condition;
import dev.facade.query.Expression;
import dev.facade.query.Order;
import dev.facade.query.Page;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a query can say, on each database. */
class QueryIT {

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

    record TitleAndLikes(String title, int likes) {}

    abstract static class Cases {

        abstract FacadeRepository repo();

        @BeforeEach
        void fill() {
            repo().deleteAll(Comment.class);
            repo().deleteAll(Post.class);
            repo().deleteAll(Author.class);
            repo().insert(new Post("a", 1)
                    .by(new Author("ann", "NL"))
                    .with("first")
                    .with("second"));
            repo().insert(new Post("b", 2).by(new Author("bob", "DE")));
            repo().insert(new Post("c", 3).with("third"));
        }

        private List<String> titles(Query<Post> query) {
            return repo().all(query.select(Expression.<String>field("title")));
        }

        private Query<Post> posts() {
            return from(Post.class).orderBy(field("title").asc());
        }

        @Test
        void conditionsCombine() {
            assertThat(titles(posts().where(field("likes").gt(1)))).containsExactly("b", "c");
            assertThat(titles(posts().where("title", "a").orWhere(field("likes").ge(3))))
                    .containsExactly("a", "c");
            assertThat(titles(posts().where(field("title").in(List.of("a", "b")).not())))
                    .containsExactly("c");
            assertThat(titles(posts().where(field("title").in(List.of())))).isEmpty();
            assertThat(titles(posts().where(field("likes").between(2, 3)))).containsExactly("b", "c");
            assertThat(titles(posts().where(field("title").like("%b%")))).containsExactly("b");
            assertThat(titles(posts().where(field("title").like("\\%")))).isEmpty();
            assertThat(titles(posts().where(field("author").isNull()))).containsExactly("c");
            assertThat(titles(posts().where(field("likes")
                            .ne(1)
                            .and(field("author.country").eq("DE")))))
                    .containsExactly("b");
            assertThat(titles(posts().where(field("likes")
                            .times(2)
                            .plus(1)
                            .le(field("likes").plus(2)))))
                    .containsExactly("a");
        }

        @Test
        void theStaticMetamodelNamesAttributes() {
            assertThat(repo().all(from(Author.class).where(Author_.name, "ann").select(field(Author_.name))))
                    .containsExactly("ann");
        }

        @Test
        void subqueriesInConditionsSeeTheQueryAroundThem() {
            Query<Comment> ofPost = from(Comment.class).where(field("post").eq(field("p")));
            assertThat(titles(posts().as("p").where(Condition.exists(ofPost)))).containsExactly("a", "c");
            assertThat(titles(posts().as("p").where(Condition.exists(ofPost).not())))
                    .containsExactly("b");
            assertThat(titles(posts().where(field("author.name")
                            .in(from(Author.class).where("country", "DE").select(field("name"))))))
                    .containsExactly("b");
            assertThat(titles(posts().where(field("likes")
                            .eq(subquery(from(Post.class).select(field("likes").max()))))))
                    .containsExactly("c");
        }

        @Test
        void orderSaysWhereNullsGoAndIsTurnedRound() {
            Query<Post> byAuthor = from(Post.class)
                    .leftJoin("author", "a")
                    .orderBy(field("a.name").desc().nullsFirst());
            assertThat(titles(byAuthor)).containsExactly("c", "b", "a");
            assertThat(titles(byAuthor.reverseOrder())).containsExactly("a", "b", "c");
            assertThat(titles(from(Post.class).first())).containsExactly("a");
            assertThat(titles(from(Post.class).last())).containsExactly("c");
            assertThat(titles(posts().limit(1).offset(1))).containsExactly("b");
            assertThat(titles(from(Post.class).orderBy(field("likes").asc()).last()))
                    .containsExactly("c");
            assertThat(titles(from(Post.class).orderBy(field("likes").asc()).first()))
                    .containsExactly("a");
        }

        @Test
        void rowsBecomeValuesTuplesMapsRecordsAndPartsOfEntities() {
            Query<Post> a = posts().where("title", "a");
            assertThat(repo().oneOrThrow(a.selectTuple(field("title"), field("likes"))))
                    .containsExactly("a", 1);
            assertThat(repo().oneOrThrow(a.selectMap(
                            field("title"), field("likes").plus(1).as("more"))))
                    .isEqualTo(Map.of("title", "a", "more", 2));
            assertThat(repo().oneOrThrow(a.select(TitleAndLikes.class, field("title"), field("likes"))))
                    .isEqualTo(new TitleAndLikes("a", 1));
            Post part = repo().oneOrThrow(a.selectOnly("title"));
            assertThat(part.title).isEqualTo("a");
            assertThat(part.likes).isZero();
            assertThat(part.id).isNull();
            assertThat(repo().oneOrThrow(a.merge(field("likes").plus(41).as("likes"))).likes)
                    .isEqualTo(42);
            assertThat(repo().oneOrThrow(a.selectMap(field("title"))
                            .merge(field("likes").as("n"))))
                    .isEqualTo(Map.of("title", "a", "n", 1));
        }

        @Test
        void groupsHaveConditionsAndNamedValues() {
            Query<Map<String, Object>> perPost = from(Comment.class)
                    .join("post", "p")
                    .groupBy(field("p.title"))
                    .selectMap(field("p.title").as("title"), count().as("n"))
                    .orderBy(selected("n").desc());
            assertThat(repo().all(perPost))
                    .containsExactly(Map.of("title", "a", "n", 2L), Map.of("title", "c", "n", 1L));
            assertThat(repo().all(perPost.having(selected("n").gt(1L)))).hasSize(1);
        }

        @Test
        void combinationsAddKeepAndTakeAway() {
            Query<String> all = from(Post.class).select(field("title"));
            Query<String> a = from(Post.class).where("title", "a").select(field("title"));
            assertThat(repo().all(all.union(a))).containsExactlyInAnyOrder("a", "b", "c");
            assertThat(repo().all(all.unionAll(a))).containsExactlyInAnyOrder("a", "a", "b", "c");
            assertThat(repo().all(all.intersect(a))).containsExactly("a");
            assertThat(repo().all(all.except(a)
                            .orderBy(selected("title").desc())
                            .limit(1)))
                    .containsExactly("c");
            assertThat(repo().count(all.unionAll(a))).isEqualTo(4);
        }

        @Test
        void aSubqueryIsASource() {
            Query<?> popular = from(Post.class)
                    .orderBy(field("likes").desc())
                    .limit(2)
                    .selectMap(field("title").as("t"), field("likes").as("n"));
            assertThat(repo().all(from(popular)
                            .as("s")
                            .where(field("s.n").lt(3))
                            .select(Expression.<String>field("t"))))
                    .containsExactly("b");
            assertThat(repo().all(posts().join(popular, "s", field("s.t").eq(field("title")))))
                    .extracting(post -> post.title)
                    .containsExactly("b", "c");
        }

        @Test
        void aggregatesLookAtTheRowsOfTheQuery() {
            assertThat(repo().aggregate(
                                    from(Post.class).where(field("likes").gt(1)),
                                    field("likes").sum()))
                    .hasValueSatisfying(sum -> assertThat(sum.longValue()).isEqualTo(5));
            assertThat(repo().aggregate(posts().limit(2), field("likes").max())).contains(2);
            assertThat(repo().count(posts().limit(2))).isEqualTo(2);
            assertThat(repo().count(posts().join("comments", "c"))).isEqualTo(2);
            assertThat(repo().aggregate(
                                    posts().join("comments", "c"), field("c.id").countValues()))
                    .contains(3L);
            assertThat(repo().count(posts().join("comments", "c").distinct())).isEqualTo(2);
            assertThat(repo().aggregate(Post.class, field("author").countDistinct()))
                    .contains(2L);
            assertThat(repo().aggregate(
                                    from(Post.class).where("title", "z"),
                                    field("likes").max()))
                    .isEmpty();
        }

        @Test
        void existsIgnoresWhatIsSelected() {
            assertThat(repo().exists(posts().select(field("title")).distinct())).isTrue();
            assertThat(repo().exists(posts().where("title", "z"))).isFalse();
            assertThat(repo().exists(posts().leftJoinFetch("author"))).isTrue();
            assertThat(repo().exists(from(Post.class).groupBy(field("title")).select(field("title"))))
                    .isTrue();
            assertThat(repo().exists(posts().limit(0))).isFalse();
            assertThat(repo().existsBy(Post.class, Map.of("title", "a"))).isTrue();
        }

        @Test
        void fragmentsAndFunctionsTakeBoundArguments() {
            assertThat(titles(posts().where(function("upper", field("title")).eq("A"))))
                    .containsExactly("a");
            assertThat(titles(posts().where(fragment(Integer.class, "mod(?, ?)", field("likes"), 2)
                            .eq(0))))
                    .containsExactly("b");
            assertThat(titles(posts().where(Condition.fragment("? > ?", field("likes"), 2))))
                    .containsExactly("c");
        }

        @Test
        void namedParametersAreGivenLater() {
            Query<Post> atLeast = posts().where(field("likes").ge(parameter("least")));
            assertThat(titles(atLeast.with("least", 3))).containsExactly("c");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> titles(atLeast))
                    .withMessageContaining(":least is missing");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> titles(atLeast.with("least", 1).with("most", 2)))
                    .withMessageContaining(":most does not occur");
        }

        @Test
        void bulkStatementsTakeTheQuerysConditionsJoinsAndLimits() {
            assertThat(repo().updateAll(posts().where("title", "a"), Change.inc("likes", 10), Change.set("title", "A")))
                    .isEqualTo(1);
            assertThat(repo().updateAll(from(Post.class).where(field("likes").ge(10)), Change.inc("likes", -10)))
                    .isEqualTo(1);
            assertThat(repo().updateAll(
                                    from(Post.class)
                                            .join("author", "x")
                                            .where(field("x.country").eq("DE")),
                                    Change.set("title", function("upper", field("title")))))
                    .isEqualTo(1);
            assertThat(titles(posts())).containsExactlyInAnyOrder("A", "B", "c");
            repo().deleteAll(Comment.class);
            assertThat(repo().deleteAll(from(Post.class)
                            .orderBy(field("likes").desc())
                            .limit(1)))
                    .isEqualTo(1);
            assertThat(titles(posts())).containsExactlyInAnyOrder("A", "B");
            assertThat(repo().updateAll(from(Post.class).where("title", "A"), Change.set("author", null)))
                    .isEqualTo(1);
        }

        @Test
        void pagesFollowANumberOrACursorAndCountOnlyWhenAsked() {
            Page<Post> first = repo().page(posts(), Page.Request.number(1, 2));
            assertThat(first.rows()).hasSize(2);
            assertThat(first.hasNext()).isTrue();
            assertThat(first.total()).isEmpty();
            Page<Post> second = repo().page(posts(), Page.Request.number(2, 2).counted());
            assertThat(second.rows()).extracting(post -> post.title).containsExactly("c");
            assertThat(second.hasNext()).isFalse();
            assertThat(second.total()).hasValue(3);
            List<String> seen = new ArrayList<>();
            Query<Post> byLikes = from(Post.class).orderBy(field("likes").desc());
            Page<Post> page = repo().page(byLikes, Page.Request.first(1));
            page.rows().forEach(post -> seen.add(post.title));
            while (page.hasNext()) {
                page = repo().page(byLikes, Page.Request.after(page.next(), 1));
                page.rows().forEach(post -> seen.add(post.title));
            }
            assertThat(seen).containsExactly("c", "b", "a");
        }

        @Test
        void rowsMayBeEqualInTheOrderOfACursor() {
            repo().updateAll(Post.class, Change.set("likes", 7));
            Query<Post> byLikes = from(Post.class).orderBy(field("likes").desc());
            Page<Post> one = repo().page(byLikes, Page.Request.first(2));
            Page<Post> two = repo().page(byLikes, Page.Request.after(one.next(), 2));
            assertThat(one.rows()).hasSize(2);
            assertThat(two.rows()).hasSize(1).doesNotContainAnyElementsOf(one.rows());
        }

        @Test
        void badPagesAreRefused() {
            assertThatIllegalArgumentException().isThrownBy(() -> Page.Request.number(0, 10));
            assertThatIllegalArgumentException().isThrownBy(() -> Page.Request.number(1, 0));
            assertThatIllegalArgumentException().isThrownBy(() -> Page.Request.first(-1));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().page(
                                    from(Post.class)
                                            .orderBy(field("likes").plus(1).asc()),
                                    Page.Request.first(1)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().page(posts(), Page.Request.after(new Page.Cursor(List.of("a")), 1)))
                    .withMessageContaining("cursor");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"title; drop table post", "title)", "1=1", "a b", "title'--", "", "titel", "p.title", "id.x"
                })
        void noNameOfACallersReachesTheQueryUnchecked(String name) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().all(from(Post.class).where(name, "x")));
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            repo().all(from(Post.class).orderBy(field(name).asc())));
            assertThatIllegalArgumentException().isThrownBy(() -> repo().updateAll(Post.class, Change.set(name, "x")));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().all(from(Post.class).joinFetch(name)));
            assertThat(repo().count(Post.class)).isEqualTo(3);
        }

        @Test
        void anOrderThatIsNullIsRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> from(Post.class).orderBy((Order) null))
                    .withMessage("order: null (expected: one, such as field(\"id\").asc())");
        }

        @Test
        void theNearestKnownNameIsTold() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().all(from(Post.class).where("titel", "x")))
                    .withMessageContaining("Post.titel")
                    .withMessageContaining("did you mean title?");
        }

        @Test
        void aValueOfAnotherTypeAndNullAreRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().all(from(Post.class).where("likes", "many")))
                    .withMessageContaining("java.lang.Integer");
            assertThatIllegalArgumentException().isThrownBy(() -> field("likes").eq(null));
            List<Integer> withNull = new ArrayList<>();
            withNull.add(null);
            assertThatIllegalArgumentException().isThrownBy(() -> field("likes").in(withNull));
            assertThatIllegalArgumentException().isThrownBy(() -> posts().limit(-1));
            assertThatIllegalArgumentException().isThrownBy(() -> fragment(Integer.class, "? + ?", 1));
            assertThatIllegalArgumentException().isThrownBy(() -> fragment(Integer.class, "1; drop table post"));
            assertThatIllegalArgumentException().isThrownBy(() -> function("upper('x')--", 1));
            assertThatIllegalArgumentException().isThrownBy(() -> repo().count(posts().groupBy(field("title"))));
        }

        @Test
        void aJoinFetchLoadsWithTheSameStatement() {
            Post a = repo().oneOrThrow(from(Post.class).where("title", "a").joinFetch("author"));
            assertThat(a.author.country()).isEqualTo("NL");
            assertThat(repo().all(posts().leftJoinFetch("author"), Timeout.of(Duration.ofSeconds(5))))
                    .hasSize(3);
        }
    }
}
