package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.facade.FacadeRepository;
import dev.facade.changeset.Changeset;
import dev.facade.changeset.Changeset.Action;
import dev.facade.changeset.Constraint;
import dev.facade.changeset.FieldError;
import dev.facade.changeset.InvalidChangesetException;
import dev.facade.changeset.OnReplace;
import dev.facade.changeset.Result;
import dev.facade.error.UndeclaredConstraintException;
import dev.facade.option.Schema;
import dev.facade.option.Target;
import dev.facade.option.Timeout;
import dev.facade.option.WriteOption;
import dev.facade.query.Jpql;
import dev.facade.query.OnConflict;
import dev.facade.query.Preload;
import dev.facade.test.H2Node;
import jakarta.persistence.OptimisticLockException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What becomes of changesets, on each database. */
class ChangesetIT {

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

    abstract static class Cases {

        abstract FacadeRepository repo();

        @BeforeEach
        void empty() {
            repo().deleteAll(Comment.class);
            repo().deleteAll(Post.class);
            repo().deleteAll(Author.class);
        }

        private static Changeset<Post> form(Post post, Map<String, ?> params) {
            return Changeset.cast(post, params, "title", "likes").validateRequired("title");
        }

        @Test
        void aValidOneIsInsertedAndTheEntityInItStays() {
            Post given = new Post(null);
            Post saved = repo().insert(form(given, Map.of("title", "a", "likes", "3")))
                    .orElseThrow();
            assertThat(saved.id).isNotNull();
            assertThat(given.id).isNull();
            assertThat(given.title).isNull();
            Post read = repo().getOrThrow(Post.class, saved.id);
            assertThat(read.title).isEqualTo("a");
            assertThat(read.likes).isEqualTo(3);
        }

        @Test
        void anInvalidOneReachesNoDatabase() {
            Result<Post> result = repo().insert(form(new Post(null), Map.of("likes", "many")));
            assertThat(result.isOk()).isFalse();
            assertThat(result.changeset().action()).isEqualTo(Action.INSERT);
            assertThat(result.changeset().errors())
                    .extracting(FieldError::toString)
                    .containsExactlyInAnyOrder("likes is invalid", "title can't be blank");
            assertThat(repo().count(Post.class)).isZero();
            assertThatExceptionOfType(InvalidChangesetException.class)
                    .isThrownBy(() -> repo().insertOrThrow(form(new Post(null), Map.of())))
                    .withMessageContaining("title");
        }

        @Test
        void anUpdateWritesTheChangedColumnsOnly() {
            Post saved = repo().insert(new Post("a", 1));
            Post old = repo().getOrThrow(Post.class, saved.id);
            repo().updateAll(Jpql.statement("update Post p set p.likes = 5")); // counts no version
            old.likes = 99;
            Post updated = repo().updateOrThrow(Changeset.change(old, Map.of("title", "b")));
            assertThat(updated.version).isEqualTo(1);
            Post read = repo().getOrThrow(Post.class, saved.id);
            assertThat(read.title).isEqualTo("b");
            assertThat(read.likes).isEqualTo(5);
            assertThat(old.title).isEqualTo("a");
        }

        @Test
        void nothingIsWrittenIfNothingChangesUnlessForced() {
            Post saved = repo().insert(new Post("a"));
            assertThat(repo().updateOrThrow(Changeset.change(saved))).isSameAs(saved);
            assertThat(repo().updateOrThrow(Changeset.change(saved, Map.of("title", "a"))))
                    .isSameAs(saved);
            assertThat(repo().updateOrThrow(Changeset.change(saved), WriteOption.force()).title)
                    .isEqualTo("a");
        }

        @Test
        void aStaleOneThrowsOrBecomesAnErrorOrASuccess() {
            Post saved = repo().insert(new Post("a"));
            repo().updateOrThrow(Changeset.change(saved, Map.of("title", "b")));
            Changeset<Post> stale = Changeset.change(saved, Map.of("title", "c"));
            assertThatExceptionOfType(OptimisticLockException.class).isThrownBy(() -> repo().update(stale));
            Result<Post> result = repo().update(stale, WriteOption.staleError("title", "was changed"));
            assertThat(result.changeset().errors())
                    .singleElement()
                    .satisfies(error -> assertThat(error.text()).isEqualTo("was changed"))
                    .satisfies(error -> assertThat(error.parameters()).containsEntry("stale", true));
            assertThat(repo().update(stale, WriteOption.allowStale()).isOk()).isTrue();
            assertThat(repo().getOrThrow(Post.class, saved.id).title).isEqualTo("b");
            assertThat(repo().delete(Changeset.change(saved), WriteOption.staleError("id"))
                            .isOk())
                    .isFalse();
        }

