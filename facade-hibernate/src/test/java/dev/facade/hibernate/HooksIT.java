package dev.facade.hibernate;

import static dev.facade.query.Expression.field;
import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facade.FacadeRepository;
import dev.facade.event.Reason;
import dev.facade.option.Lock;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.Condition;
import dev.facade.query.Expression;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a program adds to every operation, and where its operations go for a while. */
class HooksIT {

    private final H2Node master = Blog.h2("master");
    private final H2Node replica = Blog.h2("replica");

    @AfterEach
    void stop() {
        master.close();
        replica.close();
    }

    @Test
    void defaultOptionsApplyUnlessTheCallSaysOtherwise() {
        List<String> asked = new ArrayList<>();
        try (FacadeRepository repo = Blog.onH2(master, replica)
                .defaultOptions(operation -> {
                    asked.add(operation);
                    return operation.equals("all") ? List.of(Target.master()) : List.of();
                })
                .build()) {
            repo.insert(new Post("a"));
            assertThat(repo.all(Post.class)).hasSize(1);
            assertThat(repo.all(Post.class, Target.replica())).isEmpty();
            assertThat(repo.count(Post.class)).isZero();
            assertThat(asked).contains("all", "aggregate");
        }
    }

    @Test
    void everyQueryIsPrepared() {
        try (FacadeRepository repo = Blog.onH2(master)
                .prepareQuery((operation, query) -> query.entity().equals(Post.class)
                        ? query.where(field("likes").gt(0))
                        : query)
                .build()) {
            Post hidden = repo.insert(new Post("hidden", 0));
            repo.insert(new Post("shown", 1));
            assertThat(repo.all(Post.class)).hasSize(1);
            assertThat(repo.get(Post.class, hidden.id)).isEmpty();
            assertThat(repo.count(Post.class)).isEqualTo(1);
            assertThat(repo.exists(from(Post.class).where("title", "hidden"))).isFalse();
            assertThat(repo.updateAll(Post.class, Change.inc("likes", 1))).isEqualTo(1);
            assertThat(repo.deleteAll(from(Post.class).where("title", "hidden")))
                    .isZero();
        }
    }

    @Test
    void t84AHookThatHidesRowsHidesThemInEachPartOfAQuery() {
        try (FacadeRepository open = Blog.onH2(master).build();
                FacadeRepository repo = Blog.onH2(master)
                        .prepareQuery((operation, query) -> query.entity().equals(Post.class)
                                ? query.where(field("likes").gt(0))
                                : query)
                        .build()) {
            open.insert(new Author("ann", "NL"));
            Author ann = open.getOrThrow(Author.class, "ann");
            Post hidden = open.insert(new Post("hidden", 0).by(ann).with("of hidden"));
            Post shown = open.insert(new Post("shown", 1).by(ann).with("of shown"));
            Query<Post> posts = from(Post.class);
            Query<Post> titled = posts.where("title", "hidden");

            assertThat(repo.all(posts.where("title", "shown").union(titled)))
                    .extracting(one -> one.id)
                    .containsExactly(shown.id);
            assertThat(repo.all(posts.where("title", "shown").unionAll(titled.limit(5))))
                    .hasSize(1);
            assertThat(repo.count(posts.where("title", "shown").union(titled))).isEqualTo(1);
            assertThat(repo.all(from(Author.class).select(field("name")).union(titled.select(field("title")))))
                    .containsExactly("ann");
            assertThat(repo.all(from(titled.select(field("title"))).select(field("title"))))
                    .isEmpty();
            assertThat(repo.count(posts.limit(10))).isEqualTo(1);
            assertThat(repo.all(from(Comment.class).where(field("post.id").in(posts.select(field("id"))))))
                    .extracting(one -> one.text)
                    .containsExactly("of shown");
            assertThat(repo.exists(from(Author.class).where(Condition.exists(titled))))
                    .isFalse();
            assertThat(repo.all(from(Author.class).select(Expression.subquery(titled.select(Expression.count())))))
                    .containsExactly(0L);
            assertThat(repo.all(from(Comment.class).join("post", "p").select(field("p.title"))))
                    .containsExactly("shown");
            assertThat(repo.all(from(Comment.class)
                            .leftJoin("post", "p", field("p.title").eq("hidden"))
                            .select(field("p.title"))))
                    .containsOnlyNulls()
                    .hasSize(2);
            assertThat(repo.all(from(Author.class)
                            .join(Post.class, "p", field("p.author.name").eq(field("name")))
                            .select(field("p.title"))))
                    .containsExactly("shown");
            assertThat(repo.all(from(Author.class)
                            .join(
                                    titled.select(field("title")),
                                    "t",
                                    field("t.title").eq("hidden"))))
                    .isEmpty();
            assertThat(repo.updateAll(from(Author.class).where(Condition.exists(titled)), Change.set("country", "BE")))
                    .isZero();
            assertThat(repo.updateAll(
                            Author.class,
                            Change.set(
                                    "country",
                                    Expression.subquery(
                                            posts.select(field("title").max())))))
                    .isEqualTo(1);
            assertThat(open.getOrThrow(Author.class, "ann").country()).isEqualTo("shown");
            assertThat(repo.deleteAll(
                            posts.join("comments", "c").where(field("c.text").eq("of hidden"))))
                    .isZero();
            assertThat(repo.insertAll(
                            Author.class,
                            titled.select(field("title"))
                                    .union(posts.where("title", "none").select(field("title")))
                                    .selectMap(field("title").as("name"))))
                    .isZero();
            assertThat(repo.reload(hidden)).isEmpty();
            Comment comment = open.getByOrThrow(Comment.class, Map.of("text", "of hidden"));
            assertThat(repo.preload(comment, Preload.of("post").force()).post).isNull();

            assertRefused(() -> repo.all(from(Comment.class).joinFetch("post")));
            assertRefused(() -> repo.all(from(Comment.class).select(field("post.title"))));
            assertRefused(() -> repo.all(from(Comment.class).where("post.title", "hidden")));
            assertRefused(() -> repo.all(from(Comment.class).select(field("post"))));
            assertRefused(() ->
                    repo.all(from(Comment.class).orderBy(field("post.title").asc())));
            assertThat(repo.all(from(Comment.class).where("post.id", shown.id))).hasSize(1);
        }
    }

