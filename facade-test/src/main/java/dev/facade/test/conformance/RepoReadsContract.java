package dev.facade.test.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.query.Jpql;
import jakarta.persistence.NoResultException;
import jakarta.persistence.NonUniqueResultException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Reading: all, get, getBy, one, exists, reload. */
public abstract class RepoReadsContract extends Contract {

    /** For subclasses. */
    protected RepoReadsContract() {}

    @Test
    void r003AllOfAnEmptyTableIsAnEmptyList() {
        assertThat(repo.all(Post.class)).isEmpty();
        assertThat(repo.all(Jpql.of("select p from Post p", Post.class))).isEmpty();
    }

    @Test
    void r006QueriesReturnSelectedScalarsInOrder() {
        repo.insertAll(List.of(new Post("b"), new Post("a")));
        assertThat(repo.all(Jpql.of("select p.title from Post p order by p.title", String.class)))
                .containsExactly("a", "b");
    }

    @Test
    void r009AllByReturnsAllRowsThatMatchTheClauses() {
        repo.insertAll(List.of(Post.titled("a", 1), Post.titled("a", 2), Post.titled("b", 1)));
        assertThat(repo.allBy(Post.class, Map.of("title", "a")))
                .extracting(post -> post.visits)
                .containsExactlyInAnyOrder(1, 2);
        assertThat(repo.allBy(Post.class, Map.of("title", "a", "visits", 1))).hasSize(1);
        assertThat(repo.allBy(Post.class, Map.of("title", "c"))).isEmpty();
    }

    @Test
    void r041GetFindsByIdAndSaysWhenThereIsNone() {
        Post first = repo.insert(new Post("1"));
        Post second = repo.insert(new Post("2"));
        assertThat(repo.get(Post.class, first.id)).get().returns("1", post -> post.title);
        assertThat(repo.getOrThrow(Post.class, second.id).title).isEqualTo("2");
        repo.delete(first);
        assertThat(repo.get(Post.class, first.id)).isEmpty();
        assertThatExceptionOfType(NoResultException.class)
                .isThrownBy(() -> repo.getOrThrow(Post.class, first.id))
                .withMessageContaining("Post")
                .withMessageContaining(first.id.toString());
    }

    @Test
    void r041GetRefusesAKeyOfAnotherType() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.get(Post.class, "1"))
                .withMessageContaining("java.lang.Long");
    }

    @Test
    void r041GetByAndOneFindOneRowOrSayWhy() {
        repo.insertAll(List.of(Post.titled("1", 1), Post.titled("2", 1)));
        assertThat(repo.getBy(Post.class, "title", "1")).get().returns("1", post -> post.title);
        assertThat(repo.getBy(Post.class, "title", "hello")).isEmpty();
        assertThatExceptionOfType(NoResultException.class)
                .isThrownBy(() -> repo.getByOrThrow(Post.class, Map.of("title", "hello")));
        assertThatExceptionOfType(NonUniqueResultException.class).isThrownBy(() -> repo.getBy(Post.class, "visits", 1));
        Jpql<Post> query = Jpql.of("select p from Post p where p.title = :title", Post.class);
        assertThat(repo.one(query.with("title", "2"))).get().returns("2", post -> post.title);
        assertThat(repo.one(query.with("title", "hello"))).isEmpty();
        assertThatExceptionOfType(NonUniqueResultException.class)
                .isThrownBy(() -> repo.one(Jpql.of("select p from Post p", Post.class)));
    }

    @Test
    void r043GetTakesAUuid() {
        Custom custom = repo.insert(Custom.withUuid(UUID.randomUUID()));
        assertThat(repo.getOrThrow(Custom.class, custom.bid).uuid).isEqualTo(custom.uuid);
        assertThat(repo.get(Custom.class, UUID.randomUUID())).isEmpty();
    }

    @Test
    void u02ReloadReadsAgainAndSaysWhatItCannotRead() {
        Post post = repo.insert(Post.titled("new", 1));
        Post changed = repo.getOrThrow(Post.class, post.id);
        changed.title = "changed";
        repo.update(changed);
        assertThat(repo.reload(post)).get().returns("changed", again -> again.title);
        assertThat(post.title).isEqualTo("new");
        repo.delete(changed);
        assertThat(repo.reload(post)).isEmpty();
        assertThatExceptionOfType(NoResultException.class).isThrownBy(() -> repo.reloadOrThrow(post));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.reload(new Post("no key")))
                .withMessageContaining("without id");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.reload("no entity"))
                .withMessageContaining("no entity");
    }

    @Test
    void u01GetRefusesANullKey() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.get(Post.class, null))
                .withMessageContaining("null");
    }

    @Test
    void u05ExistsTellsWhetherThereIsARow() {
        assertThat(repo.exists(Post.class)).isFalse();
        repo.insert(Post.titled("1", 2));
        assertThat(repo.exists(Post.class)).isTrue();
        Jpql<Post> query = Jpql.of("select p from Post p where p.visits > :visits", Post.class);
        assertThat(repo.exists(query.with("visits", 1))).isTrue();
        assertThat(repo.exists(query.with("visits", 2))).isFalse();
    }

    @Test
    void r052CountCountsRows() {
        assertThat(repo.count(Post.class)).isZero();
        repo.insertAll(List.of(new Post("1"), new Post("2")));
        assertThat(repo.count(Post.class)).isEqualTo(2);
    }

    @Test
    void r087AVirtualFieldKeepsItsDefaultAfterALoad() {
        Post post = new Post("1");
        post.temp = "special";
        assertThat(repo.insert(post).temp).isEqualTo("special");
        assertThat(repo.getOrThrow(Post.class, post.id).temp).isEqualTo("temp");
    }

    @Test
    void r100ARenamedColumnIsReadByItsAttribute() {
        repo.insert(new Permalink("1"));
        assertThat(repo.all(Jpql.of("select l.url from Permalink l", String.class)))
                .containsExactly("1");
        assertThat(repo.all(Jpql.of("select count(l.url) from Permalink l", Long.class)))
                .containsExactly(1L);
        assertThat(repo.getBy(Permalink.class, "url", "1")).isPresent();
    }
}