        @Test
        void aDeclaredConstraintBecomesAnErrorAndAnUndeclaredOneIsThrown() {
            repo().insert(new Post("a"));
            Changeset<Post> again = form(new Post(null), Map.of("title", "a"));
            String name = uniqueTitle();
            assertThatExceptionOfType(UndeclaredConstraintException.class)
                    .isThrownBy(() -> repo().insert(again.checkConstraint("title", "other")))
                    .withMessageContaining("other (check)")
                    .withMessageContaining("uniqueConstraint");
            Result<Post> result =
                    repo().insert(again.uniqueConstraint("title").lastConstraint(rule -> rule.named(name)));
            assertThat(result.changeset().errors())
                    .singleElement()
                    .satisfies(error -> assertThat(error.text()).isEqualTo("has already been taken"))
                    .satisfies(error -> assertThat(error.parameters()).containsEntry("constraint", "unique"));
            Result<Post> byPrefix = repo().insert(again.uniqueConstraint("title")
                    .lastConstraint(rule -> rule.named(name.substring(0, 3))
                            .matching(Constraint.Match.PREFIX)
                            .saying("taken")));
            assertThat(byPrefix.changeset().errors().get(0).text()).isEqualTo("taken");
            assertThat(repo().count(Post.class)).isEqualTo(1);
        }

        /** The provider has made the name up. */
        private String uniqueTitle() {
            try {
                repo().insert(form(new Post(null), Map.of("title", "a")));
                throw new AssertionError("no violation");
            } catch (UndeclaredConstraintException undeclared) {
                return undeclared.constraint();
            }
        }

        @Test
        void t19AUniquenessCheckAsksTheMaster() {
            Post a = repo().insert(new Post("a"));
            Changeset<Post> again = form(new Post(null), Map.of("title", "a"));
            assertThat(repo().unsafeValidateUnique(again, "title").isValid()).isFalse();
            assertThat(repo().unsafeValidateUnique(form(new Post(null), Map.of("title", "b")), "title")
                            .isValid())
                    .isTrue();
            assertThat(repo().unsafeValidateUnique(Changeset.change(a).forceChange("title", "a"), "title")
                            .isValid())
                    .isTrue();
        }

        @Test
        void associatedEntitiesAreWrittenInTheRightOrder() {
            Changeset<Post> changeset = Changeset.cast(
                            new Post(null),
                            Map.of(
                                    "title", "a",
                                    "author", Map.of("name", "ann", "country", "NL"),
                                    "comments", List.of(Map.of("text", "x"), Map.of("text", "y"))),
                            "title")
                    .castAssoc("author", Cases::author)
                    .castAssoc("comments", Cases::comment);
            Post saved = repo().insertOrThrow(changeset);
            Post read = repo().getOrThrow(Post.class, saved.id, Preload.of("author", "comments"));
            assertThat(read.author.country()).isEqualTo("NL");
            assertThat(read.comments).extracting(comment -> comment.text).containsExactlyInAnyOrder("x", "y");
            Changeset<Post> next = Changeset.cast(
                            read,
                            Map.of(
                                    "comments",
                                    List.of(
                                            Map.of("id", read.comments.get(0).id.toString(), "text", "changed"),
                                            Map.of("text", "new"))))
                    .castAssoc("comments", Cases::comment, OnReplace.DELETE);
            repo().updateOrThrow(next);
            assertThat(repo().getOrThrow(Post.class, saved.id, Preload.of("comments")).comments)
                    .extracting(comment -> comment.text)
                    .containsExactlyInAnyOrder("changed", "new");
        }

        private static Changeset<Author> author(Author author, Map<String, ?> params) {
            return Changeset.cast(author, params, "name", "country").validateRequired("country");
        }

        private static Changeset<Comment> comment(Comment comment, Map<String, ?> params) {
            return Changeset.cast(comment, params, "text").validateRequired("text");
        }

        @Test
        void anErrorOfAChildIsPartOfTheParentsAndUndoesEverything() {
            Changeset<Post> changeset = Changeset.cast(
                            new Post("a"), Map.of("comments", List.of(Map.of("text", "x"), Map.of("text", ""))))
                    .castAssoc("comments", Cases::comment);
            assertThat(changeset.isValid()).isFalse();
            assertThat(changeset.traverseErrors(FieldError::text))
                    .isEqualTo(Map.of("comments", List.of(Map.of(), Map.of("text", List.of("can't be blank")))));
            assertThat(repo().insert(changeset).isOk()).isFalse();
            assertThat(repo().count(Post.class)).isZero();
        }

        @Test
        void aConflictRuleAppliesToAChangeset() {
            Post first = repo().insert(new Post("a", 1));
            Changeset<Post> again = Changeset.change(new Post("a"), Map.of("likes", 9));
            Post updated =
                    repo().insertOrThrow(again, OnConflict.replace("likes").target("title"));
            assertThat(updated.id).isEqualTo(first.id);
            assertThat(repo().reloadOrThrow(first).likes).isEqualTo(9);
            Post skipped = repo().insertOrThrow(again, OnConflict.nothing().target("title"));
            assertThat(skipped.id).isNull();
            assertThat(repo().count(Post.class)).isEqualTo(1);
        }

