package dev.facade.test.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.changeset.Changeset;
import dev.facade.option.Schema;
import dev.facade.query.Jpql;
import jakarta.persistence.EntityNotFoundException;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Writing entities: insert, update, delete, keys of all kinds, optimistic locks, constraints that nobody declared. */
public abstract class RepoWritesContract extends Contract {

    /** For subclasses. */
    protected RepoWritesContract() {}

    @Test
    void aKeyIsEnoughToDeleteAndAHookRunsAfterTheCommit() {
        Post post = repo.insert(Post.titled("gone", 1));
        List<Boolean> deleted = new ArrayList<>();
        repo.transaction(() -> {
            boolean there = repo.delete(Post.class, post.id);
            repo.afterCommit(() -> deleted.add(there && !repo.existsBy(Post.class, "title", "gone")));
        });
        assertThat(deleted).containsExactly(true);
        assertThat(repo.delete(Post.class, post.id)).isFalse();
        assertThat(repo.transact(() -> repo.insert(Post.titled("kept", 1))).orElseThrow().id)
                .isNotNull();
    }

    @Test
    void r010AnEntityIsInsertedUpdatedDeletedAndInsertedAgain() {
        Post post = new Post("hello");
        post.text = "world";
        assertThat(repo.insert(post)).isSameAs(post);
        assertThat(post.id).isNotNull();
        assertThat(post.insertedAt).isNotNull().isEqualTo(post.updatedAt);

        post.title = "new title";
        Post updated = repo.update(post);
        assertThat(updated.title).isEqualTo("new title");
        assertThat(updated.insertedAt).isEqualTo(post.insertedAt);
        assertThat(updated.updatedAt).isAfterOrEqualTo(post.insertedAt);
        assertThat(repo.all(Post.class)).singleElement().satisfies(read -> {
            assertThat(read.id).isEqualTo(post.id);
            assertThat(read.title).isEqualTo("new title");
            assertThat(read.text).isEqualTo("world");
            assertThat(read.insertedAt).isEqualTo(post.insertedAt);
            assertThat(read.updatedAt).isEqualTo(updated.updatedAt);
        });

        assertThat(repo.delete(updated)).isSameAs(updated);
        assertThat(repo.all(Post.class)).isEmpty();
        repo.insert(new Post("hello"));
        assertThat(repo.all(Post.class)).singleElement().returns("hello", again -> again.title);
    }

    @Test
    void r010EveryColumnComesBackAsItWasWritten() {
        Post post = Post.titled("1", 13);
        post.counter = 7;
        post.blob = new byte[] {0, 1, -1};
        post.visible = false;
        post.cost = new BigDecimal("90.5");
        post.intensity = 3.5;
        post.uuid = UUID.randomUUID();
        post.posted = LocalDate.of(2024, 2, 29);
        repo.insert(post);
        assertThat(repo.getOrThrow(Post.class, post.id))
                .usingRecursiveComparison()
                .ignoringFields("author", "comments", "permalink", "users", "constraintUsers", "uniqueUsers")
                .isEqualTo(post);
    }

    @Test
    void r011ARenamedColumnIsWritten() {
        Permalink permalink = repo.insert(new Permalink("url"));
        assertThat(repo.getOrThrow(Permalink.class, permalink.id).url).isEqualTo("url");
        permalink.url = "new";
        assertThat(repo.update(permalink).url).isEqualTo("new");
        assertThat(repo.getOrThrow(Permalink.class, permalink.id).url).isEqualTo("new");
        repo.delete(permalink);
        assertThat(repo.all(Permalink.class)).isEmpty();
    }

    @Test
    void r012ACompositeKeyIsInsertedUpdatedFoundAndDeleted() {
        CompositePk first = repo.insert(new CompositePk(1, 2, "first"));
        CompositePk second = repo.insert(new CompositePk(1, 3, "second"));
        assertThat(repo.get(CompositePk.class, first.key())).get().returns("first", row -> row.name);
        assertThat(repo.getBy(CompositePk.class, Map.of("a", 1, "b", 3))).get().returns("second", row -> row.name);
        first.name = "changed";
        repo.update(first);
        assertThat(repo.reloadOrThrow(first).name).isEqualTo("changed");
        assertThat(repo.reloadOrThrow(second).name).isEqualTo("second");
        repo.delete(first);
        assertThat(repo.all(CompositePk.class)).singleElement().returns("second", row -> row.name);
    }

