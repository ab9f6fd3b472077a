package dev.facade.test.conformance;

import static dev.facade.query.Expression.count;
import static dev.facade.query.Expression.field;
import static dev.facade.query.Expression.function;
import static dev.facade.query.Expression.parameter;
import static dev.facade.query.Expression.selected;
import static dev.facade.query.Expression.subquery;
import static dev.facade.query.Expression.value;
import static dev.facade.query.Expression.when;
import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.query.Condition;
import dev.facade.query.Expression;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The selected values of a query: Ecto's cases of {@code repo.exs} on select, and those of {@code subquery.exs}. */
public abstract class QueryContract extends Contract {

    /** For the subclasses. */
    protected QueryContract() {}

    /** A class to select into. */
    record TitleAndVisits(String title, Integer visits) {}

    private Post post(String title, @Nullable Integer visits) {
        return repo.insert(Post.titled(title, visits));
    }

    private static Query<Post> posts() {
        return from(Post.class).orderBy(field("title").asc());
    }

    private static Map<String, @Nullable Object> entry(String key, @Nullable Object value) {
        Map<String, @Nullable Object> map = new HashMap<>();
        map.put(key, value);
        return map;
    }

    private List<String> titles(Condition condition) {
        return repo.all(
                from(Post.class).where(condition).orderBy(field("title").asc()).select(field("title", String.class)));
    }

    @Test
    void valuesTextsAndChoicesHaveShortForms() {
        repo.insert(Post.titled("Ann", 1));
        repo.insert(Post.titled("Bob", 2));
        repo.insert(new Post("Cid"));
        assertThat(titles(field("title").in("Ann", "Cid"))).containsExactly("Ann", "Cid");
        assertThat(titles(field("title").notIn("Ann", "Cid"))).containsExactly("Bob");
        assertThat(titles(field("visits").notIn(List.of(1)))).containsExactly("Bob");
        assertThat(titles(field("title").lower().eq("bob"))).containsExactly("Bob");
        assertThat(titles(field("title").upper().concat(field("title")).eq("BOBBob")))
                .containsExactly("Bob");
        assertThat(titles(field("visits").coalesce(field("counter"), 7).eq(7))).containsExactly("Cid");
        assertThat(repo.all(from(Post.class)
                        .orderBy(field("title").asc())
                        .select(when(field("visits").gt(1), "many")
                                .when(field("visits").gt(0), "few")
                                .otherwise("none"))))
                .containsExactly("few", "many", "none");
    }

    @Test
    void negationsChainsAndMixturesMeanWhatTheySay() {
        repo.insert(Post.titled("Ann", 1));
        repo.insert(Post.titled("Bob", 2));
        repo.insert(new Post("Cid"));
        Condition ann = field("title").eq("Ann");
        Condition two = field("visits").eq(2);
        assertThat(titles(ann.not().not().not())).containsExactly("Bob", "Cid");
        assertThat(titles(ann.or(two).not())).isEmpty();
        assertThat(titles(ann.and(two).not())).containsExactly("Ann", "Bob", "Cid");
        assertThat(titles(ann.or(two).and(field("title").ne("Bob")))).containsExactly("Ann");
        assertThat(titles(field("title")
                        .like("%n%")
                        .not()
                        .and(two.or(field("visits").isNull()))))
                .containsExactly("Bob", "Cid");
        Condition many = ann;
        for (int i = 10; i < 1_000; i++) {
            many = many.or(field("visits").eq(i));
        }
        assertThat(titles(many)).containsExactly("Ann");
    }

    @Test
    void r088RowsBecomeTuplesMapsAndClasses() {
        post("1", 7);
        assertThat(repo.all(posts().selectTuple(field("title"), field("visits"))))
                .containsExactly(Arrays.asList("1", 7));
        assertThat(repo.all(posts().selectMap(
                                field("title"), field("visits").plus(1).as("next"))))
                .containsExactly(Map.of("title", "1", "next", 8));
        assertThat(repo.all(posts().select(TitleAndVisits.class, field("title"), field("visits"))))
                .containsExactly(new TitleAndVisits("1", 7));
        assertThat(repo.all(posts().select(Expression.<String>field("title")))).containsExactly("1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> posts().select(TitleAndVisits.class, field("title")))
                .withMessageContaining("constructor");
    }

    @Test
    void r089AValueIsMergedIntoARowAndAnUnknownPlaceIsRefused() {
        post("1", 7);
        assertThat(repo.oneOrThrow(posts().merge(value("new").as("title"))).title)
                .isEqualTo("new");
        assertThat(repo.oneOrThrow(
                        posts().selectMap(field("title")).merge(value(13).as("visits"))))
                .isEqualTo(Map.of("title", "1", "visits", 13));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.all(posts().merge(value("new").as("titel"))))
                .withMessageContaining("titel");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> posts().select(field("title")).merge(value("new").as("title")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> posts().merge(field("visits").plus(1)))
                .withMessageContaining("name");
    }