    private static void assertRefused(ThrowingCallable read) {
        assertThatThrownBy(read)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("reads Post, whose rows prepareQuery restricts");
    }

    @Test
    void t84AHooksOwnSubqueriesAreItsOwn() {
        try (FacadeRepository open = Blog.onH2(master).build();
                FacadeRepository repo = Blog.onH2(master)
                        .prepareQuery((operation, query) -> query.entity().equals(Post.class)
                                ? query.where(field("author.name")
                                        .in(from(Author.class).select(field("name"))))
                                : query.entity().equals(Author.class)
                                        ? query.where(Condition.exists(
                                                from(Author.class).where("name", "ann")))
                                        : query)
                        .build()) {
            Author ann = open.insert(new Author("ann", "NL"));
            open.insert(new Post("of ann").by(ann));
            open.insert(new Post("of nobody"));
            assertThat(repo.all(Post.class)).extracting(one -> one.title).containsExactly("of ann");
            assertThat(repo.count(from(Author.class).where(Condition.exists(from(Post.class)))))
                    .isEqualTo(1);
        }
    }

    @Test
    void t84MoreThanConditionsInAPartIsRefused() {
        try (FacadeRepository repo = Blog.onH2(master)
                .prepareQuery((operation, query) -> query.limit(1))
                .build()) {
            repo.insert(new Post("a"));
            assertThat(repo.all(Post.class)).hasSize(1);
            assertThatThrownBy(() -> repo.all(from(Comment.class).join("post", "p")))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("prepareQuery: more than conditions for Post");
        }
    }

    @Test
    void everyTransactionIsPrepared() {
        List<String> begun = new ArrayList<>();
        try (FacadeRepository repo = Blog.onH2(master)
                .prepareTransaction(em -> {
                    assertThat(em.getTransaction().isActive()).isTrue();
                    begun.add("begun");
                })
                .build()) {
            repo.insert(new Post("a"));
            repo.transaction(() -> {
                repo.insert(new Post("b"));
                repo.insert(new Post("c"));
            });
            assertThat(begun).hasSize(2);
        }
    }

