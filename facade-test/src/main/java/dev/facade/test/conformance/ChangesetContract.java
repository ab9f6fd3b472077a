package dev.facade.test.conformance;

import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.changeset.Changeset;
import dev.facade.changeset.Changeset.Action;
import dev.facade.changeset.Constraint;
import dev.facade.changeset.FieldError;
import dev.facade.changeset.OnReplace;
import dev.facade.changeset.Result;
import dev.facade.error.UndeclaredConstraintException;
import dev.facade.option.WriteOption;
import dev.facade.query.Change;
import dev.facade.query.Preload;
import jakarta.persistence.EntityNotFoundException;
import jakarta.persistence.OptimisticLockException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Changesets that are written: Ecto's cases of {@code repo.exs} on them, and of its unit tests. */
public abstract class ChangesetContract extends Contract {

    /** For the subclasses. */
    protected ChangesetContract() {}

    private static List<String> errors(Result<?> result) {
        return result.changeset().errors().stream().map(FieldError::toString).toList();
    }

    @Test
    void r015AnInsertTakesTheEntityAndTheChangesAndAnUpdateTheChangesOnly() {
        Post data = Post.titled("old", 7);
        data.temp = "virtual";
        Post saved = repo.insertOrThrow(Changeset.change(data, Map.of("title", "new")));
        assertThat(saved.title).isEqualTo("new");
        assertThat(saved.temp).isEqualTo("virtual");
        Post read = repo.getOrThrow(Post.class, saved.id);
        assertThat(read.visits).isEqualTo(7);
        assertThat(read.temp).isEqualTo("temp");
        read.visits = 99;
        Post updated = repo.updateOrThrow(Changeset.change(read, Map.of("title", "newer")));
        assertThat(updated.title).isEqualTo("newer");
        assertThat(repo.getOrThrow(Post.class, saved.id))
                .returns("newer", post -> post.title)
                .returns(7, post -> post.visits);
    }

    @Test
    void r016AChangesetWithoutChangesInsertsAndUpdatesNothing() {
        Comment comment = repo.insertOrThrow(Changeset.change(new Comment("1")));
        assertThat(comment.id).isNotNull();
        repo.updateOrThrow(Changeset.change(comment));
        repo.updateOrThrow(Changeset.change(comment));
        assertThat(repo.getOrThrow(Comment.class, comment.id).lockVersion).isEqualTo(comment.lockVersion);
    }

    @Test
    void r016AForcedUpdateCountsTheVersionUp() {
        Comment comment = repo.insertOrThrow(Changeset.change(new Comment("1")));
        Comment forced = repo.updateOrThrow(Changeset.change(comment), WriteOption.force());
        assertThat(forced.lockVersion).isEqualTo(comment.lockVersion + 1);
        assertThat(repo.getOrThrow(Comment.class, comment.id))
                .returns(forced.lockVersion, it -> it.lockVersion)
                .returns("1", it -> it.text);
        assertThatExceptionOfType(OptimisticLockException.class)
                .isThrownBy(() -> repo.update(Changeset.change(comment), WriteOption.force()));
    }

