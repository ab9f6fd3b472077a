package dev.facade.hibernate;

import static dev.facade.query.Expression.count;
import static dev.facade.query.Expression.field;
import static dev.facade.query.Expression.fragment;
import static dev.facade.query.Expression.when;
import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.facade.EntityRepository;
import dev.facade.FacadeRepository;
import dev.facade.Multi;
import dev.facade.changeset.Changeset;
import dev.facade.changeset.InvalidChangesetException;
import dev.facade.consistency.Consistency;
import dev.facade.error.ReadOnlyTransactionException;
import dev.facade.error.TransactionRolledBackException;
import dev.facade.operation.Outcome;
import dev.facade.option.Retry;
import dev.facade.option.Target;
import dev.facade.option.Timeout;
import dev.facade.query.Condition;
import dev.facade.query.Expression;
import dev.facade.query.Page;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.NoResultException;
import jakarta.persistence.NonUniqueResultException;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.QueryTimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The short ways to say what is said often, and what is said of mistakes in queries and calls. */
class SmallFormsIT {

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

        @Override
        String endless() {
            return "select count(*) from system_range(1, 100000000) a, system_range(1, 100000000) b";
        }
    }

    @Nested
    class OnPostgres extends Cases {
        @Override
        FacadeRepository repo() {
            return onPostgres;
        }

        @Override
        String endless() {
            return "select pg_sleep(60)";
        }
    }

    record Titled(long id, String title) {}

    static final class Posts extends EntityRepository<Post, Long> {
        Posts(FacadeRepository repository) {
            super(repository);
        }
    }

    abstract static class Cases {

        abstract FacadeRepository repo();

        abstract String endless();

        @BeforeEach
        void fill() {
            repo().deleteAll(Comment.class);
            repo().deleteAll(Post.class);
            repo().deleteAll(Author.class);
            repo().insertAll(List.of(
                    new Post("Ann", 10), new Post("Bob", 12), new Post("Cid", 14), new Post("Dan", 14)));
        }

        private List<String> titles(Condition condition) {
            return repo().all(from(Post.class)
                    .where(condition)
                    .orderBy(field("title").asc())
                    .select(field("title", String.class)));
        }

        private void refused(String message, ThrowingCallable call) {
            assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(message);
        }

        // -- queries

        @Test
        void valuesAreListedWithoutAList() {
            assertThat(titles(field("title").in("Ann", "Bob"))).containsExactly("Ann", "Bob");
            assertThat(titles(field("likes").in(10, 12, field("likes").plus(0))))
                    .hasSize(4);
            assertThat(titles(field("title").notIn("Ann", "Bob", "Cid"))).containsExactly("Dan");
            assertThat(titles(field("title").notIn(List.of("Ann")))).hasSize(3);
            assertThat(titles(field("title").notIn(List.of()))).hasSize(4);
            assertThat(titles(field("likes")
                            .notIn(from(Post.class).where("title", "Cid").select(field("likes")))))
                    .containsExactly("Ann", "Bob");
        }

        @Test
        void aFieldMayHaveAType() {
            List<Integer> likes = repo().all(from(Post.class)
                    .orderBy(field("likes").asc())
                    .limit(1)
                    .select(field("likes", Integer.class)));
            assertThat(likes).containsExactly(10);
            assertThat(repo().all(from(Post.class).select(field("likes", int.class))))
                    .hasSize(4);
            assertThat(repo().all(from(Post.class).select(field("likes", Number.class))))
                    .hasSize(4);
            refused(
                    "type: java.lang.Long of likes (expected: java.lang.Integer)",
                    () -> repo().all(from(Post.class).select(field("likes", Long.class))));
        }

        @Test
        void textsAndChoices() {
            assertThat(titles(field("title").lower().eq("ann"))).containsExactly("Ann");
            assertThat(titles(field("title").upper().in("ANN", "DAN"))).hasSize(2);
            assertThat(titles(field("title").concat("-", field("title"), "!").eq("Ann-Ann!")))
                    .hasSize(1);
            assertThat(repo().all(from(Post.class)
                            .leftJoin("author", "a")
                            .where("title", "Ann")
                            .select(field("a.country").coalesce(field("a.name"), "nobody"))))
                    .isEqualTo(List.of("nobody"));
            Expression<String> heat = when(field("likes").gt(13), "hot")
                    .when(field("likes").gt(11), "warm")
                    .otherwise("cold");
            assertThat(repo().all(from(Post.class).orderBy(field("title").asc()).select(heat)))
                    .containsExactly("cold", "warm", "hot", "hot");
            assertThat(titles(heat.eq("warm"))).containsExactly("Bob");
            assertThat(repo().aggregate(
                                    Post.class,
                                    when(field("title").eq("Ann"), field("likes", Integer.class))
                                            .otherwise(0)
                                            .sum())
                            .map(Number::intValue))
                    .contains(10);
            assertThat(repo().all(from(Post.class)
                            .where("title", "Bob")
                            .select(when(field("likes").gt(100), 1).otherwiseNull())))
                    .containsExactly((Integer) null);
            refused("concat: of one value", () -> field("title").concat());
        }

        @Test
        void distinctAggregatesCountValuesAsEctoDoes() {
            Query<Post> distinct = from(Post.class).distinct();
            assertThat(repo().aggregate(distinct, field("likes").countValues())).contains(3L);
            assertThat(repo().aggregate(distinct, field("likes").sum()).map(Number::intValue))
                    .contains(36);
            assertThat(repo().aggregate(distinct, field("likes").avg())).contains(12.0);
            assertThat(repo().count(distinct)).isEqualTo(4);
            assertThat(repo().aggregate(Post.class, field("likes").countValues()))
                    .contains(4L);
        }

        @Test
        void aFragmentMayBeAUuid() {
            UUID key = new UUID(1, 2);
            assertThat(repo().all(from(Post.class)
                            .limit(1)
                            .select(fragment(UUID.class, "cast(? as uuid)", key.toString()))))
                    .containsExactly(key);
            assertThat(repo().all(from(from(Post.class)
                                    .select(Expression.value(key).as("key"))
                                    .union(from(Post.class)
                                            .select(Expression.value(key).as("key"))))
                            .select(field("key"))))
                    .isEqualTo(List.of(key));
        }

        // -- reads

        @Test
        void oneClauseNeedsNoMap() {
            assertThat(repo().getByOrThrow(Post.class, "title", "Ann").likes).isEqualTo(10);
            assertThat(repo().allBy(Post.class, "likes", 14)).hasSize(2);
            assertThat(repo().existsBy(Post.class, "title", "Ann")).isTrue();
            assertThat(repo().readOnly().existsBy(Post.class, "title", "Eve")).isFalse();
            assertThatExceptionOfType(NoResultException.class)
                    .isThrownBy(() -> repo().getByOrThrow(Post.class, "title", "Eve"))
                    .withMessage("getBy: no Post with title = Eve");
            assertThatExceptionOfType(NonUniqueResultException.class)
                    .isThrownBy(() -> repo().getByOrThrow(Post.class, "likes", 14));
            Posts posts = new Posts(repo());
            assertThat(posts.allBy("likes", 14)).hasSize(2);
            assertThat(posts.getByOrThrow("title", "Ann").likes).isEqualTo(10);
            assertThat(posts.existsBy("title", "Eve")).isFalse();
        }

        @Test
        void theOnlyOneOfAClass() {
            assertThat(repo().one(Author.class)).isEmpty();
            assertThatExceptionOfType(NoResultException.class).isThrownBy(() -> repo().oneOrThrow(Author.class));
            repo().insert(new Author("ann", "NL"));
            assertThat(repo().oneOrThrow(Author.class).country()).isEqualTo("NL");
            assertThatExceptionOfType(NonUniqueResultException.class).isThrownBy(() -> new Posts(repo()).one());
        }

        @Test
        void sqlReadsRecordsAndEntities() {
            assertThat(repo().sql().query(Titled.class, "select id, title from post order by title"))
                    .extracting(Titled::title)
                    .containsExactly("Ann", "Bob", "Cid", "Dan");
            List<Post> posts = repo().sql()
                    .query(
                            Post.class,
                            "select * from post where likes > :n and title in (:titles) order by title",
                            Map.of("n", 10, "titles", List.of("Ann", "Bob", "Cid")));
            assertThat(posts).extracting(post -> post.title).containsExactly("Bob", "Cid");
            assertThat(repo().sql().query(Post.class, "select * from post", Target.replica()))
                    .hasSize(4);
            posts.get(0).title = "changed";
            repo().transaction(() -> {
                repo().sql().query(Post.class, "select * from post").forEach(post -> post.title = "x" + post.id);
            });
            assertThat(titles(field("title").eq("Bob")))
                    .as("nothing is written")
                    .hasSize(1);
            refused(
                    "type: java.lang.String (expected: a record or an entity)",
                    () -> repo().sql().query(String.class, "select title from post"));
        }

        // -- writes

        @Test
        void aKeyIsEnoughToDelete() {
            Post post = repo().insert(new Post("gone").with("a comment"));
            assertThat(repo().delete(Post.class, post.id)).isTrue();
            assertThat(repo().count(Comment.class)).isZero();
            assertThat(repo().delete(Post.class, post.id)).isFalse();
            assertThat(repo().count(Post.class)).isEqualTo(4);
            assertThatIllegalArgumentException().isThrownBy(() -> repo().delete(Post.class, "one"));
        }

        @Test
        void bodiesMayReturnNothing() {
            List<String> log = new ArrayList<>();
            Outcome<?> outcome = repo().transact(() -> {
                repo().insert(new Post("t"));
            });
            assertThat(outcome.isCommitted()).isTrue();
            repo().checkout(() -> {
                repo().insert(new Post("u"));
            });
            repo().using(repo(), () -> {
                log.add("using");
            });
            repo().inSession(repo().session(), () -> {
                log.add("session");
            });
            repo().withConsistency(Consistency.strong(), () -> {
                log.add("level");
            });
            repo().readOnlyTransaction(() -> {
                log.add("read-only " + repo().count(Post.class));
            });
            repo().readOnly()
                    .readOnlyTransaction(
                            () -> {
                                log.add("on a node");
                            },
                            Target.replica());
            assertThat(log).containsExactly("using", "session", "level", "read-only 6", "on a node");
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> repo().checkout(this::failing));
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> repo().transact(this::failing));
        }

        private void failing() throws IOException {
            throw new IOException("so");
        }

        /** Each of these must compile, and mean what it looks like. */
        @Test
        void bodiesThatReturnSomethingStillDo() throws IOException {
            Post inserted = repo().transact(() -> repo().insert(new Post("v"))).orElseThrow();
            assertThat(inserted.id).isNotNull();
            long counted = repo().checkout(() -> repo().count(Post.class));
            Post read = repo().readOnlyTransaction(() -> repo().getOrThrow(Post.class, inserted.id));
            List<Post> all = repo().withConsistency(Consistency.eventual(), () -> repo().all(Post.class));
            String text = repo().inSession(repo().session(), () -> {
                if (counted > 100) {
                    throw new IOException("many");
                }
                return "few";
            });
            long used = repo().using(repo(), () -> repo().count(Post.class));
            assertThat(List.of(counted, used)).containsOnly(5L);
            assertThat(read.title).isEqualTo("v");
            assertThat(all).hasSize(5);
            assertThat(text).isEqualTo("few");
            assertThatIllegalStateException()
                    .isThrownBy(() -> repo().checkout(() -> {
                        throw new IllegalStateException("so");
                    }));
        }

        @Test
        void anOutcomeCanBeInsistedOn() {
            assertThat(repo().transact(() -> 7).orElseThrow()).isEqualTo(7);
            assertThatExceptionOfType(TransactionRolledBackException.class)
                    .isThrownBy(() -> repo().transact(() -> {
                                throw repo().rollback("taken");
                            })
                            .orElseThrow())
                    .satisfies(error -> assertThat(error.value()).isEqualTo("taken"));
            Multi good = Multi.create().insert("post", new Post("m")).perform("more", (repo, results) -> {
                Post post = results.get("post");
                repo.insert(new Post(post.title + "2"));
            });
            assertThat(repo().transact(good).orElseThrow().get("post", Post.class).id)
                    .isNotNull();
            assertThat(repo().existsBy(Post.class, "title", "m2")).isTrue();
            Multi bad = Multi.create().run("bad", (repo, results) -> Multi.failed("no"));
            assertThatExceptionOfType(TransactionRolledBackException.class)
                    .isThrownBy(() -> repo().transact(bad).orElseThrow())
                    .withMessage("multi: step bad failed with no")
                    .satisfies(error -> assertThat(error.value()).isEqualTo("no"));
            Changeset<Post> invalid =
                    Changeset.cast(new Post(), Map.of(), "title").validateRequired("title");
            assertThatExceptionOfType(InvalidChangesetException.class)
                    .isThrownBy(() -> repo().transact(Multi.create().insert("post", invalid))
                            .orElseThrow());
        }

        @Test
        void whatIsToBeDoneAfterTheCommitIsDoneAfterIt() {
            List<String> log = new ArrayList<>();
            repo().transaction(() -> {
                repo().insert(new Post("hook"));
                repo().afterCommit(() -> log.add("1 " + repo().inTransaction() + " " + repo().count(Post.class)));
                repo().transaction(() -> repo().afterCommit(() -> {
                    throw new IllegalStateException("is logged");
                }));
                repo().afterCommit(() -> repo().insert(new Post("by a hook")));
                log.add("body");
            });
            assertThat(log).containsExactly("body", "1 false 5");
            assertThat(repo().existsBy(Post.class, "title", "by a hook")).isTrue();
        }

        @Test
        void whatIsRolledBackHasNoHooks() {
            List<String> log = new ArrayList<>();
            repo().transact(() -> {
                repo().afterCommit(() -> log.add("rolled back"));
                throw repo().rollback("so");
            });
            assertThatExceptionOfType(PersistenceException.class)
                    .isThrownBy(() -> repo().transaction(() -> {
                        repo().afterCommit(() -> log.add("failed"));
                        repo().insert(new Post("Ann"));
                    }));
            repo().transaction(Retry.upTo(3), () -> {
                repo().afterCommit(() -> log.add("committed"));
            });
            assertThat(log).containsExactly("committed");
            assertThatIllegalStateException()
                    .isThrownBy(() -> repo().afterCommit(() -> {}))
                    .withMessageContaining("afterCommit: outside a transaction");
            assertThatExceptionOfType(ReadOnlyTransactionException.class)
                    .isThrownBy(() -> repo().readOnlyTransaction(() -> repo().afterCommit(() -> {})));
        }

        // -- mistakes

        @Test
        void mistakesInQueriesAreNamed() {
            refused(
                    "attribute or alias: x",
                    () -> repo().all(from(Post.class)
                            .as("p")
                            .where(field("x.title").eq("a"))));
            refused("title: in null", () -> titles(field("title").in((Collection<?>) null)));
            refused("title: in null", () -> titles(field("title").in((Query<?>) null)));
            refused("title: null", () -> repo().getBy(Post.class, "title", null));
            refused("title: null", () -> repo().allBy(Post.class, "title", null));
            refused("clauses: null", () -> repo().allBy(Post.class, (Map<String, ?>) null));
            refused("cursor: null", () -> new Page.Cursor(null));
            refused(
                    "cursor: [null, null]",
                    () -> repo().page(
                                    from(Post.class).orderBy(field("title").asc()),
                                    Page.Request.after(new Page.Cursor(Arrays.asList(null, null)), 2)));
            refused("parameter: :sku is missing", () -> repo().sql().query("select :sku", Map.of()));
        }

        @Test
        void whatAGroupHasSeveralValuesOfIsNotSelected() {
            String message = "select: title beside groups or aggregates (expected: a value of groupBy(...)";
            refused(
                    message,
                    () -> repo().all(from(Post.class).groupBy(field("likes")).selectTuple(field("title"), count())));
            refused(message, () -> repo().all(from(Post.class).selectTuple(field("title"), count())));
            assertThat(repo().all(from(Post.class)
                            .as("p")
                            .groupBy(field("p.likes"))
                            .selectTuple(field("likes"), count())))
                    .hasSize(3);
        }

        @Test
        void whatIsLongIsNotRepeatedWhole() {
            String name = "n".repeat(5_000_000);
            for (Runnable call : List.<Runnable>of(
                    () -> titles(field(name).eq("a")),
                    () -> repo().getBy(Post.class, Map.of(name, 1)),
                    () -> repo().get(Post.class, name),
                    () -> field(name + "!"),
                    () -> repo().getByOrThrow(Post.class, "title", name),
                    () -> Changeset.cast(new Post(), Map.of("title", "a"), name),
                    () -> repo().sql().query("select 1 where 'a' = :" + name))) {
                assertThatExceptionOfType(RuntimeException.class)
                        .isThrownBy(call::run)
                        .satisfies(error -> assertThat(error.getMessage()).hasSizeLessThan(1_000));
            }
        }

        @Test
        void aTimeoutIsCalledOne() {
            Timeout second = Timeout.of(Duration.ofSeconds(1));
            assertThatExceptionOfType(QueryTimeoutException.class)
                    .isThrownBy(() -> repo().sql().query(endless(), second))
                    .withMessageContaining("sql: not done within its Timeout of 1 s");
            assertThatExceptionOfType(QueryTimeoutException.class)
                    .isThrownBy(() -> repo().sql().query(endless(), Map.of(), second, Target.replica()))
                    .withMessageContaining("sql: not done within its Timeout of 1 s");
        }

        // -- SQL of one's own

        @Test
        void t81ACommentHidesNoStatement() {
            for (String sql :
                    List.of("/* /* */ x */ COMMIT", "select 1 -- x\r; commit; select 2", "/* /* */ ; */ rollback")) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> repo().transaction(() -> {
                            repo().insert(new Post("lost"));
                            repo().sql().query(sql);
                        }));
            }
            assertThat(repo().existsBy(Post.class, "title", "lost")).isFalse();
            assertThat(repo().sql()
                            .query("select /* /* */ :y */ cast(:x as int)", Map.of("x", 1))
                            .rows())
                    .containsExactly(List.of(1));
        }
    }

    // -- collections of elements

    @Embeddable
    static class Note {
        String text;

        protected Note() {}

        Note(String text) {
            this.text = text;
        }
    }

    @Entity(name = "Tagged")
    static class Tagged {
        @Id
        long id;

        @ElementCollection
        List<String> tags = new ArrayList<>();

        @ElementCollection
        List<Note> notes = new ArrayList<>();

        protected Tagged() {}

        Tagged(long id, String... tags) {
            this.id = id;
            this.tags.addAll(List.of(tags));
            this.notes.add(new Note("note " + id));
        }
    }

    @Test
    void collectionsOfElementsAreJoined() {
        try (H2Node own = H2Node.named("tagged");
                FacadeRepository repo = HibernateFacade.builder()
                        .master(own.url())
                        .credentials(own.user(), own.password())
                        .hibernate("hibernate.hbm2ddl.auto", "create")
                        .entities(Tagged.class, Note.class)
                        .build()) {
            repo.insert(new Tagged(1, "a", "b"));
            repo.insert(new Tagged(2, "b", "c"));
            Query<Tagged> tagged = from(Tagged.class).join("tags", "t");
            assertThat(repo.all(tagged.where(field("t").eq("a"))))
                    .extracting(row -> row.id)
                    .containsExactly(1L);
            assertThat(repo.all(tagged.where(field("t").in("a", "b"))
                            .orderBy(field("id").asc())))
                    .extracting(row -> row.id)
                    .containsExactly(1L, 2L);
            assertThat(repo.all(
                            tagged.groupBy(field("t")).orderBy(field("t").asc()).selectTuple(field("t"), count())))
                    .containsExactly(List.of("a", 1L), List.of("b", 2L), List.of("c", 1L));
            assertThat(repo.all(from(Tagged.class)
                            .join("notes", "n")
                            .where(field("n.text").eq("note 2"))))
                    .extracting(row -> row.id)
                    .containsExactly(2L);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.all(tagged.where(field("t.text").eq("a"))));
        }
    }

    @Test
    void onlyWhatIsMappedIsAnEntity() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HibernateFacade.builder().entities(Post.class, String.class))
                .withMessageContaining("entities: java.lang.String");
    }
}