    @Test
    void anotherRepositoryWorksForAWhile() {
        try (FacadeRepository one = Blog.onH2(master).build();
                FacadeRepository other = Blog.onH2(replica).build()) {
            one.using(other, () -> {
                one.insert(new Post("there"));
                one.transaction(() -> one.insert(new Post("there too")));
                return one.using(one, () -> one.insert(new Post("here")));
            });
            assertThat(one.all(Post.class)).extracting(post -> post.title).containsExactly("here");
            assertThat(other.count(Post.class)).isEqualTo(2);
            assertThatIllegalStateException()
                    .isThrownBy(() -> one.transaction(() -> one.using(other, () -> one.count(Post.class))));
        }
    }

    @Test
    void aCheckoutKeepsToTheMasterAndNestsWithTransactions() {
        List<Optional<Reason>> reasons = new ArrayList<>();
        try (FacadeRepository repo = Blog.onH2(master, replica)
                .listener(
                        event -> reasons.add(Optional.ofNullable(event.route()).map(route -> route.reason())))
                .build()) {
            assertThat(repo.isCheckedOut()).isFalse();
            long seen = repo.checkout(() -> {
                assertThat(repo.isCheckedOut()).isTrue();
                assertThat(repo.inTransaction()).isFalse();
                repo.insert(new Post("a"));
                repo.transaction(() -> {
                    assertThat(repo.inTransaction()).isTrue();
                    return repo.checkout(() -> repo.insert(new Post("b")));
                });
                return repo.count(Post.class);
            });
            assertThat(seen).isEqualTo(2);
            assertThat(reasons).contains(Optional.of(Reason.CHECKED_OUT));
            assertThat(repo.isCheckedOut()).isFalse();
            assertThat(repo.count(Post.class)).isZero();
        }
    }

    @Test
    void aCheckoutKeepsItsConnectionBetweenTransactions() {
        PoolSettings one =
                new PoolSettings(1, 0, Duration.ofMillis(250), Duration.ofSeconds(5), Duration.ofMinutes(30));
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (FacadeRepository repo = Blog.onH2(master).masterPool(one).build()) {
            repo.checkout(() -> {
                repo.insert(new Post("a"));
                Future<Post> second = other.submit(() -> repo.insert(new Post("b")));
                assertThatThrownBy(second::get).hasRootCauseInstanceOf(SQLException.class);
                assertThat(repo.count(Post.class)).isEqualTo(1);
                return repo.insert(new Post("c"));
            });
            assertThat(repo.transaction(() -> repo.count(Post.class))).isEqualTo(2);
        } finally {
            other.shutdown();
        }
    }

    @Test
    void inACheckoutEveryReadGoesToTheMaster() {
        try (FacadeRepository repo = Blog.onH2(master, replica).build()) {
            repo.checkout(() -> {
                Post post = repo.insert(new Post("a").with("first"));
                assertThat(repo.stream(Post.class).toList()).hasSize(1);
                assertThat(repo.<Long, RuntimeException>readOnlyTransaction(() -> repo.count(Post.class)))
                        .isEqualTo(1);
                assertThat(repo.getOrThrow(Post.class, post.id, Preload.of("comments")).comments)
                        .hasSize(1);
                assertThat(repo.reload(List.of(post)).get(0)).isPresent();
                assertThatIllegalStateException()
                        .isThrownBy(() -> repo.count(Post.class, Target.replica(replica.name())))
                        .withMessageContaining("checkout");
                return repo.insert(new Post("b"));
            });
        }
    }