    @Test
    void r016AForcedUpdateOfAnEntityWithoutAVersionIsTheProvidersOwn() {
        Changeset<CompositePk> changeset = Changeset.change(repo.insert(new CompositePk(1, 2, "x")));
        if (can(Capability.FORCED_UPDATES)) {
            assertThat(repo.updateOrThrow(changeset, WriteOption.force()).name).isEqualTo("x");
        } else {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> repo.update(changeset, WriteOption.force()))
                    .withMessageContaining("an entity with a version");
        }
    }

    @Test
    void r022AKeyIsTakenFromTheChangesAndStaysAfterwards() {
        CompositePk saved =
                repo.insertOrThrow(Changeset.change(new CompositePk(), Map.of("a", 1, "b", 2, "name", "x")));
        assertThat(repo.get(CompositePk.class, saved.key())).isPresent();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.update(Changeset.change(saved, Map.of("a", 3))))
                .withMessageContaining("key a");
    }

    @Test
    void r027AUniqueViolationIsAnErrorIfItIsDeclaredRight() {
        UUID uuid = UUID.randomUUID();
        Post first = new Post("1");
        first.uuid = uuid;
        repo.insert(first);
        Changeset<Post> second = Changeset.change(new Post("2"), Map.of("uuid", uuid));
        assertThatExceptionOfType(UndeclaredConstraintException.class)
                .isThrownBy(() -> repo.insert(second))
                .withMessageContaining("[]")
                .withMessageContaining("uniqueConstraint")
                .satisfies(failure -> assertThat(failure.constraint()).containsIgnoringCase("posts_uuid_index"));
        assertThatExceptionOfType(UndeclaredConstraintException.class)
                .isThrownBy(() -> repo.insert(
                        second.uniqueConstraint("uuid").lastConstraint(rule -> rule.named("posts_email_index"))))
                .withMessageContaining("posts_email_index (unique)");
        Result<Post> result = repo.insert(second.uniqueConstraint("uuid"));
        assertThat(errors(result)).containsExactly("uuid has already been taken");
        assertThat(result.changeset().errors().get(0).parameters()).containsEntry("constraint", "unique");
        assertThat(result.changeset().data().id).isNull();
        assertThat(repo.count(Post.class)).isEqualTo(1);
    }

    private static Changeset<Permalink> permalink(Permalink permalink, Map<String, ?> params) {
        return Changeset.cast(permalink, params, "url").uniqueConstraint("url");
    }

    @Test
    void r028AViolationOfAChildIsTheChilds() {
        repo.insert(new Permalink("taken"));
        Changeset<User> changeset = Changeset.cast(
                        new User("ann"), Map.of("permalinks", List.of(Map.of("url", "free"), Map.of("url", "taken"))))
                .castAssoc("permalinks", ChangesetContract::permalink);
        Result<User> result = repo.insert(changeset);
        assertThat(result.changeset().errors()).isEmpty();
        assertThat(result.changeset().traverseErrors(FieldError::text))
                .isEqualTo(Map.of("permalinks", List.of(Map.of(), Map.of("url", List.of("has already been taken")))));
        assertThat(repo.count(User.class)).isZero();
        assertThat(repo.count(Permalink.class)).isEqualTo(1);
    }

    @Test
    void r029AUniqueViolationOfAUuidKeyedEntityIsAnError() {
        Custom custom = repo.insert(Custom.withUuid(UUID.randomUUID()));
        assertThat(errors(repo.insert(
                        Changeset.change(Custom.withUuid(custom.uuid)).uniqueConstraint("uuid"))))
                .containsExactly("uuid has already been taken");
    }

    private static Changeset<Post> linked(Post post, List<User> users) {
        return Changeset.change(post)
                .putAssoc("constraintUsers", users, OnReplace.DELETE)
                .constraint(new Constraint(
                        Constraint.Kind.UNIQUE,
                        "posts_users_pk_post_id_user_id_index",
                        Constraint.Match.EXACT,
                        "constraintUsers",
                        "is there twice"));
    }

    @Test
    void whatIsPutBackIsNeitherUnlinkedNorDeleted() {
        Post saved = new Post("1");
        saved.author = repo.insert(new User("ann"));
        Comment comment = new Comment("x");
        comment.post = saved;
        saved.comments.add(comment);
        Post post = repo.getOrThrow(Post.class, repo.insert(saved).id, Preload.of("author", "comments"));
        Changeset<Post> changeset = Changeset.change(post)
                .putAssoc("author", null, OnReplace.DELETE)
                .putAssoc("comments", List.of(), OnReplace.DELETE)
                .putAssoc("author", repo.getOrThrow(User.class, saved.author.id), OnReplace.DELETE)
                .putAssoc("comments", List.copyOf(post.comments), OnReplace.DELETE);
        assertThat(changeset.changes()).isEmpty();
        repo.updateOrThrow(changeset.putChange("title", "2"));
        Post read = repo.getOrThrow(Post.class, post.id, Preload.of("author", "comments"));
        assertThat(read.author).isNotNull();
        assertThat(read.comments).hasSize(1);
        assertThat(repo.count(User.class)).isEqualTo(1);
    }

    @Test
    void theSameOneIsNoChangeAlthoughThePresentOneIsNotLoaded() {
        Post saved = new Post("1");
        saved.author = repo.insert(new User("ann"));
        repo.insert(saved);
        User same = repo.getOrThrow(User.class, saved.author.id);
        Post post = repo.getOrThrow(Post.class, saved.id);
        repo.updateOrThrow(Changeset.change(post, Map.of("title", "2")).putAssoc("author", same, OnReplace.DELETE));
        assertThat(repo.getOrThrow(Post.class, saved.id, Preload.of("author")).author)
                .isNotNull();
        assertThat(repo.count(User.class)).isEqualTo(1);
    }

    @Test
    void r030ASetHasEachEntityOnce() {
        User user = repo.insert(new User("ann"));
        Post post = repo.getOrThrow(Post.class, repo.insert(new Post("1")).id, Preload.of("uniqueUsers"));
        Changeset<Post> twice = Changeset.change(post).putAssoc("uniqueUsers", List.of(user, user));
        assertThat(twice.isValid()).isFalse();
        assertThat(repo.update(twice).isOk()).isFalse();
        assertThat(twice.traverseErrors(FieldError::message))
                .isEqualTo(Map.of("uniqueUsers", List.of(Map.of(), Map.of("id", List.of("has already been taken")))));
        assertThat(repo.reloadOrThrow(post, Preload.of("uniqueUsers")).uniqueUsers)
                .isEmpty();
        repo.updateOrThrow(Changeset.change(post).putAssoc("uniqueUsers", List.of(user)));
        assertThat(repo.reloadOrThrow(post, Preload.of("uniqueUsers")).uniqueUsers)
                .extracting(User::name)
                .containsExactly("ann");
    }

    @Test
    void r031AJoinTablesIndexIsAnErrorOfTheAssociation() {
        Post post = repo.getOrThrow(Post.class, repo.insert(new Post("1")).id, Preload.of("constraintUsers"));
        User user = repo.insert(new User("ann"));
        Result<Post> result = repo.update(linked(post, List.of(user, user)));
        if (result.isOk()
                && !can(Capability.LAZY_TO_ONE)) { // EclipseLink links an entity once, however often it is there
            assertThat(repo.sql().query("select * from posts_users_pk").count()).isEqualTo(1);
            return;
        }
        assertThat(errors(result)).containsExactly("constraintUsers is there twice");
        assertThat(repo.preload(post, Preload.of("constraintUsers").force()).constraintUsers)
                .isEmpty();
    }

    @Test
    void r032AJoinTablesIndexIsAnErrorWhenOneLinkIsThereAlready() {
        Post post = repo.getOrThrow(Post.class, repo.insert(new Post("1")).id, Preload.of("constraintUsers"));
        User user = repo.insert(new User("ann"));
        Post linked = repo.updateOrThrow(linked(post, List.of(user)));
        assertThat(linked.constraintUsers).hasSize(1);
        assertThat(errors(repo.update(linked(linked, List.of(user, user)))))
                .containsExactly("constraintUsers is there twice");
    }

    @Test
    void r033AForeignKeyIsAnErrorIfItIsDeclaredRight() {
        Post gone = repo.insert(new Post("gone"));
        repo.delete(gone);
        Changeset<Comment> changeset = Changeset.change(new Comment("1"), Map.of("post", gone));
        if (!can(Capability.LAZY_TO_ONE)) { // the provider looks for what a reference stands for
            assertThatExceptionOfType(EntityNotFoundException.class).isThrownBy(() -> repo.insert(changeset));
            return;
        }
        assertThatExceptionOfType(UndeclaredConstraintException.class).isThrownBy(() -> repo.insert(changeset));
        assertThatExceptionOfType(UndeclaredConstraintException.class)
                .isThrownBy(() ->
                        repo.insert(changeset.foreignKeyConstraint("post").lastConstraint(rule -> rule.named("other"))))
                .withMessageContaining("other (foreign_key)");
        assertThat(errors(repo.insert(changeset.foreignKeyConstraint("post")))).containsExactly("post does not exist");
    }

    @Test
    void r034AnAssociationThatIsNotThereIsAnErrorOfTheAssociation() {
        Post gone = repo.insert(new Post("gone"));
        repo.delete(gone);
        Changeset<Comment> changeset =
                Changeset.change(new Comment("1"), Map.of("post", gone)).assocConstraint("post");
        if (!can(Capability.LAZY_TO_ONE)) {
            assertThatExceptionOfType(EntityNotFoundException.class).isThrownBy(() -> repo.insert(changeset));
            return;
        }
        assertThat(errors(repo.insert(changeset))).containsExactly("post does not exist");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Changeset.change(new Comment("1")).assocConstraint("text"));
    }

    @Test
    void r037WhatIsStillAssociatedIsAnErrorIfItIsDeclared() {
        Post post = repo.insert(new Post("1"));
        repo.insert(new Permalink("url").on(post));
        Post read = repo.getOrThrow(Post.class, post.id);
        assertThatExceptionOfType(UndeclaredConstraintException.class)
                .isThrownBy(() -> repo.delete(Changeset.change(read)));
        assertThat(errors(repo.delete(Changeset.change(read).noAssocConstraint("permalink"))))
                .containsExactly("permalink is still associated with this entry");
        assertThat(repo.count(Post.class)).isEqualTo(1);
    }

    @Test
    void r040WhatIsStillAssociatedByACompositeKeyIsAnError() {
        CompositePk parent = repo.insert(new CompositePk(1, 2, "parent"));
        repo.insert(new CompositeChild(parent));
        assertThat(errors(repo.delete(Changeset.change(repo.reloadOrThrow(parent))
                        .noAssocConstraint("children")
                        .lastConstraint(rule -> rule.named("composite_children_a_b_fkey")))))
                .containsExactly("children are still associated with this entry");
        CompositePk other = repo.insert(new CompositePk(1, 3, "other"));
        assertThat(repo.delete(Changeset.change(other)).isOk()).isTrue();
    }

    // -- unit tests

    @Test
    void u10AKeyThatIsMissingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.update(Changeset.change(new Post("1"), Map.of("title", "2"))))
                .withMessageContaining("without id");
        assertThatIllegalArgumentException().isThrownBy(() -> repo.delete(Changeset.change(new Post("1"))));
        assertThatIllegalArgumentException().isThrownBy(() -> repo.delete(new Post("1")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.update(Changeset.change("text").forceChange("hash", 1)));
    }

    @Test
    void u11AStaleRowIsThrownOrAnErrorOrASuccess() {
        Comment comment = repo.insert(new Comment("1"));
        repo.updateOrThrow(Changeset.change(comment, Map.of("text", "2")));
        Changeset<Comment> stale = Changeset.change(comment, Map.of("text", "3"));
        assertThatExceptionOfType(OptimisticLockException.class).isThrownBy(() -> repo.update(stale));
        assertThatExceptionOfType(OptimisticLockException.class)
                .isThrownBy(() -> repo.delete(Changeset.change(comment)));
        assertThat(errors(repo.update(stale, WriteOption.staleError("text")))).containsExactly("text is stale");
        assertThat(errors(repo.delete(Changeset.change(comment), WriteOption.staleError("id", "was changed"))))
                .containsExactly("id was changed");
        assertThat(repo.update(stale, WriteOption.allowStale()).isOk()).isTrue();
        assertThat(repo.getOrThrow(Comment.class, comment.id).text).isEqualTo("2");
    }

    @Test
    void u14AnActionThatDoesNotFitIsRefused() {
        Post post = repo.insert(new Post("1"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.update(Changeset.change(post).withAction(Action.INSERT)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.insert(Changeset.change(new Post("2")).withAction(Action.IGNORE)));
        assertThat(repo.insertOrUpdateOrThrow(Changeset.change(post, Map.of("title", "2"))).id)
                .isEqualTo(post.id);
        assertThat(repo.insertOrUpdateOrThrow(Changeset.change(new Post("3"))).id)
                .isNotEqualTo(post.id);
    }

    @Test
    void u16PreparationsRunInTheTransactionAndRollItBackWithErrors() {
        Post post = repo.insert(Post.titled("1", 0));
        Changeset<Comment> counted = Changeset.change(new Comment("x").on(post)).prepareChanges(changeset -> {
            assertThat(repo.inTransaction()).isTrue();
            repo.updateAll(from(Post.class).where("id", post.id), Change.inc("visits", 1));
            return changeset;
        });
        assertThat(repo.insert(counted).isOk()).isTrue();
        assertThat(repo.reloadOrThrow(post).visits).isEqualTo(1);
        Result<Comment> refused = repo.insert(counted.prepareChanges(changeset -> changeset.addError("text", "no")));
        assertThat(errors(refused)).containsExactly("text no");
        assertThat(repo.reloadOrThrow(post).visits).isEqualTo(1);
        assertThat(repo.inTransaction()).isFalse();
    }

    @Test
    void u17AConstraintsNameIsComparedAsItIsSaid() {
        UUID uuid = UUID.randomUUID();
        repo.insertOrThrow(Changeset.change(new Post("1"), Map.of("uuid", uuid)));
        Changeset<Post> again =
                Changeset.change(new Post("2"), Map.of("uuid", uuid)).uniqueConstraint("uuid");
        Map<String, Constraint.Match> names = new HashMap<>();
        names.put("posts_uuid", Constraint.Match.PREFIX);
        names.put("uuid_index", Constraint.Match.SUFFIX);
        names.put("(?i)posts_.*_index", Constraint.Match.REGEX);
        names.forEach((name, match) -> assertThat(errors(repo.insert(again.lastConstraint(
                        rule -> rule.named(name).matching(match).saying("taken").on("title")))))
                .containsExactly("title taken"));
        List<Constraint.Match> wrong = new ArrayList<>(List.of(Constraint.Match.EXACT, Constraint.Match.SUFFIX));
        wrong.forEach(match -> assertThatExceptionOfType(UndeclaredConstraintException.class)
                .isThrownBy(() -> repo.insert(
                        again.lastConstraint(rule -> rule.named("posts_uuid").matching(match)))));
        assertThatExceptionOfType(UndeclaredConstraintException.class)
                .isThrownBy(() -> repo.insert(Changeset.change(new Post("2"), Map.of("uuid", uuid))
                        .checkConstraint("uuid", "posts_uuid_index")));
    }

    @Test
    void u28AColumnThatIsNotWritableIsLeftAlone() {
        Post saved = repo.insert(new Post("1"));
        Post updated = repo.updateOrThrow(
                Changeset.change(saved, Map.of("title", "2", "insertedAt", saved.insertedAt.minusDays(1))));
        assertThat(repo.reloadOrThrow(updated))
                .returns("2", post -> post.title)
                .returns(saved.insertedAt, post -> post.insertedAt);
    }

    // -- constraints of the adapter

    @Test
    void a03AnExclusionIsAnErrorIfItIsDeclared() {
        if (!can(Capability.EXCLUSION_CONSTRAINTS)) {
            return;
        }
        repo.insert(Product.ranging(1, 10));
        Changeset<Product> overlapping = Changeset.change(Product.ranging(5, 15));
        assertThatExceptionOfType(UndeclaredConstraintException.class)
                .isThrownBy(() -> repo.insert(overlapping))
                .withMessageContaining("exclusionConstraint");
        assertThat(errors(repo.insert(overlapping.exclusionConstraint("fromDay", "cannot_overlap"))))
                .containsExactly("fromDay violates an exclusion constraint");
    }

    @Test
    void a04ACheckIsAnErrorIfItIsDeclared() {
        Changeset<Product> free = Changeset.change(new Product("free", 0));
        assertThatExceptionOfType(UndeclaredConstraintException.class)
                .isThrownBy(() -> repo.insert(free))
                .withMessageContaining("checkConstraint");
        assertThat(errors(repo.insert(free.checkConstraint("price", "positive_price"))))
                .containsExactly("price is invalid");
        assertThat(errors(repo.insert(free.checkConstraint("price", "positive_price")
                        .lastConstraint(rule -> rule.saying("must be positive")))))
                .containsExactly("price must be positive");
        assertThat(repo.insert(Changeset.change(new Product("dear", 1)).checkConstraint("price", "positive_price"))
                        .isOk())
                .isTrue();
    }

    @Test
    void whatTheDatabaseMakesOfAnUpdateComesBackIfAsked() {
        Post post = repo.insert(Post.titled("1", 1));
        repo.updateAll(Post.class, Change.set("visits", 7));
        Changeset<Post> renamed = Changeset.change(post, Map.of("title", "2"));
        assertThat(repo.updateOrThrow(renamed).visits).isEqualTo(1);
        Changeset<Post> again = Changeset.change(post, Map.of("title", "3"));
        assertThat(repo.updateOrThrow(again, WriteOption.returning("visits")).visits)
                .isEqualTo(7);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.updateOrThrow(again, WriteOption.returning("visit")))
                .withMessageContaining("visits");
    }

    @Test
    void anExistingEntityIsPutWhereNoneWas() {
        User ann = repo.insert(new User("ann"));
        repo.insertOrThrow(Changeset.change(new Post("1")).putAssoc("author", ann));
        Post without = repo.getOrThrow(Post.class, repo.insert(new Post("2")).id, Preload.of("author"));
        repo.updateOrThrow(Changeset.change(without).putAssoc("author", Changeset.change(ann)));
        assertThat(repo.all(dev.facade.query.Query.from(Post.class).where("author", ann)))
                .extracting(Post::title)
                .containsExactlyInAnyOrder("1", "2");
    }
}