        @Test
        void preparationsRunInTheTransactionAndMayRefuse() {
            Changeset<Post> prepared = Changeset.change(new Post("a")).prepareChanges(changeset -> {
                assertThat(repo().inTransaction()).isTrue();
                repo().insert(new Author("ann", "NL"));
                return changeset.putChange("likes", 7);
            });
            assertThat(repo().insertOrThrow(prepared).likes).isEqualTo(7);
            assertThat(repo().count(Author.class)).isEqualTo(1);
            Changeset<Post> refused = Changeset.change(new Post("b")).prepareChanges(changeset -> {
                repo().insert(new Author("bob", "NL"));
                return changeset.addError("title", "no");
            });
            assertThat(repo().insert(refused).isOk()).isFalse();
            assertThat(repo().count(Author.class)).isEqualTo(1);
            assertThat(repo().inTransaction()).isFalse();
        }

        @Test
        void aPreparationMayMakeTheChangesAnewButOfTheSameEntityForTheSameAction() {
            Post a = repo().insert(new Post("a"));
            Post b = repo().insert(new Post("b"));
            Changeset<Post> update = Changeset.change(a, Map.of("likes", 3));
            assertThat(repo().updateOrThrow(
                                    update.prepareChanges(it -> Changeset.change(it.data(), Map.of("likes", 42))))
                            .likes)
                    .isEqualTo(42);
            assertThat(repo().reloadOrThrow(a).likes).isEqualTo(42);
            List<UnaryOperator<Changeset<Post>>> wrong = List.of(
                    it -> Changeset.change(b, Map.of("likes", 9)), it -> it.withAction(Action.DELETE), it -> null);
            for (UnaryOperator<Changeset<Post>> preparation : wrong) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> repo().update(update.prepareChanges(preparation)))
                        .withMessageStartingWith("prepareChanges: ");
            }
            assertThat(repo().all(Post.class)).extracting(post -> post.likes).containsExactlyInAnyOrder(42, 0);
        }

        @Test
        void theOptionsHoldForThePreparationsToo() {
            repo().withEntityManager(Target.master(), em -> {
                em.createNativeQuery("drop schema if exists \"prepared\" cascade")
                        .executeUpdate();
                em.createNativeQuery("create schema \"prepared\"").executeUpdate();
                return em.createNativeQuery("create table \"prepared\".author"
                                + " (name varchar(255) primary key, country varchar(255))")
                        .executeUpdate();
            });
            Changeset<Author> changeset = Changeset.change(new Author("ann", "NL"))
                    .prepareChanges(it -> {
                        repo().insert(new Author("bob", "NL"));
                        assertThat(repo().<Integer>withEntityManager(
                                                Target.master(),
                                                em -> em.getTransaction().getTimeout()))
                                .isEqualTo(7);
                        return it;
                    });
            repo().insertOrThrow(changeset, Schema.of("prepared"), Timeout.of(Duration.ofSeconds(7)));
            assertThat(repo().count(Author.class)).isZero();
            assertThat(repo().count(Author.class, Schema.of("prepared"))).isEqualTo(2);
            assertThatIllegalStateException()
                    .isThrownBy(() -> repo().transaction(() -> repo().insert(changeset, Schema.of("prepared"))))
                    .withMessageContaining("inside a transaction");
        }

        @Test
        void aChangesetForAnotherActionIsRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> repo().insert(Changeset.change(new Post("a")).withAction(Action.UPDATE)))
                    .withMessageContaining("for update");
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> repo().insert(Changeset.change(new Post("a")).withAction(Action.IGNORE)));
        }

        @Test
        void nullIsRefused() {
            Changeset<Post> none = null;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo().insertOrUpdate(none))
                    .withMessage("insertOrUpdate: null (expected: an entity or a changeset)");
        }

        @Test
        void insertOrUpdateChoosesByState() {
            Post saved = repo().insertOrUpdateOrThrow(Changeset.change(new Post("a")));
            assertThat(repo().insertOrUpdateOrThrow(Changeset.change(saved, Map.of("title", "b"))).id)
                    .isEqualTo(saved.id);
            assertThat(repo().count(Post.class)).isEqualTo(1);
        }

        @Test
        void aFieldThatIsNoVersionLocksToo() {
            Author ann = repo().insert(new Author("ann", "NL"));
            repo().updateOrThrow(Changeset.change(ann, Map.of("country", "DE")));
            assertThatExceptionOfType(OptimisticLockException.class)
                    .isThrownBy(() -> repo().update(Changeset.change(ann, Map.of("country", "FR"))
                            .optimisticLock("country", value -> "FR")));
        }
    }
}