    @Test
    void r090WhatIsMergedOfAnAbsentAssociationIsNull() {
        post("1", 7);
        Query<Post> withText =
                posts().leftJoin("comments", "c").merge(field("c.text").as("text"));
        assertThat(repo.oneOrThrow(withText).text).isNull();
    }

    @Test
    void r091PartsOfEntitiesLeaveTheOtherAttributes() {
        post("1", 7);
        Post part = repo.oneOrThrow(posts().selectOnly("id", "title"));
        assertThat(part.title).isEqualTo("1");
        assertThat(part.id).isNotNull();
        assertThat(part.visits).isNull();
        assertThat(part.insertedAt).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.all(posts().selectOnly("titel")))
                .withMessageContaining("titel");
    }

    @Test
    void r092PartsBecomeMaps() {
        post("1", 7);
        assertThat(repo.all(posts().selectMap(field("title"), field("visits"))))
                .containsExactly(Map.of("title", "1", "visits", 7));
    }

    @Test
    void r093APartOfAnAbsentJoinIsNull() {
        post("1", 7);
        post("2", 8);
        Query<Map<String, @Nullable Object>> next = posts().as("p")
                .leftJoin(
                        Post.class, "n", field("n.visits").eq(field("p.visits").plus(1)))
                .selectMap(field("n.title").as("next"));
        assertThat(repo.all(next)).containsExactly(entry("next", "2"), entry("next", null));
    }

    @Test
    void r094AnAbsentJoinIsNullAsAWhole() {
        post("1", 7);
        Query<Comment> comments = posts().leftJoin("comments", "c").select(Expression.<Comment>field("c"));
        assertThat(repo.all(comments)).hasSize(1).containsOnlyNulls();
    }

    @Test
    void r095APartIsPreloadedByItsKey() {
        Post post = post("1", 7);
        repo.insert(new Comment("text").on(post));
        Post part = repo.oneOrThrow(posts().selectOnly("id", "title"));
        repo.preload(part, Preload.of("comments").force());
        assertThat(part.comments).extracting(comment -> comment.text).containsExactly("text");
    }

    @Test
    void r096APartWithoutItsAssociationHasNull() {
        post("1", 7);
        Post part = repo.oneOrThrow(posts().selectOnly("id", "title"));
        repo.preload(part, Preload.of("author").force());
        assertThat(part.author).isNull();
    }

    @Test
    void r097AJoinFetchLoadsWithTheRows() {
        Post post = post("1", 7);
        repo.insert(new Comment("text").on(post));
        Post read = repo.oneOrThrow(posts().leftJoinFetch("comments"));
        assertThat(read.comments).extracting(comment -> comment.text).containsExactly("text");
    }

    @Test
    void r098APartOfOneNullIsStillARow() {
        post("1", null);
        assertThat(repo.all(posts().selectOnly("visits"))).hasSize(1).doesNotContainNull();
        assertThat(repo.all(posts().selectMap(field("visits")))).containsExactly(entry("visits", null));
        assertThat(repo.all(posts().select(field("visits")))).hasSize(1).containsOnlyNulls();
    }

    @Test
    void r099APartOfOneNullWithAJoinIsStillARow() {
        Post post = post("1", null);
        repo.insert(new Comment("text").on(post));
        Query<Map<String, @Nullable Object>> joined = posts().join("comments", "c")
                .selectMap(field("visits"), field("c.text").as("text"));
        assertThat(repo.all(joined))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("visits", null).containsEntry("text", "text"));
    }

    @Test
    void r100ARenamedColumnIsSelectedAndCounted() {
        repo.insert(new Permalink("url"));
        assertThat(repo.all(from(Permalink.class).select(Expression.<String>field("url"))))
                .containsExactly("url");
        assertThat(repo.aggregate(Permalink.class, field("url").countValues())).contains(1L);
    }

    @Test
    void r101ValuesAreMergedIntoEntitiesPartsMapsAndOuterJoins() {
        Post post = post("1", 7);
        repo.insert(new Comment("text").on(post));
        post("2", 8);
        assertThat(repo.all(posts().merge(field("visits").plus(1).as("visits"))))
                .extracting(read -> read.visits)
                .containsExactly(8, 9);
        assertThat(repo.all(posts().merge(value("mine").as("temp"))))
                .extracting(read -> read.temp)
                .containsOnly("mine");
        assertThat(repo.all(posts().selectOnly("title").merge(field("visits"))))
                .extracting(read -> read.visits)
                .containsExactly(7, 8);
        assertThat(repo.all(posts().leftJoin("comments", "c")
                        .selectMap(field("title"))
                        .merge(field("c.text").as("text"))))
                .extracting(row -> row.get("text"))
                .containsExactly("text", null);
    }

    @Test
    void r102AMergeReplacesWhatWasThere() {
        post("1", 7);
        assertThat(repo.oneOrThrow(posts().selectMap(field("visits"))
                        .merge(field("visits").plus(1).as("visits"))))
                .isEqualTo(Map.of("visits", 8));
    }

    @Test
    void r103AMergeInsideASubqueryIsAColumnOfIt() {
        post("1", 7);
        orRefusesDerived(() -> {
            Query<?> inner = from(Post.class)
                    .selectMap(field("title"))
                    .merge(field("visits").plus(1).as("next"));
            assertThat(repo.all(from(inner).select(Expression.<Integer>field("next"))))
                    .containsExactly(8);
        });
    }

    @Test
    void r105AnAliasOrders() {
        post("1", 7);
        post("2", 8);
        Query<Map<String, @Nullable Object>> doubled =
                from(Post.class).selectMap(field("visits").times(2).as("twice"));
        assertThat(repo.all(doubled.orderBy(selected("twice").asc())))
                .extracting(row -> row.get("twice"))
                .containsExactly(14, 16);
        assertThat(repo.all(doubled.orderBy(selected("twice").desc())))
                .extracting(row -> row.get("twice"))
                .containsExactly(16, 14);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.all(doubled.orderBy(selected("twise").asc())))
                .withMessageContaining("did you mean twice?");
    }

    @Test
    void r108AnAliasConditionsGroups() {
        post("1", 7);
        post("1", 8);
        post("2", 9);
        Query<Map<String, @Nullable Object>> perTitle =
                from(Post.class).groupBy(field("title")).selectMap(field("title"), count().as("n"));
        assertThat(repo.all(perTitle.having(selected("n").gt(1L))))
                .extracting(row -> row.get("title"))
                .containsExactly("1");
        assertThat(repo.all(perTitle.having(selected("n").gt(1L))
                        .orHaving(field("title").eq("2"))))
                .hasSize(2);
    }

    @Test
    void r109DifferentValuesAreCountedOnce() {
        post("1", 7);
        post("1", 8);
        post("2", 9);
        assertThat(repo.aggregate(Post.class, field("title").countDistinct())).contains(2L);
        assertThat(repo.all(from(Post.class).distinct().select(field("title")))).hasSize(2);
    }

    @Test
    void r110EqualityFiltersAreNoneLiteralOrBound() {
        UUID uuid = UUID.randomUUID();
        Post post = new Post("1");
        post.uuid = uuid;
        repo.insert(post);
        Custom custom = repo.insert(Custom.withUuid(uuid));
        assertThat(repo.all(posts().by(Map.of()))).hasSize(1);
        assertThat(repo.all(posts().by(Map.of("title", "1", "uuid", uuid)))).hasSize(1);
        assertThat(repo.all(posts().where(field("uuid").eq(parameter("u"))).with("u", UUID.randomUUID())))
                .isEmpty();
        assertThat(repo.all(from(Custom.class).where("bid", custom.bid))).hasSize(1);
    }

    // -- subquery.exs

    private void orRefusesDerived(dev.facade.operation.TransactionAction<RuntimeException> test) {
        orRefuses(Capability.DERIVED_SOURCES, test);
    }

    private static Query<Map<String, @Nullable Object>> inner() {
        return from(Post.class).selectMap(field("id"), field("title"), field("visits"));
    }

    @Test
    void q24ASubqueryIsASource() {
        post("1", 7);
        orRefusesDerived(() -> assertThat(repo.all(from(inner()).selectMap(field("title"), field("visits"))))
                .containsExactly(Map.of("title", "1", "visits", 7)));
    }

    @Test
    void q25ASubqueryOfExpressionsIsASource() {
        post("1", 7);
        orRefusesDerived(() -> {
            Query<?> next = from(Post.class).selectMap(field("visits").plus(1).as("next"));
            assertThat(repo.all(from(next).select(field("next").plus(1)))).containsExactly(9);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.all(from(next).select(field("visits"))))
                    .withMessageContaining("visits");
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            repo.all(from(from(Post.class).select(count())).select(field("n"))))
                    .withMessageContaining("name");
        });
    }

    @Test
    void q26ASubqueryMayReplaceAValue() {
        post("1", 7);
        orRefusesDerived(() -> {
            Query<?> renamed =
                    from(Post.class).selectMap(field("visits"), value("new").as("title"));
            assertThat(repo.all(from(renamed).selectMap(field("title")))).containsExactly(Map.of("title", "new"));
        });
    }

    @Test
    void q27ASubqueryMayFillAVirtualField() {
        post("1", 7);
        orRefusesDerived(() -> {
            Query<?> withTemp = from(Post.class).selectMap(field("title").as("temp"));
            assertThat(repo.all(from(withTemp).select(Expression.<String>field("temp"))))
                    .containsExactly("1");
        });
    }

    @Test
    void q28AggregatesRunOverASubqueryWithALimit() {
        post("1", 7);
        post("2", 8);
        post("3", 9);
        orRefusesDerived(() -> {
            assertThat(repo.aggregate(posts().limit(2), field("visits").max())).contains(8);
            assertThat(repo.count(posts().limit(2).offset(2))).isEqualTo(1);
        });
    }

    @Test
    void q29BothQueriesHaveParameters() {
        post("1", 7);
        post("2", 8);
        orRefusesDerived(() -> assertThat(repo.all(from(inner().where("visits", 7))
                        .where(field("title").eq("1"))
                        .select(Expression.<String>field("title"))))
                .containsExactly("1"));
    }

    @Test
    void q30ASubqueryIsJoined() {
        post("1", 7);
        post("2", 8);
        orRefusesDerived(() -> assertThat(repo.all(posts().join(
                                from(Post.class)
                                        .orderBy(field("visits").desc())
                                        .limit(1)
                                        .selectMap(field("id")),
                                "s",
                                field("s.id").eq(field("id")))))
                .extracting(read -> read.title)
                .containsExactly("2"));
    }

    @Test
    void q31AJoinedSubqueryHasParameters() {
        post("1", 7);
        post("2", 8);
        orRefusesDerived(() -> assertThat(repo.all(posts().as("p")
                        .join(inner().where("visits", 8), "s", field("s.id").eq(field("p.id")))
                        .where(field("p.title").eq("2"))))
                .hasSize(1));
    }

    private static Expression<Long> comments() {
        return subquery(from(Comment.class)
                .as("c")
                .where(field("c.post").eq(field("p")))
                .select(count()));
    }

    @Test
    void q32ASubqueryOrders() {
        post("1", 7);
        Post two = post("2", 8);
        repo.insert(new Comment("text").on(two));
        assertThat(repo.all(from(Post.class).as("p").orderBy(comments().desc())))
                .extracting(read -> read.title)
                .containsExactly("2", "1");
    }

    @Test
    void q33ASubqueryIsDistinct() {
        post("1", 7);
        post("2", 8);
        assertThat(repo.all(from(Post.class).as("p").distinct().select(comments())))
                .containsExactly(0L);
    }

    @Test
    void q34ASubqueryConditionsAndGroups() {
        Post one = post("1", 7);
        post("2", 8);
        repo.insert(new Comment("text").on(one));
        assertThat(repo.all(from(Post.class)
                        .as("p")
                        .where(Condition.exists(
                                from(Comment.class).where(field("post").eq(field("p")))))
                        .groupBy(field("p.title"))
                        .select(Expression.<String>field("p.title"))))
                .containsExactly("1");
    }

    @Test
    void functionsOfTheDatabaseTakeBoundArguments() {
        post("one", 7);
        assertThat(repo.all(posts().where(function("upper", field("title")).eq("ONE"))))
                .hasSize(1);
    }
}
