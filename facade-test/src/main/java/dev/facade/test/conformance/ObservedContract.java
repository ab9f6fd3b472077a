package dev.facade.test.conformance;

import static dev.facade.query.Expression.field;
import static dev.facade.query.Expression.value;
import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.FacadeRepository;
import dev.facade.Multi;
import dev.facade.changeset.Changeset;
import dev.facade.event.OperationEvent;
import dev.facade.event.Reason;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.Jpql;
import dev.facade.query.OnConflict;
import dev.facade.test.conformance.Statements.Statement;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The visible side of operations: events, and statements whose values are all bound; Ecto's cases of
 * {@code logging.exs}.
 */
public abstract class ObservedContract extends Contract {

    private static final UUID UUID_1 = new UUID(1, 1);

    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();
    private final List<List<StackTraceElement>> stacks = new CopyOnWriteArrayList<>();

    /** For subclasses. */
    protected ObservedContract() {}

    /** The repository under test, listened to. */
    private FacadeRepository heard() {
        EntityManagerFactory factory = repo.withEntityManager(Target.master(), EntityManager::getEntityManagerFactory);
        return FacadeRepository.builder()
                .master(factory)
                .listener(event -> {
                    events.add(event);
                    stacks.add(Arrays.asList(Thread.currentThread().getStackTrace()));
                })
                .build();
    }

    private OperationEvent last() {
        return events.get(events.size() - 1);
    }

    // -- events

    @Test
    void g01AnEventTellsTheOperationItsRouteItsTimeAndItsRows() {
        FacadeRepository heard = heard();
        heard.insert(new Post("1"));
        assertThat(last().operation()).isEqualTo("insert");
        assertThat(last().subject()).contains("Post");
        assertThat(Objects.requireNonNull(last().route()).reason()).isEqualTo(Reason.WRITE);
        heard.all(Post.class);
        assertThat(last().operation()).isEqualTo("all");
        assertThat(last().rows()).isEqualTo(1);
        assertThat(last().elapsedNanos()).isPositive();
        assertThat(last().attempts()).isEmpty();
        assertThat(last().error()).isNull();
        heard.updateAll(Post.class, Change.set("visits", 1));
        assertThat(last().rows()).isEqualTo(1);
    }

    @Test
    void g02AListenerMayTakeTheCallersStack() {
        heard().all(Post.class);
        assertThatCallerIsIn(stacks.get(0), "g02AListenerMayTakeTheCallersStack");
    }

    private static void assertThatCallerIsIn(List<StackTraceElement> stack, String method) {
        assertThat(stack).anyMatch(frame -> frame.getMethodName().equals(method));
    }

    @Test
    void g03AListenerSeesWhatTheCallerHasBoundToItsThread() {
        ThreadLocal<String> request = new ThreadLocal<>();
        List<String> seen = new CopyOnWriteArrayList<>();
        EntityManagerFactory factory = repo.withEntityManager(Target.master(), EntityManager::getEntityManagerFactory);
        FacadeRepository tagged = FacadeRepository.builder()
                .master(factory)
                .listener(event -> seen.add(event.operation() + " of " + request.get()))
                .build();
        request.set("request 7");
        tagged.count(Post.class);
        assertThat(seen).containsExactly("aggregate of request 7");
    }

