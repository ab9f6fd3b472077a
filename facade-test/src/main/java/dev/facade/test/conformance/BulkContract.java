package dev.facade.test.conformance;

import static dev.facade.query.Expression.field;
import static dev.facade.query.Expression.function;
import static dev.facade.query.Expression.value;
import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.option.Schema;
import dev.facade.option.WriteOption;
import dev.facade.query.Change;
import dev.facade.query.Query;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many rows at once: {@code insertAll}, {@code updateAll}, {@code deleteAll}, and rows that come back from them. */
public abstract class BulkContract extends Contract {

    /** For subclasses. */
    protected BulkContract() {}

    record Line(String title, Integer visits) {}

    private static Query<Post> titled(String title) {
        return from(Post.class).where("title", title);
    }

    private List<String> titles() {
        return repo.all(from(Post.class)
                .select(dev.facade.query.Expression.<String>field("title"))
                .orderBy(field("title").asc()));
    }

    private List<Post> posts() {
        return repo.all(from(Post.class).orderBy(field("title").asc()));
    }

    private void insert(Line... lines) {
        repo.insertAll(Post.class, Arrays.asList(lines));
    }

    // -- insert_all

    @Test
    void r055RowsAreEntitiesMapsOrRecords() {
        Post entity = new Post("entity");
        assertThat(repo.insertAll(
                        Post.class, List.of(entity, Map.of("title", "map", "visits", 2), new Line("record", 3))))
                .isEqualTo(3);
        assertThat(posts())
                .extracting(post -> post.title + post.visits)
                .containsExactly("entitynull", "map2", "record3");
        assertThat(posts()).extracting(post -> post.id).doesNotContainNull().doesNotHaveDuplicates();
    }

    @Test
    void r055UnevenRowsLeaveTheOthersCellsToTheColumn() {
        Map<String, Object> none = new HashMap<>(Map.of("name", "none", "fromDay", 3, "toDay", 4));
        none.put("stock", null);
        repo.insertAll(
                Product.class,
                List.of(
                        Map.of("name", "given", "stock", 3, "fromDay", 1, "toDay", 2),
                        Map.of("name", "lacking", "fromDay", 2, "toDay", 3),
                        none));
        Map<String, Integer> stocks = new HashMap<>();
        repo.all(Product.class).forEach(product -> stocks.put(product.name, product.stock));
        assertThat(stocks)
                .containsEntry("given", 3)
                .containsEntry("none", null)
                .containsEntry("lacking", can(Capability.CELL_DEFAULTS) ? (Integer) 10 : null);
    }

    @Test
    void r055NoRowsSendNothing() {
        assertThat(sent(() -> {
                    assertThat(repo.insertAll(Post.class, List.of())).isZero();
                    assertThat(repo.insertAll(Post.class, Stream.of())).isZero();
                    assertThat(repo.insertAllReturning(Post.class, List.of())).isEmpty();
                }))
                .isEmpty();
    }

    @Test
    void r055AStreamIsInsertedInBatches() {
        List<Long> told = new ArrayList<>();
        long count = repo.insertAll(
                Post.class,
                IntStream.range(0, 2500).mapToObj(i -> new Line("t" + i, i)),
                WriteOption.progress(told::add));
        assertThat(count).isEqualTo(2500);
        assertThat(told).isSorted().endsWith(2500L).hasSizeGreaterThan(2);
        assertThat(repo.count(Post.class)).isEqualTo(2500);
    }

    @Test
    void r056AQueryOfOneValueMayBeACell() {
        insert(new Line("one", 1));
        Query<Object> visits = titled("one").select(field("visits"));
        orRefuses(Capability.INSERT_SELECT, () -> {
            repo.insertAll(
                    Post.class,
                    List.of(
                            Map.of("title", "two", "visits", visits),
                            Map.of("title", "three", "visits", value(3)),
                            Map.of("title", function("upper", "four"), "visits", 4)));
            assertThat(posts())
                    .extracting(post -> post.title + post.visits)
                    .containsExactly("FOUR4", "one1", "three3", "two1");
        });
    }

    @Test
    void r060AQueryIsInserted() {
        repo.insertAll(User.class, List.of(Map.of("name", "a"), Map.of("name", "b"), Map.of("name", "c")));
        orRefuses(Capability.INSERT_SELECT, () -> {
            Query<?> source = from(User.class)
                    .where(field("name").ne("b"))
                    .selectMap(field("name").as("title"), value(7).as("visits"));
            assertThat(repo.insertAll(Post.class, source)).isEqualTo(2);
            assertThat(posts()).extracting(post -> post.title + post.visits).containsExactly("a7", "c7");
            List<Long> ids = posts().stream().map(Post::id).toList();
            assertThat(repo.insert(new Post("d")).id).isNotIn(ids);
        });
    }

