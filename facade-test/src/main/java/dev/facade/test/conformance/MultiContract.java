package dev.facade.test.conformance;

import static dev.facade.query.Expression.field;
import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.facade.Multi;
import dev.facade.MultiOutcome;
import dev.facade.changeset.Changeset;
import dev.facade.changeset.Result;
import dev.facade.operation.Outcome;
import dev.facade.option.WriteOption;
import dev.facade.query.Change;
import dev.facade.query.Preload;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Steps in one transaction: Ecto's cases of {@code multi_test.exs}, and of {@code transact}. */
public abstract class MultiContract extends Contract {

    /** For the subclasses. */
    protected MultiContract() {}

    private static MultiOutcome.Failed failed(MultiOutcome outcome) {
        return (MultiOutcome.Failed) outcome;
    }

    @Test
    void r149AMultiReturnsTheResultsOfItsSteps() {
        MultiOutcome outcome = repo.transact(Multi.create()
                .insert("post", Changeset.change(new Post("1")))
                .insert("comment", results -> new Comment("x").on(results.get("post")))
                .update("titled", results -> Changeset.change(results.<Post>get("post"), Map.of("title", "2")))
                .put("constant", 42)
                .all("posts", results -> from(Post.class))
                .one("one", results -> from(Post.class).where("title", "2"))
                .exists("any", results -> from(Comment.class))
                .updateAll("visited", from(Post.class), Change.set("visits", 3))
                .run(
                        "sum",
                        (r, results) ->
                                Multi.ok(r.aggregate(Post.class, field("visits").sum())
                                        .orElseThrow()
                                        .longValue())));
        Multi.Results results = ((MultiOutcome.Done) outcome).results();
        assertThat(results.toMap().keySet())
                .containsExactly("post", "comment", "titled", "constant", "posts", "one", "any", "visited", "sum");
        assertThat(results.<List<Post>>get("posts")).hasSize(1);
        assertThat(results.<Post>get("one").title).isEqualTo("2");
        assertThat(results.<Boolean>get("any")).isTrue();
        assertThat(results.<Long>get("visited")).isEqualTo(1L);
        assertThat(results.<Long>get("sum")).isEqualTo(3L);
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> results.get("nothing"));
        assertThat(repo.getOrThrow(Post.class, results.<Post>get("post").id).title)
                .isEqualTo("2");
    }

    @Test
    void u29NamesAreUniqueAndTheOrderIsKept() {
        Multi one = Multi.create().put("a", 1);
        assertThatIllegalArgumentException().isThrownBy(() -> one.put("a", 2)).withMessageContaining("a");
        Multi two = Multi.create().put("b", 2);
        assertThat(one.append(two).names()).containsExactly("a", "b");
        assertThat(one.prepend(two).names()).containsExactly("b", "a");
        assertThatIllegalArgumentException().isThrownBy(() -> one.append(one));
        assertThat(one.append(two)).hasToString("Multi [a: put, b: put]");
    }

    @Test
    void u29WhatIsKnownToBeWrongOpensNoTransaction() {
        AtomicBoolean ran = new AtomicBoolean();
        Multi first = Multi.create().run("first", (r, results) -> {
            ran.set(true);
            return Multi.ok(null);
        });
        MultiOutcome.Failed invalid = failed(repo.transact(
                first.insert("post", Changeset.change(new Post(null)).validateRequired("title"))));
        assertThat(invalid.step()).isEqualTo("post");
        assertThat(((Changeset<?>) invalid.value()).isValid()).isFalse();
        assertThat(invalid.results().toMap()).isEmpty();
        assertThat(failed(repo.transact(first.error("no", "because"))).value()).isEqualTo("because");
        assertThat(ran).isFalse();
        assertThat(repo.transact(Multi.create()).isDone()).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> first.insert(
                        "post",
                        Changeset.change(new Post("1")).withAction(dev.facade.changeset.Changeset.Action.UPDATE)));
    }

    @Test
    void u29AFailedStepUndoesThoseBeforeAndLaterOnesDoNotRun() {
        AtomicBoolean ran = new AtomicBoolean();
        MultiOutcome.Failed outcome = failed(repo.transact(Multi.create()
                .insert("post", new Post("1"))
                .run("no", (r, results) -> Multi.failed("because"))
                .run("later", (r, results) -> {
                    ran.set(true);
                    return Multi.ok(null);
                })));
        assertThat(outcome.step()).isEqualTo("no");
        assertThat(outcome.value()).isEqualTo("because");
        assertThat(outcome.results().toMap()).containsOnlyKeys("post");
        assertThat(ran).isFalse();
        assertThat(repo.count(Post.class)).isZero();
    }

    @Test
    void u29AViolatedConstraintIsTheStepsChangeset() {
        UUID uuid = UUID.randomUUID();
        MultiOutcome.Failed outcome = failed(repo.transact(Multi.create()
                .insert("one", Changeset.change(new Post("1"), Map.of("uuid", uuid)))
                .insert(
                        "two",
                        Changeset.change(new Post("2"), Map.of("uuid", uuid)).uniqueConstraint("uuid"))));
        assertThat(outcome.step()).isEqualTo("two");
        assertThat(((Changeset<?>) outcome.value()).errors()).hasSize(1);
        assertThat(repo.count(Post.class)).isZero();
    }

    @Test
    void u29StepsAreMergedWhenItIsTheirTurn() {
        MultiOutcome outcome = repo.transact(Multi.create()
                .put("n", 2)
                .merge(
                        "more",
                        results -> Multi.create()
                                .insert("post", new Post("title " + results.get("n")))
                                .put("m", 3)));
        assertThat(((MultiOutcome.Done) outcome).results().toMap().keySet()).containsExactly("n", "post", "m");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.transact(Multi.create()
                        .put("n", 2)
                        .merge("more", results -> Multi.create().put("n", 3))));
        MultiOutcome.Failed nested = failed(repo.transact(Multi.create()
                .insert("kept", new Post("x"))
                .merge("more", results -> Multi.create().error("no", 1))));
        assertThat(nested.step()).isEqualTo("no");
        assertThat(repo.count(Post.class)).isEqualTo(1);
    }

    @Test
    void u29ARollbackByHandAndAStrangeResultAreRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> repo.transact(Multi.create().run("back", (r, results) -> {
                    throw r.rollback("x");
                })))
                .withMessageContaining("back");
        assertThatIllegalStateException()
                .isThrownBy(() -> repo.transact(
                        Multi.create().insert("post", new Post("1")).run("strange", (r, results) -> "text")))
                .withMessageContaining("strange");
        assertThat(repo.count(Post.class)).isZero();
    }

    @Test
    void aFunctionThatReturnsNullIsRefused() {
        List<Multi> all = List.of(
                Multi.create().insert("x", results -> null),
                Multi.create().insertAll("x", results -> null),
                Multi.create().deleteAll("x", results -> null),
                Multi.create().one("x", results -> null),
                Multi.create().all("x", results -> null),
                Multi.create().exists("x", results -> null),
                Multi.create().merge("x", results -> null));
        assertThat(all)
                .allSatisfy(multi -> assertThatIllegalStateException()
                        .isThrownBy(() -> repo.transact(multi))
                        .withMessageStartingWith("step: the function of x has returned null (expected:"));
    }

    @Test
    void r145AnOkResultCommits() {
        Outcome<Result<Post>> outcome = repo.transact(() -> repo.insert(Changeset.change(new Post("1"))));
        assertThat(outcome.isCommitted()).isTrue();
        assertThat(repo.count(Post.class)).isEqualTo(1);
    }

    @Test
    void r146AnInvalidResultRollsBack() {
        Outcome<Result<Post>> outcome = repo.transact(() -> {
            repo.insert(new Post("1"));
            return repo.insert(Changeset.change(new Post(null)).validateRequired("title"));
        });
        assertThat(outcome.isCommitted()).isFalse();
        assertThat(((Outcome.RolledBack<?>) outcome).value()).isInstanceOf(Result.Invalid.class);
        assertThat(repo.count(Post.class)).isZero();
    }

    @Test
    void r151ATransactionReturnsWhatItsBodyReturns() {
        Result<Post> result = repo.transaction(() -> {
            repo.insert(new Post("1"));
            return repo.insert(Changeset.change(new Post(null)).validateRequired("title"));
        });
        assertThat(result.isOk()).isFalse();
        assertThat(repo.count(Post.class)).isEqualTo(1);
    }

    @Test
    void u29EveryKindOfStepTakesAValueOrAFunction() {
        Post old = repo.insert(new Post("old"));
        Post gone = repo.insert(new Post("gone"));
        MultiOutcome outcome = repo.transact(Multi.create()
                .insertAll("two", Post.class, List.of(new Post("a"), new Post("b")))
                .insertOrUpdate("new", Changeset.change(new Post("c")))
                .insertOrUpdate("renamed", results -> Changeset.change(old, Map.of("title", "d")))
                .delete("gone", gone)
                .deleteAll("a", from(Post.class).where("title", "a"))
                .insertAll("more", results -> List.of(new Post("e" + results.get("two"))))
                .insertAll("rows", Post.class, results -> List.of(Map.of("title", "f")))
                .deleteAll("b", results -> from(Post.class).where("title", "b"))
                .updateAll("visited", results -> from(Post.class), Change.set("visits", 1))
                .delete("new gone", results -> results.get("new")));
        assertThat(outcome.isDone()).isTrue();
        assertThat(repo.all(from(Post.class).orderBy(field("title").asc())))
                .extracting(post -> post.title + post.visits)
                .containsExactly("d1", "e21", "f1");
    }

    @Test
    void u29AStepTakesTheOptionsOfItsOperation() {
        Post post = repo.insert(new Post("1"));
        repo.insert(new Comment("a").on(post));
        MultiOutcome outcome = repo.transact(Multi.create()
                .one("read", from(Post.class), Preload.of("comments"))
                .update("same", Changeset.change(post), WriteOption.staleError("title")));
        Multi.Results results = ((MultiOutcome.Done) outcome).results();
        assertThat(results.<Post>get("read").comments).hasSize(1);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> repo.transact(Multi.create().delete("gone", Changeset.change(post), WriteOption.force())))
                .withMessageContaining("FORCE");
        assertThat(repo.exists(Post.class)).isTrue();
    }
}
