package dev.facade.test.conformance;

import static dev.facade.query.Expression.field;
import static dev.facade.query.Expression.fragment;
import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.changeset.Changeset;
import dev.facade.changeset.FieldError;
import dev.facade.changeset.Result;
import dev.facade.operation.TransactionAction;
import dev.facade.option.WriteOption;
import dev.facade.query.Change;
import dev.facade.query.OnConflict;
import dev.facade.query.Query;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Rows that are there already: {@code onConflict} of {@code insert} and {@code insertAll}. */
public abstract class UpsertContract extends Contract {

    private static final UUID UUID_1 = new UUID(1, 1);

    /** For subclasses. */
    protected UpsertContract() {}

    record Row(String title, Integer visits, UUID uuid) {}

    private static Post post(String title, Integer visits) {
        Post post = Post.titled(title, visits);
        post.uuid = UUID_1;
        return post;
    }

    private Post stored() {
        return repo.oneOrThrow(from(Post.class));
    }

    private void assertStored(Long id, String title, Integer visits) {
        assertThat(stored().id).isEqualTo(id);
        assertThat(stored().title).isEqualTo(title);
        assertThat(stored().visits).isEqualTo(visits);
    }

    private <X extends Exception> void upserts(TransactionAction<X> test) throws X {
        orRefuses(Capability.UPSERT, test);
    }

    // -- insert

    @Test
    void r111WithoutARuleAConflictIsAnError() {
        repo.insert(post("1", 1));
        assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() -> repo.insert(post("2", 2), OnConflict.raise()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OnConflict.raise().target("uuid"))
                .withMessageContaining("target");
        assertThat(stored().title).isEqualTo("1");
    }

    @Test
    void r113AnExistingParentGetsItsNewChildren() {
        Post before = repo.insert(post("1", 1));
        Changeset<Post> given =
                Changeset.change(post("2", 2)).putAssoc("comments", List.of(Changeset.change(new Comment("child"))));
        upserts(() -> {
            Post written = repo.insertOrThrow(
                    given, OnConflict.update(Change.set("title", "updated")).target("uuid"));
            assertThat(written.id).isEqualTo(before.id);
            assertStored(before.id, "updated", 1);
            assertThat(repo.all(from(Comment.class).where("post", before)))
                    .extracting(comment -> comment.text)
                    .containsExactly("child");
        });
    }

    @Test
    void r114AConflictMayCountUp() {
        Post before = repo.insert(post("1", 1));
        OnConflict counted = OnConflict.update(Change.inc("visits", 2)).target("uuid");
        upserts(() -> {
            repo.insert(post("2", 50), counted);
            repo.insert(post("3", 50), counted);
            assertStored(before.id, "1", 5);
        });
    }

    @Test
    void r115NothingLeavesTheRowOutAndAnotherTargetsConflictIsAnError() {
        Post before = repo.insert(post("1", 1));
        upserts(() -> {
            Post left = repo.insert(post("2", 2), OnConflict.nothing().target("uuid"));
            assertThat(left.id).isNull();
            assertStored(before.id, "1", 1);
            assertThatExceptionOfType(PersistenceException.class)
                    .isThrownBy(
                            () -> repo.insert(post("3", 3), OnConflict.nothing().target("id")));
            assertStored(before.id, "1", 1);
        });
    }

    @Test
    void r116AnUpdateNeedsATarget() {
        repo.insert(post("1", 1));
        upserts(() -> assertThatNeedsTarget(OnConflict.update(Change.set("title", "x"))));
        assertThat(stored().title).isEqualTo("1");
    }