    @Test
    void r061AQueryIsInsertedIntoARenamedColumn() {
        insert(new Line("home", 1));
        orRefuses(Capability.INSERT_SELECT, () -> {
            assertThat(repo.insertAll(
                            Permalink.class,
                            titled("home").selectMap(field("title").as("url"))))
                    .isEqualTo(1);
            assertThat(repo.getBy(Permalink.class, "url", "home")).isPresent();
        });
    }

    @Test
    void r062AnUnknownSchemaIsRefused() {
        refusesTheSchema(() -> repo.insertAll(Post.class, List.of(new Line("1", 1)), Schema.of("unknown")));
        insert(new Line("2", 2));
        assertThat(titles()).containsExactly("2");
    }

    @Test
    void r063InsertedRowsComeBack() {
        List<Post> all = repo.insertAllReturning(Post.class, List.of(new Line("a", 1), new Line("b", 2)));
        assertThat(all).extracting(post -> post.title + post.visits).containsExactly("a1", "b2");
        assertThat(all).extracting(Post::id).doesNotContainNull();
        Post part = repo.insertAllReturning(Post.class, List.of(new Line("c", 3)), WriteOption.returning("visits"))
                .get(0);
        assertThat(part.visits).isEqualTo(3);
        assertThat(part.title).isNull();
        assertThat(part.id).isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        repo.insertAllReturning(Post.class, List.of(new Line("d", 4)), WriteOption.returning("visit")))
                .withMessageContaining("visits");
        assertThat(repo.exists(titled("d"))).isFalse();
    }

    @Test
    void r064InsertedRowsWithARenamedColumnComeBack() {
        assertThat(repo.insertAllReturning(Permalink.class, List.of(Map.of("url", "x", "title", "t"))))
                .extracting(link -> link.url + link.title)
                .containsExactly("xt");
    }

    @Test
    void u07ASelectionMustNameAttributesThatCanBeWritten() {
        Query<?> whole = from(User.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.insertAll(Post.class, whole))
                .withMessageContaining("whole entities");
        if (can(Capability.INSERT_SELECT)) {
            assertThatUnwritable("tilte", "did you mean title");
            assertThatUnwritable("comments", "collection");
        }
    }

    private void assertThatUnwritable(String attribute, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.insertAll(
                        Post.class, from(User.class).selectMap(field("name").as(attribute))))
                .withMessageContaining(why);
    }

    @Test
    void u10BadRowsAreRefusedAndNothingIsWritten() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.insertAll(Post.class, Arrays.asList(new Line("a", 1), null)))
                .withMessageContaining("null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.insertAll(Post.class, List.of(new Line("a", 1), Map.of("tilte", "b"))))
                .withMessageContaining("title");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.insertAll(Post.class, List.of(new Line("a", 1), Map.of("visits", "many"))))
                .withMessageContaining("visits");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.insertAll(Post.class, List.of(new Line("a", 1), "b")))
                .withMessageContaining("row");
        assertThat(repo.count(Post.class)).isZero();
    }

    // -- update_all

    @Test
    void r072AllRowsTakeAValueOrNull() {
        insert(new Line("1", 1), new Line("2", 2), new Line("3", 3));
        assertThat(repo.updateAll(Post.class, Change.set("title", "x"))).isEqualTo(3);
        assertThat(titles()).containsExactly("x", "x", "x");
        assertThat(repo.updateAll(from(Post.class).where("title", "x"), Change.set("title", null)))
                .isEqualTo(3);
        assertThat(titles()).containsOnlyNulls();
        assertThat(repo.sql()
                        .query("update posts set title = :title", Map.of("title", "y"))
                        .count())
                .isEqualTo(3);
    }

    @Test
    void r073AnUnknownSchemaOfAnUpdateIsRefused() {
        insert(new Line("1", 1));
        refusesTheSchema(
                () -> repo.updateAll(from(Post.class), List.of(Change.set("title", "x")), Schema.of("unknown")));
        assertThat(titles()).containsExactly("1");
    }

    @Test
    void r074ChangedRowsComeBackWholeOrInPart() {
        insert(new Line("1", 1), new Line("2", 2), new Line("3", 3));
        Query<Post> some = from(Post.class).where(field("visits").gt(1));
        assertThat(repo.updateAllReturning(some, Change.set("visits", 0)))
                .extracting(post -> post.title + post.visits)
                .containsExactlyInAnyOrder("20", "30");
        assertThat(repo.updateAllReturning(titled("1").selectOnly("id", "visits"), Change.set("visits", 9)))
                .singleElement()
                .returns(9, post -> post.visits)
                .returns(null, Post::title);
    }

    @Test
    void r075ChangedRowsComeBackAsMaps() {
        insert(new Line("1", 1));
        assertThat(repo.updateAllReturning(
                        titled("1").selectMap(field("title"), field("visits").as("v")), Change.inc("visits", 1)))
                .containsExactly(Map.of("title", "1", "v", 2));
    }

    @Test
    void r077AnUpdateOfNothingCountsNothing() {
        insert(new Line("1", 1));
        assertThat(repo.updateAll(titled("none"), Change.set("visits", 5))).isZero();
        assertThat(repo.updateAllReturning(titled("none"), Change.set("visits", 5)))
                .isEmpty();
        assertThat(posts()).extracting(post -> post.visits).containsExactly(1);
    }

    @Test
    void r078ANumberIsCountedUpAndDown() {
        insert(new Line("1", 1), new Line("2", null));
        assertThat(repo.updateAll(Post.class, Change.inc("visits", 2))).isEqualTo(2);
        assertThat(posts()).extracting(post -> post.visits).containsExactly(3, null);
        assertThat(repo.updateAll(Post.class, Change.inc("visits", -1))).isEqualTo(2);
        assertThat(posts()).extracting(post -> post.visits).containsExactly(2, null);
    }

    @Test
    void r079AKeyIsBoundInItsOwnTypeAndNoOther() {
        Custom custom = repo.insert(Custom.withUuid(null));
        UUID uuid = UUID.randomUUID();
        assertThat(repo.updateAll(from(Custom.class).where("bid", custom.bid), Change.set("uuid", uuid)))
                .isEqualTo(1);
        assertThat(repo.getOrThrow(Custom.class, custom.bid).uuid).isEqualTo(uuid);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.updateAll(from(Custom.class), Change.set("uuid", "no uuid")))
                .withMessageContaining("uuid");
    }

    @Test
    void r080NumbersAndDatesAreSet() {
        insert(new Line("1", 1));
        LocalDate day = LocalDate.of(2024, 2, 29);
        repo.updateAll(Post.class, Change.set("visits", -7), Change.set("posted", day));
        assertThat(posts()).singleElement().returns(-7, post -> post.visits).returns(day, post -> post.posted);
    }

    @Test
    void u09BadInputOfAnUpdateIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.updateAll(Post.class))
                .withMessageContaining("at least one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.updateAll(Post.class, Change.set("tilte", "x")))
                .withMessageContaining("title");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.updateAll(Post.class, Change.set("visits", 1), Change.inc("visits", 1)))
                .withMessageContaining("visits");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.deleteAll(from(Post.class).where("tilte", "x")))
                .withMessageContaining("title");
    }

    // -- delete_all

    @Test
    void r083DeletedRowsComeBack() {
        insert(new Line("1", 1), new Line("2", 2));
        assertThat(repo.deleteAllReturning(titled("1")))
                .extracting(post -> post.visits)
                .containsExactly(1);
        assertThat(titles()).containsExactly("2");
    }

    @Test
    void r084DeletedRowsComeBackAsMaps() {
        insert(new Line("1", 1));
        assertThat(repo.deleteAllReturning(titled("1").selectMap(field("title"), field("visits"))))
                .containsExactly(Map.of("title", "1", "visits", 1));
        assertThat(repo.exists(Post.class)).isFalse();
    }

    @Test
    void r086ADeleteOfNothingCountsNothing() {
        insert(new Line("1", 1));
        assertThat(repo.deleteAll(titled("none"))).isZero();
        assertThat(repo.deleteAllReturning(titled("none"))).isEmpty();
        assertThat(repo.count(Post.class)).isEqualTo(1);
    }

    @Test
    void anElementIsPushedAndPulled() {
        orRefuses(Capability.ARRAYS, () -> {
            repo.updateAll(Tag.class, Change.push("array", 3));
            Tag tag = new Tag();
            tag.array = new Integer[] {1, 2};
            repo.insert(tag);
            repo.updateAll(Tag.class, Change.push("array", 3));
            assertThat(repo.getOrThrow(Tag.class, tag.id).array).containsExactly(1, 2, 3);
            repo.updateAll(Tag.class, Change.pull("array", 2));
            assertThat(repo.getOrThrow(Tag.class, tag.id).array).containsExactly(1, 3);
        });
    }
}