    @Test
    void r012APartOfACompositeKeyIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> repo.get(CompositePk.class, 1));
    }

    @Test
    void r013AKeyOfTwoForeignKeysIsInsertedFoundAndDeleted() {
        Post post = repo.insert(new Post("1"));
        User user = repo.insert(new User("ann"));
        PostUserCompositePk link = repo.insert(new PostUserCompositePk(user, post));
        assertThat(repo.get(PostUserCompositePk.class, new PostUserCompositePk.Key(user.id, post.id)))
                .get()
                .satisfies(read -> assertThat(read.insertedAt).isEqualTo(link.insertedAt));
        assertThat(repo.getBy(PostUserCompositePk.class, Map.of("user", user, "post", post)))
                .isPresent();
        repo.delete(link);
        assertThat(repo.all(PostUserCompositePk.class)).isEmpty();
    }

    @Test
    void r015AnInMemoryEditIsNotWritten() {
        Post post = repo.insert(new Post("1"));
        Post read = repo.getOrThrow(Post.class, post.id);
        read.title = "edited";
        repo.insert(new Post("2"));
        assertThat(repo.getOrThrow(Post.class, post.id).title).isEqualTo("1");
    }

    @Test
    void r016UpdatingTwiceWithNoChangeIsNoStaleError() {
        Comment comment = repo.insert(new Comment("1"));
        Comment updated = repo.update(repo.update(comment));
        assertThat(updated.lockVersion).isEqualTo(comment.lockVersion);
    }

    @Test
    void r019AUuidIsGeneratedAndLooksUpItsRow() {
        Custom custom = repo.insert(Custom.withUuid(UUID.randomUUID()));
        assertThat(custom.bid).isNotNull();
        assertThat(repo.getBy(Custom.class, "uuid", custom.uuid)).get().returns(custom.bid, read -> read.bid);
        assertThat(repo.getBy(Custom.class, "bid", custom.bid)).isPresent();
    }

    @Test
    void r021AnIdOfTheCallersIsHonouredWhereTheMappingAssignsNone() {
        repo.insert(new CompositePk(7, 8, "mine"));
        assertThat(repo.get(CompositePk.class, new CompositePk.Key(7, 8))).isPresent();
        Post post = new Post("1");
        post.id = 13L;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.insert(post))
                .withMessageContaining("13")
                .withMessageContaining("already");
    }

    @Test
    void r024ASecondUpdateAndADeleteOfAnOldVersionAreStale() {
        Comment comment = repo.insert(new Comment("1"));
        Comment stale = repo.getOrThrow(Comment.class, comment.id);
        comment.text = "2";
        Comment current = repo.update(comment);
        assertThat(current.lockVersion).isGreaterThan(stale.lockVersion);
        stale.text = "3";
        assertThatExceptionOfType(OptimisticLockException.class).isThrownBy(() -> repo.update(stale));
        assertThatExceptionOfType(OptimisticLockException.class).isThrownBy(() -> repo.delete(stale));
        assertThat(repo.getOrThrow(Comment.class, comment.id).text).isEqualTo("2");
        repo.delete(current);
        assertThatExceptionOfType(OptimisticLockException.class).isThrownBy(() -> repo.delete(current));
    }

    @Test
    void r027AUniqueViolationThatNobodyDeclaredNamesTheIndex() {
        UUID uuid = UUID.randomUUID();
        Post first = new Post("1");
        first.uuid = uuid;
        repo.insert(first);
        Post second = new Post("2");
        second.uuid = uuid;
        assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() -> repo.insert(second))
                .satisfies(
                        failure -> assertThat(failure).rootCause().message().containsIgnoringCase("posts_uuid_index"));
        assertThat(second.id).isNull();
        assertThat(repo.count(Post.class)).isOne();
    }

    @Test
    void r029AUniqueViolationOfAUuidKeyedEntityNamesTheIndex() {
        UUID uuid = UUID.randomUUID();
        repo.insert(Custom.withUuid(uuid));
        assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() -> repo.insert(Custom.withUuid(uuid)))
                .satisfies(failure ->
                        assertThat(failure).rootCause().message().containsIgnoringCase("customs_uuid_index"));
    }

    @Test
    void r033AForeignKeyViolationThatNobodyDeclaredNamesTheKey() {
        Post gone = repo.insert(new Post("gone"));
        repo.delete(gone);
        Comment comment = new Comment("1").on(gone);
        if (!can(Capability.LAZY_TO_ONE)) { // the provider looks for what a reference stands for
            assertThatExceptionOfType(EntityNotFoundException.class).isThrownBy(() -> repo.insert(comment));
            return;
        }
        assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() -> repo.insert(comment))
                .satisfies(failure ->
                        assertThat(failure).rootCause().message().containsIgnoringCase("comments_post_id_fkey"));
    }

    @Test
    void r037DeletingWhatIsStillAssociatedNamesTheKey() {
        Post post = repo.insert(new Post("1"));
        repo.insert(new Permalink("url").on(post));
        assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() -> repo.delete(repo.getOrThrow(Post.class, post.id)))
                .satisfies(failure ->
                        assertThat(failure).rootCause().message().containsIgnoringCase("permalinks_post_id_fkey"));
    }

    @Test
    void a04ACheckViolationThatNobodyDeclaredNamesTheCheck() {
        assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() -> repo.insert(new Product("free", 0)))
                .satisfies(failure -> assertThat(failure).rootCause().message().containsIgnoringCase("positive_price"));
        assertThat(repo.insert(new Product("dear", 1)).id).isNotNull();
    }

    @Test
    void r055InsertAllInsertsEveryRowAndNothingForAnEmptyList() {
        assertThat(repo.insertAll(List.of())).isZero();
        assertThat(repo.insertAll(List.of(new Comment("1"), new Comment("2")))).isEqualTo(2);
        assertThat(repo.all(Jpql.of("select c.text from Comment c order by c.text", String.class)))
                .containsExactly("1", "2");
    }

    @Test
    void r081DeleteAllCountsAndEmptiesTheTable() {
        assertThat(repo.deleteAll(Post.class)).isZero();
        repo.insertAll(List.of(new Post("1"), new Post("2"), new Post("3")));
        assertThat(repo.deleteAll(Post.class)).isEqualTo(3);
        assertThat(repo.all(Post.class)).isEmpty();
    }

    @Test
    void u14InsertOrUpdatePicksByState() {
        Post post = repo.insertOrUpdate(new Post("1"));
        assertThat(post.id).isNotNull();
        post.title = "2";
        repo.insertOrUpdate(post);
        assertThat(repo.all(Post.class)).singleElement().returns("2", read -> read.title);
        CompositePk keyed = repo.insertOrUpdate(new CompositePk(1, 1, "a"));
        keyed.name = "b";
        repo.insertOrUpdate(keyed);
        assertThat(repo.all(CompositePk.class)).singleElement().returns("b", read -> read.name);
    }

    @Test
    void r028AChildrensFailureStoresNeitherParentNorChild() {
        repo.insert(new Permalink("taken"));
        Post post = new Post("1");
        post.permalink = new Permalink("taken").on(post);
        post.comments.add(new Comment("1").on(post));
        assertThatExceptionOfType(PersistenceException.class).isThrownBy(() -> repo.insert(post));
        assertThat(post.id).isNull();
        assertThat(repo.count(Post.class)).isZero();
        assertThat(repo.count(Comment.class)).isZero();
        post.permalink.url = "free";
        repo.insert(post);
        assertThat(repo.count(Comment.class)).isOne();
        assertThat(repo.count(Permalink.class)).isEqualTo(2);
    }

    @Test
    void r014AnUnknownSchemaIsRefusedAndTheConnectionStaysUsable() {
        Post post = repo.insert(new Post("1"));
        Schema unknown = Schema.of("unknown");
        refusesTheSchema(() -> repo.insert(new Post("2"), unknown));
        refusesTheSchema(() -> repo.update(post, unknown));
        refusesTheSchema(() -> repo.delete(post, unknown));
        refusesTheSchema(() -> repo.insert(Changeset.change(new Post("2")), unknown));
        assertThat(repo.all(Post.class)).hasSize(1);
        post.title = "changed";
        assertThat(repo.update(post).title).isEqualTo("changed");
    }

    @Test
    void r020AKeyThatTheEntityMakesIsUsable() {
        Token token = repo.insert(new Token("1"));
        assertThat(token.code).startsWith("token-");
        assertThat(repo.getBy(Token.class, "code", token.code)).get().returns("1", found -> found.title);
        assertThat(repo.getOrThrow(Token.class, token.code).title).isEqualTo("1");
    }
}
