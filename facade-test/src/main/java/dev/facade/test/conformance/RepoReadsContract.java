package dev.facade.test.conformance;

import static dev.facade.query.Expression.field;
import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.facade.FacadeRepository;
import dev.facade.ReadOnlyRepository;
import dev.facade.option.ReadOption.FetchSize;
import dev.facade.option.Schema;
import dev.facade.option.Target;
import dev.facade.option.Timeout;
import dev.facade.option.WriteOption;
import dev.facade.query.Jpql;
import dev.facade.query.OnConflict;
import dev.facade.query.Preload;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.NoResultException;
import jakarta.persistence.NonUniqueResultException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
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

    @Test
    void r001TwoRepositoriesOnOneDatabaseDoNotDisturbEachOther() {
        EntityManagerFactory factory = repo.withEntityManager(Target.master(), EntityManager::getEntityManagerFactory);
        FacadeRepository second = FacadeRepository.builder().master(factory).build();
        second.insert(new Post("1"));
        second.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> second.all(Post.class))
                .withMessageContaining("closed");
        assertThat(repo.all(Post.class)).hasSize(1);
    }

    @Test
    void r005ANamedSourceIsFiltered() {
        repo.insertAll(List.of(new Post("1"), new Post("2")));
        assertThat(repo.all(from(Post.class).as("p").where(field("p.title").eq("2"))))
                .singleElement()
                .returns("2", Post::title);
        assertThat(repo.all(Jpql.of("select post from Post post where post.title = '2'", Post.class)))
                .hasSize(1);
    }

    @Test
    void r008AnUnknownSchemaIsRefused() {
        refusesTheSchema(() -> repo.all(Post.class, Schema.of("unknown")));
        refusesTheSchema(() -> repo.get(Post.class, 1L, Schema.of("unknown")));
        refusesTheSchema(() -> repo.count(Post.class, Schema.of("unknown")));
        refusesTheSchema(() -> repo.stream(Post.class, Schema.of("unknown")));
        assertThat(repo.all(Post.class)).isEmpty();
    }

    @Test
    void r008AReadMayLookIntoAnotherSchema() {
        Post here = repo.insert(new Post("here"));
        orRefuses(Capability.SCHEMAS, () -> {
            Schema tenant = Schema.of(database.tenant());
            assertThat(repo.all(Post.class, tenant)).isEmpty();
            Post there = repo.insert(new Post("there"), tenant);
            assertThat(repo.getOrThrow(Post.class, there.id, tenant).title).isEqualTo("there");
            assertThat(repo.reloadOrThrow(there, tenant).title).isEqualTo("there");
            assertThat(repo.count(Post.class, tenant)).isEqualTo(1);
            try (Stream<Post> posts = repo.stream(Post.class, tenant)) {
                assertThat(posts).extracting(Post::title).containsExactly("there");
            }
            String read = repo.readOnlyTransaction(() -> repo.all(Post.class).get(0).title, tenant);
            assertThat(read).isEqualTo("there");
            assertThat(repo.all(Post.class)).extracting(Post::id).containsExactly(here.id);
            assertThatIllegalStateException()
                    .isThrownBy(() -> repo.transaction(() -> repo.all(Post.class, tenant)))
                    .withMessageContaining("inside a transaction");
        });
    }

    @Test
    void r046ReloadDropsWhatWasLoaded() {
        Post post = repo.insert(new Post("1"));
        repo.insert(new Comment("a").on(post));
        Post loaded = repo.getOrThrow(Post.class, post.id, Preload.of("comments"));
        assertThat(loaded.comments).hasSize(1);
        Post again = repo.reloadOrThrow(loaded);
        assertThat(isLoaded(again)).isFalse();
        assertThat(isLoaded(loaded)).isTrue();
    }

    private boolean isLoaded(Post post) {
        return repo.withEntityManager(
                Target.master(),
                em -> em.getEntityManagerFactory().getPersistenceUnitUtil().isLoaded(post, "comments"));
    }

    @Test
    void u15AnOptionThatAnOperationDoesNotTakeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.all(Post.class, FetchSize.of(10)))
                .withMessageContaining("FetchSize");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.exists(Post.class, Preload.of("comments")))
                .withMessageContaining("Preload");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.stream(Post.class, Preload.of("comments")))
                .withMessageContaining("Preload");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.get(Post.class, 1L, Target.master(), Target.replica()))
                .withMessageContaining("one Target at most");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.deleteAll(Post.class, WriteOption.force()))
                .withMessageContaining("FORCE");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.update(new Post("1"), OnConflict.nothing()))
                .withMessageContaining("OnConflict");
    }

    @Test
    void u23AReadOnlyRepositoryHasNoWriteOperation() {
        ReadOnlyRepository reads = repo.readOnly();
        assertThat(Arrays.stream(ReadOnlyRepository.class.getMethods()).map(Method::getName))
                .contains("all", "get", "one", "stream", "preload")
                .doesNotContain("insert", "insertAll", "update", "updateAll", "delete", "deleteAll", "insertOrUpdate");
        repo.insert(new Post("1"));
        assertThat(reads.all(Post.class)).hasSize(1);
    }

    @Test
    void u03DefaultOptionsApplyUnlessTheCallSaysOtherwise() {
        Post post = repo.insert(new Post("1"));
        repo.insert(new Comment("a").on(post));
        EntityManagerFactory factory = repo.withEntityManager(Target.master(), EntityManager::getEntityManagerFactory);
        FacadeRepository defaults = FacadeRepository.builder()
                .master(factory)
                .defaultOptions(operation -> operation.equals("preload")
                        ? List.of(Timeout.of(Duration.ofSeconds(5)))
                        : List.of(Preload.of("comments")))
                .build();
        assertThat(isLoaded(defaults.all(Post.class).get(0))).isTrue();
        assertThat(isLoaded(defaults.getOrThrow(Post.class, post.id))).isTrue();
        assertThat(isLoaded(defaults.all(Post.class, Preload.of("users")).get(0)))
                .isFalse();
        assertThat(defaults.count(Post.class)).isEqualTo(1);
        assertThat(defaults.preload(repo.getOrThrow(Post.class, post.id), Preload.of("comments")).comments)
                .hasSize(1);
    }

    @Test
    void u30ARepositoryThatCannotBeBuiltSaysWhy() {
        EntityManagerFactory factory = repo.withEntityManager(Target.master(), EntityManager::getEntityManagerFactory);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FacadeRepository.builder().build())
                .withMessageContaining("master");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FacadeRepository.builder()
                        .master(factory)
                        .replica("one", factory)
                        .replica("one", factory)
                        .build())
                .withMessageContaining("one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FacadeRepository.builder().master(factory).replica(" ", factory))
                .withMessageContaining("name");
        assertThat(repo.master()).isEqualTo("master");
        assertThat(repo.replicas()).isEmpty();
    }
}