    private void assertThatNeedsTarget(OnConflict rule) {
        if (!can(Capability.UPSERT)) {
            repo.insert(post("2", 2), rule);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.insert(post("2", 2), rule))
                .withMessageContaining("target");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.insertAll(Post.class, List.of(new Row("2", 2, UUID_1)), rule))
                .withMessageContaining("target");
    }

    @Test
    void r117TheReturnedEntityKeepsWhatItWasGiven() {
        Post before = repo.insert(post("1", 1));
        OnConflict renamed = OnConflict.update(Change.set("title", "updated")).target("uuid");
        upserts(() -> {
            Post written = repo.insert(post("2", 2), renamed);
            assertThat(written.id).isEqualTo(before.id);
            assertThat(written.title).isEqualTo("2");
            assertStored(before.id, "updated", 1);
            assertThatExceptionOfType(PersistenceException.class)
                    .isThrownBy(() -> repo.insert(
                            post("3", 3),
                            OnConflict.update(Change.set("title", "x")).target("id")));
            assertStored(before.id, "updated", 1);
        });
    }

    @Test
    void r118ReturningDecidesWhetherTheDatabasesValuesComeBack() {
        repo.insert(post("1", 1));
        OnConflict rule = OnConflict.update(Change.set("title", "updated")).target("uuid");
        upserts(() -> {
            assertThat(repo.insert(post("2", 2), rule).title).isEqualTo("2");
            Post some = repo.insert(post("3", 3), rule, WriteOption.returning("title"));
            assertThat(some.title).isEqualTo("updated");
            assertThat(some.visits).isEqualTo(3);
            Post all = repo.insert(post("4", 4), rule, WriteOption.returning());
            assertThat(all.title).isEqualTo("updated");
            assertThat(all.visits).isEqualTo(1);
        });
    }

    @Test
    void r119ARenamedColumnIsReturnedAndReplaced() {
        Permalink before = repo.insert(new Permalink("url"));
        upserts(() -> {
            Permalink given = new Permalink("url");
            given.title = "t";
            Permalink after = repo.insert(
                    given, OnConflict.replace("url", "title").target("url"), WriteOption.returning("url", "title"));
            assertThat(after.id).isEqualTo(before.id);
            assertThat(after.url).isEqualTo("url");
            assertThat(repo.getOrThrow(Permalink.class, before.id).title).isEqualTo("t");
        });
    }

    @Test
    void r120NothingReturnsNoKeyEvenIfValuesAreWanted() {
        repo.insert(post("1", 1));
        upserts(() -> {
            Post left = repo.insert(post("2", 2), OnConflict.nothing().target("uuid"), WriteOption.returning());
            assertThat(left.id).isNull();
            assertThat(left.title).isEqualTo("2");
        });
    }

    @Test
    void r121AConditionalUpdateNeedsATargetToo() {
        repo.insert(post("1", 1));
        upserts(() -> assertThatNeedsTarget(OnConflict.update(Change.set("title", "x"))
                .where(field("visits").gt(0))));
    }

    @Test
    void r123AConditionThatFailsIsStale() {
        Post before = repo.insert(post("1", 1));
        OnConflict rule = OnConflict.update(Change.set("visits", 9))
                .where(field("visits").gt(5))
                .target("uuid");
        upserts(() -> {
            if (can(Capability.UPSERT)) {
                assertThatExceptionOfType(OptimisticLockException.class)
                        .isThrownBy(() -> repo.insert(post("2", 2), rule));
            }
            Result<Post> result =
                    repo.insert(Changeset.change(post("2", 2)), rule, WriteOption.staleError("title", "is taken"));
            assertThat(result.changeset().errors())
                    .extracting(FieldError::toString)
                    .containsExactly("title is taken");
            assertStored(before.id, "1", 1);
            repo.updateAll(Post.class, Change.set("visits", 6));
            repo.insert(post("2", 2), rule);
            assertStored(before.id, "1", 9);
        });
    }

    @Test
    void r124AReplacementNeedsATarget() {
        repo.insert(post("1", 1));
        upserts(() -> assertThatNeedsTarget(OnConflict.replaceAll()));
    }

    @Test
    void r125AllIsReplacedTheKeyToo() {
        Post before = repo.insert(post("1", 1));
        upserts(() -> {
            Post written = repo.insert(post("2", 2), OnConflict.replaceAll().target("uuid"));
            assertThat(written.id).isNotEqualTo(before.id);
            assertStored(written.id, "2", 2);
        });
    }

    // -- insert_all

    private long insertAll(OnConflict rule, Row... rows) {
        return repo.insertAll(Post.class, List.of(rows), rule);
    }

    private static Row row(String title, Integer visits) {
        return new Row(title, visits, UUID_1);
    }

    @Test
    void r126WithoutARuleAConflictOfManyIsAnError() {
        repo.insert(post("1", 1));
        assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() -> insertAll(OnConflict.raise(), new Row("2", 2, UUID.randomUUID()), row("3", 3)));
        assertThat(stored().title).isEqualTo("1");
    }

    @Test
    void r127NothingCountsWhatWasInserted() {
        upserts(() -> {
            assertThat(insertAll(OnConflict.nothing(), row("1", 1))).isEqualTo(1);
            assertThat(insertAll(OnConflict.nothing(), row("2", 2))).isZero();
            assertThat(insertAll(OnConflict.nothing().target("uuid"), row("3", 3), new Row("4", 4, UUID.randomUUID())))
                    .isEqualTo(1);
            assertThat(repo.all(Post.class)).extracting(Post::title).containsExactlyInAnyOrder("1", "4");
        });
    }

    @Test
    void r129ManyMayChangeWhatIsThere() {
        Post before = repo.insert(post("1", 1));
        upserts(() -> {
            assertThat(insertAll(
                            OnConflict.update(Change.set("title", "x"), Change.inc("visits", 10))
                                    .target("uuid"),
                            row("2", 2)))
                    .isEqualTo(1);
            assertStored(before.id, "x", 11);
        });
    }

    @Test
    void r130WhatManyHaveChangedComesBackUnderARenamedColumn() {
        Permalink before = repo.insert(new Permalink("a"));
        upserts(() -> {
            List<Permalink> written = repo.insertAllReturning(
                    Permalink.class,
                    List.of(Map.of("url", "a"), Map.of("url", "b")),
                    OnConflict.update(Change.set("url", "changed")).target("url"));
            assertThat(written).extracting(link -> link.url).containsExactly("changed", "b");
            assertThat(written.get(0).id).isEqualTo(before.id);
        });
    }

    @Test
    void r131AConditionDecidesWhatIsChanged() {
        Post before = repo.insert(post("1", 1));
        OnConflict rule = OnConflict.update(Change.set("title", fragment(String.class, "excluded.title")))
                .where(field("visits").lt(5))
                .target("uuid");
        upserts(() -> {
            assertThat(insertAll(rule, row("2", 2))).isEqualTo(1);
            assertStored(before.id, "2", 1);
            repo.updateAll(Post.class, Change.set("visits", 7));
            assertThat(insertAll(rule, row("3", 3))).isZero();
            assertStored(before.id, "2", 7);
        });
    }

    @Test
    void r133AChangedRowComesBackWithItsOwnKey() {
        Post before = repo.insert(post("1", 1));
        upserts(() -> assertThat(repo.insertAllReturning(
                        Post.class,
                        List.of(row("2", 2)),
                        OnConflict.update(Change.inc("visits", 1)).target("uuid")))
                .singleElement()
                .returns(before.id, Post::id)
                .returns("1", Post::title)
                .returns(2, post -> post.visits));
    }

    @Test
    void r134MapsMeetConflictsToo() {
        Post before = repo.insert(post("1", 1));
        upserts(() -> {
            repo.insertAll(
                    Post.class,
                    List.of(Map.of("title", "2", "uuid", UUID_1)),
                    OnConflict.replace("title").target("uuid"));
            assertStored(before.id, "2", 1);
        });
    }

    @Test
    void r135AReplacementOfManyNeedsATarget() {
        upserts(() -> assertThatNeedsTarget(OnConflict.replaceAll()));
        assertThat(repo.count(Post.class)).isZero();
    }

    @Test
    void r136ManyReplaceKeysToo() {
        Post before = repo.insert(post("1", 1));
        upserts(() -> {
            insertAll(OnConflict.replaceAll().target("uuid"), row("2", 2));
            assertThat(stored().id).isNotEqualTo(before.id);
            assertStored(stored().id, "2", 2);
        });
    }

    @Test
    void r137AReplacementOfAllButSomeNeedsATarget() {
        upserts(() -> assertThatNeedsTarget(OnConflict.replaceAllExcept("id")));
        assertThat(repo.count(Post.class)).isZero();
    }

    @Test
    void r138AllButTheKeyIsReplaced() {
        Post before = repo.insert(post("1", 1));
        upserts(() -> {
            insertAll(OnConflict.replaceAllExcept("id").target("uuid"), row("2", 2));
            assertStored(before.id, "2", 2);
        });
    }

    @Test
    void r139OnlyWhatIsListedIsReplaced() {
        Post before = repo.insert(post("1", 1));
        upserts(() -> {
            insertAll(OnConflict.replace("visits").target("uuid"), row("2", 2));
            assertStored(before.id, "1", 2);
        });
    }

    @Test
    void r059TheRowsOfAQueryMeetConflicts() {
        repo.insert(post("1", 1));
        Query<?> source = from(Post.class)
                .selectMap(
                        field("title").as("title"),
                        dev.facade.query.Expression.value(7).as("visits"),
                        field("uuid").as("uuid"));
        orRefuses(Capability.UPSERT_OF_QUERY, () -> {
            assertThat(repo.insertAll(
                            Post.class,
                            source,
                            OnConflict.replaceAllExcept("id").target("uuid")))
                    .isEqualTo(1);
            assertThat(stored().visits).isEqualTo(7);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.insertAll(Post.class, source, OnConflict.replaceAll()))
                    .withMessageContaining("target");
        });
    }

    // -- rules

    @Test
    void u18ARuleOfUnknownAttributesIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(OnConflict::replace).withMessageContaining("at least one");
        assertThatIllegalArgumentException().isThrownBy(OnConflict::update).withMessageContaining("at least one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OnConflict.nothing().where(field("visits").gt(1)))
                .withMessageContaining("condition");
        upserts(() -> {
            assertThatUnknown(OnConflict.replace("tilte").target("uuid"));
            assertThatUnknown(OnConflict.replaceAllExcept("tilte").target("uuid"));
            assertThatUnknown(OnConflict.update(Change.set("tilte", "x")).target("uuid"));
            assertThatUnknown(OnConflict.nothing().target("tilte"));
        });
        assertThat(repo.count(Post.class)).isZero();
    }

    private void assertThatUnknown(OnConflict rule) {
        if (!can(Capability.UPSERT)) {
            repo.insert(post("1", 1), rule);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.insert(post("1", 1), rule))
                .withMessageContaining("title");
    }

    @Test
    void u18ARuleIsNotForTheChildren() {
        repo.insert(post("1", 1));
        repo.insert(new Permalink("taken"));
        Changeset<Post> given =
                Changeset.change(post("2", 2)).putAssoc("permalink", Changeset.change(new Permalink("taken")));
        upserts(() -> {
            if (can(Capability.UPSERT)) {
                assertThatExceptionOfType(PersistenceException.class)
                        .isThrownBy(() ->
                                repo.insert(given, OnConflict.replace("title").target("uuid")));
            } else {
                repo.insert(given, OnConflict.replace("title").target("uuid"));
            }
        });
        assertThat(stored().title).isEqualTo("1");
    }
}