    @Test
    void aCheckoutThatFailsGivesItsConnectionBack() {
        try (FacadeRepository repo = Blog.onH2(master).build()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> repo.checkout(() -> {
                        repo.insert(new Post("a"));
                        throw new IllegalStateException("no");
                    }));
            assertThat(repo.isCheckedOut()).isFalse();
            assertThat(repo.count(Post.class)).isEqualTo(1);
        }
    }

    @Test
    void thePreparationReachesPreloadsAndReloads() {
        List<String> operations = new ArrayList<>();
        try (FacadeRepository repo = Blog.onH2(master)
                .prepareQuery((operation, query) -> {
                    operations.add(operation);
                    return query.entity().equals(Comment.class)
                            ? query.where(field("text").ne("hidden"))
                            : query;
                })
                .build()) {
            Post post = repo.insert(new Post("a").with("hidden").with("shown"));
            assertThat(repo.getOrThrow(Post.class, post.id, Preload.of("comments")).comments)
                    .extracting(comment -> comment.text)
                    .containsExactly("shown");
            Comment hidden = post.comments.get(0);
            assertThat(repo.reload(hidden)).isEmpty();
            assertThat(repo.reload(post.comments))
                    .extracting(Optional::isPresent)
                    .containsExactly(false, true);
            assertThat(operations).contains("get", "preload", "reload");
        }
    }

    @Test
    void u03PreloadHasItsOwnDefaultOptions() {
        try (FacadeRepository repo = Blog.onH2(master, replica)
                .defaultOptions(operation -> operation.equals("preload") ? List.of(Target.master()) : List.of())
                .build()) {
            Post post = repo.insert(new Post("a").with("first"));
            Post read = repo.getOrThrow(Post.class, post.id, Target.master());
            assertThat(repo.preload(read, Preload.of("comments")).comments).hasSize(1);
            assertThat(repo.get(Post.class, post.id)).isEmpty();
        }
    }

    @Test
    void aPreparationThatReturnsNothingIsNamed() {
        try (FacadeRepository repo =
                Blog.onH2(master).prepareQuery((operation, query) -> null).build()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> repo.count(Post.class))
                    .withMessageContaining("prepareQuery");
        }
    }

    @Test
    void repositoriesThatUseEachOtherGoInNoCircle() {
        try (FacadeRepository one = Blog.onH2(master).build();
                FacadeRepository other = Blog.onH2(replica).build()) {
            one.using(
                    other,
                    () -> other.using(one, () -> {
                        other.insert(new Post("there"));
                        return one.insert(new Post("there too"));
                    }));
            assertThat(other.count(Post.class)).isEqualTo(2);
            assertThat(one.count(Post.class)).isZero();
            assertThatIllegalStateException()
                    .isThrownBy(() -> one.using(other, () -> other.transaction(() -> one.using(one, () -> 1))));
        }
    }

    @Test
    void aQueryTellsItsSql() {
        try (FacadeRepository repo = Blog.onH2(master).build()) {
            assertThat(repo.sql().toSql(from(Post.class).where("title", "secret")))
                    .contains("select")
                    .contains("?")
                    .doesNotContain("secret");
        }
    }

    @Test
    void reloadOfManyKeepsTheirOrder() {
        try (FacadeRepository repo = Blog.onH2(master).build()) {
            Post a = repo.insert(new Post("a"));
            Post b = repo.insert(new Post("b"));
            repo.delete(a);
            List<Optional<Post>> read = repo.reload(Arrays.asList(b, a, b));
            assertThat(read).extracting(Optional::isPresent).containsExactly(true, false, true);
        }
    }

    @Test
    void aDefaultTargetYieldsWhereTheMasterIsMeant() {
        try (FacadeRepository repo = Blog.onH2(master, replica)
                .defaultOptions(operation -> List.of(Target.replica(replica.name())))
                .build()) {
            Post post = repo.insert(new Post("a"));
            assertThat(repo.count(Post.class)).isZero();
            long inside = repo.transaction(() -> repo.count(Post.class));
            long kept = repo.checkout(() -> repo.count(Post.class));
            assertThat(inside).isEqualTo(1);
            assertThat(kept).isEqualTo(1);
            assertThat(repo.get(Post.class, post.id, Lock.pessimisticWrite())).isPresent();
        }
    }

    @Test
    void aReadThatFailsInACheckoutLeavesNoIsolationBehind() {
        try (FacadeRepository repo = Blog.onH2(master).build()) {
            repo.checkout(() -> {
                String before = isolation(repo);
                repo.insert(new Post("a").with("b"));
                assertThatThrownBy(() -> repo.all(Post.class, Preload.of().by("comments", keys -> {
                            throw new IllegalStateException("no");
                        })))
                        .isInstanceOf(IllegalStateException.class);
                assertThat(isolation(repo)).isEqualTo(before);
                return 0;
            });
        }
    }

    private static String isolation(FacadeRepository repo) {
        return repo.sql()
                .query("select isolation_level from information_schema.sessions where session_id = session_id()")
                .rows()
                .toString();
    }
}