    @Test
    void g07AnEventOfWhatReachedNoNodeHasNoRoute() {
        FacadeRepository heard = heard();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> heard.all(from(Post.class).where("tilte", "x")));
        assertThatExceptionOfType(PersistenceException.class)
                .isThrownBy(() -> heard.sql().query("select nothing from nowhere"));
        assertThat(last().error()).isInstanceOf(PersistenceException.class);
        assertThat(last().rows()).isEqualTo(-1);
        assertThat(last().route()).isNotNull();
        int before = events.size();
        heard.insert(Changeset.change(new Post("1")).validateRequired("text"));
        assertThat(events.subList(before, events.size())).allMatch(event -> event.route() == null);
    }

    @Test
    void g08TheCallersFrameIsInTheStackOfEveryOperation() {
        FacadeRepository heard = heard();
        heard.all(Post.class);
        heard.insert(new Post("1"));
        heard.transact(Multi.create().insert("post", new Post("2")));
        assertThat(events).extracting(OperationEvent::operation).contains("all", "insert", "transaction");
        stacks.forEach(stack -> assertThatCallerIsIn(stack, "g08TheCallersFrameIsInTheStackOfEveryOperation"));
    }

    @Test
    void t14ATransactionIsAnEventWithItsTime() {
        FacadeRepository heard = heard();
        heard.transaction(() -> heard.insert(new Post("1")));
        heard.transact(() -> {
            throw heard.rollback("no");
        });
        List<OperationEvent> transactions = events.stream()
                .filter(event -> event.operation().equals("transaction"))
                .toList();
        assertThat(transactions).hasSize(2);
        assertThat(transactions.get(0).elapsedNanos())
                .isGreaterThan(events.get(0).elapsedNanos());
        assertThat(transactions.get(0).error()).isNull();
        assertThat(transactions.get(1).error()).isNotNull();
    }

    @Test
    void t15WhatRunsInATransactionSaysThatItJoined() {
        FacadeRepository heard = heard();
        heard.transaction(() -> {
            heard.insert(new Post("1"));
            return heard.all(Post.class);
        });
        assertThat(events.subList(0, 2)).allSatisfy(event -> {
            assertThat(Objects.requireNonNull(event.route()).reason()).isEqualTo(Reason.JOINED_TRANSACTION);
            assertThat(event.attempts()).isEmpty();
        });
    }

    // -- bound values: no value of the caller's is in the text, each stands where its column does

    private static Statement only(List<Statement> statements, String verb, String table) {
        List<Statement> those =
                statements.stream().filter(one -> one.is(verb, table)).toList();
        assertThat(those).as("%s of %s in %s", verb, table, statements).hasSize(1);
        Statement statement = those.get(0);
        assertThat(statement.values()).as(statement.sql()).hasSize(statement.marks());
        assertThat(statement.sql()).doesNotContain("secret");
        return statement;
    }

    private static Post secret(Integer visits) {
        Post post = Post.titled("secret", visits);
        post.uuid = UUID_1;
        return post;
    }

    @Test
    void g12ValuesOfAQueryThatIsInsertedAreBound() {
        repo.insert(new User("ann"));
        orRefuses(Capability.INSERT_SELECT, () -> {
            Statement insert = only(
                    sent(() -> repo.insertAll(
                            Post.class,
                            from(User.class)
                                    .where("name", "ann")
                                    .selectMap(value("secret").as("title"), value(7).as("visits")))),
                    "insert",
                    "posts");
            assertThat(insert.values()).containsExactly("secret", 7, "ann");
        });
    }

    @Test
    void g13ValuesOfRowsAreBound() {
        List<Statement> inserts = sent(() ->
                        repo.insertAll(Post.class, List.of(Map.of("title", "secret", "visits", 7, "uuid", UUID_1))))
                .stream()
                .toList();
        Statement insert = only(inserts, "insert", "posts");
        assertThat(insert.bound("title")).isEqualTo("secret");
        assertThat(insert.bound("visits")).isEqualTo(7);
    }

    @Test
    void g14ValuesOfCellsThatAreQueriesAreBound() {
        repo.insert(Post.titled("one", 1));
        orRefuses(Capability.INSERT_SELECT, () -> {
            Statement insert = only(
                    sent(() -> repo.insertAll(
                            User.class,
                            List.of(Map.of(
                                    "name",
                                    from(Post.class)
                                            .where("title", "one")
                                            .where(field("visits").lt(99))
                                            .select(field("title")))))),
                    "insert",
                    "users");
            assertThat(insert.values()).containsSubsequence("one", 99);
        });
    }

    @Test
    void g15ValuesOfManyRowsAreBoundInTheirOrder() {
        List<Object> values = sent(() -> repo.insertAll(Tag.class, List.of(new Tag(), new Tag(), new Tag()))).stream()
                .filter(one -> one.is("insert", "tags"))
                .flatMap(one -> one.values().stream())
                .filter(Long.class::isInstance)
                .toList();
        assertThat(values).hasSize(3).doesNotHaveDuplicates();
        assertThat(repo.all(from(Tag.class).orderBy(field("id").asc()).select(field("id"))))
                .containsExactlyInAnyOrderElementsOf(values);
    }

    @Test
    void g16ValuesOfAConflictRuleAreBound() {
        repo.insert(secret(1));
        orRefuses(Capability.UPSERT, () -> {
            List<Statement> statements = sent(() -> repo.insertAll(
                    Post.class,
                    List.of(Map.of("title", "secret", "uuid", UUID_1)),
                    OnConflict.update(Change.set("title", "secret 2"))
                            .where(field("visits").lt(99))
                            .target("uuid")));
            Statement upsert = statements.stream()
                    .filter(one -> one.is("insert", "posts") || one.is("merge", "posts"))
                    .findFirst()
                    .orElseThrow();
            assertThat(upsert.values())
                    .contains("secret", UUID_1, "secret 2", 99)
                    .hasSize(upsert.marks());
            assertThat(repo.oneOrThrow(from(Post.class)).title).isEqualTo("secret 2");
        });
    }

    @Test
    void g17ValuesOfAQueryAndItsConflictRuleAreBound() {
        repo.insert(secret(1));
        orRefuses(Capability.UPSERT_OF_QUERY, () -> {
            Statement insert = only(
                    sent(() -> repo.insertAll(
                            Post.class,
                            from(Post.class)
                                    .where("title", "secret")
                                    .selectMap(
                                            value("secret 2").as("title"),
                                            field("uuid").as("uuid")),
                            OnConflict.update(Change.set("title", "secret 3"))
                                    .where(field("visits").lt(99))
                                    .target("uuid"))),
                    "insert",
                    "posts");
            assertThat(insert.values()).containsExactly("secret 2", "secret", "secret 3", 99);
        });
    }

    @Test
    void g18ValuesOfAnInsertAreBound() {
        Statement insert = only(sent(() -> repo.insert(secret(7))), "insert", "posts");
        assertThat(insert.bound("title")).isEqualTo("secret");
        assertThat(insert.bound("visits")).isEqualTo(7);
        assertThat(insert.bound("cost")).isEqualTo("NULL");
    }

    @Test
    void g19ValuesOfAnUpsertAreBound() {
        Post before = repo.insert(secret(1));
        orRefuses(Capability.UPSERT, () -> {
            sent(() -> repo.insert(
                            secret(2),
                            OnConflict.update(Change.inc("visits", 40)).target("uuid")))
                    .forEach(one ->
                            assertThat(one.sql()).doesNotContain("secret").doesNotContain("40"));
            assertThat(repo.getOrThrow(Post.class, before.id).visits).isEqualTo(41);
        });
    }

    @Test
    void g20ValuesOfAnUpdateAreBound() {
        Post post = repo.insert(new Post("1"));
        Statement update = only(
                sent(() -> repo.updateOrThrow(Changeset.change(post, Map.of("title", "secret", "visits", 7)))),
                "update",
                "posts");
        assertThat(update.bound("title")).isEqualTo("secret");
        assertThat(update.bound("visits")).isEqualTo(7);
        assertThat(update.bound("id")).isEqualTo(post.id);
        assertThat(update.sql().toLowerCase(java.util.Locale.ROOT))
                .doesNotContain("text")
                .doesNotContain("cost");
    }

    @Test
    void g21ValuesOfADeleteAreBound() {
        Post post = repo.insert(new Post("1"));
        Statement delete =
                only(sent(() -> repo.deleteAll(from(Post.class).where("id", post.id))), "delete", "delete from posts ");
        assertThat(delete.values()).containsExactly(post.id);
        repo.insert(new Post("2"));
        assertThat(only(sent(() -> repo.delete(repo.oneOrThrow(from(Post.class)))), "delete", "delete from posts ")
                        .values())
                .hasSize(1);
    }

    @Test
    void g22ValuesOfASelectAreBound() {
        Statement select = only(
                sent(() -> repo.all(from(Post.class)
                        .where("title", "secret")
                        .where(field("visits").between(3, 4).or(field("visits").in(List.of(5, 6)))))),
                "select",
                "posts");
        assertThat(select.values()).containsExactly("secret", 3, 4, 5, 6);
    }

    @Test
    void g23ValuesOfAStreamAreBound() {
        Statement select = only(
                sent(() -> {
                    try (Stream<Post> posts = repo.stream(Jpql.of("select p from Post p where p.title = :t", Post.class)
                            .with("t", "secret"))) {
                        assertThat(posts).isEmpty();
                    }
                }),
                "select",
                "posts");
        assertThat(select.values()).containsExactly("secret");
    }

    @Test
    void g24ValuesOfSqlAreBound() {
        Statement select = only(
                sent(() -> repo.sql()
                        .query(
                                "select id from posts where title = :t and visits in (:v)",
                                Map.of("t", "secret", "v", List.of(1, 2)))),
                "select",
                "posts");
        assertThat(select.values()).containsExactly("secret", 1, 2);
    }
}
