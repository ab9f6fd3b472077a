package dev.facade.hibernate;

import static dev.facade.query.Expression.field;
import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.facade.FacadeRepository;
import dev.facade.consistency.Consistency;
import dev.facade.error.DeadlineExceededException;
import dev.facade.event.OperationEvent;
import dev.facade.option.Timeout;
import dev.facade.query.Condition;
import dev.facade.query.Expression;
import dev.facade.query.Query;
import dev.facade.query.Queryable;
import dev.facade.test.H2Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Conditions as programs put them together: long, nested, negated. */
class LargeConditionsIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final List<OperationEvent> EVENTS = new CopyOnWriteArrayList<>();

    private static H2Node master;
    private static H2Node a;
    private static H2Node b;
    private static FacadeRepository repo;
    private static FacadeRepository onPostgres;

    @BeforeAll
    static void start() {
        master = Blog.h2("master");
        a = Blog.h2("a");
        b = Blog.h2("b");
        for (H2Node node : List.of(master, a, b)) {
            node.execute(
                    "INSERT INTO post (id, version, title, likes) VALUES (1, 0, 'a', 1), (2, 0, 'b', 2), (3, 0, NULL, 3)");
        }
        repo = Blog.onH2(master, a, b)
                .algorithm(candidates -> candidates.get(0))
                .listener(EVENTS::add)
                .build();
        onPostgres = Blog.onPostgres().build();
    }

    @AfterAll
    static void stop() {
        repo.close();
        onPostgres.close();
        List.of(master, a, b).forEach(H2Node::close);
    }

    private static List<Integer> likes(Condition condition) {
        return repo.all(from(Post.class)
                .where(condition)
                .orderBy(field("likes").asc())
                .select(Expression.<Integer>field("likes")));
    }

    private static List<Integer> soon(Condition condition) {
        return assertTimeoutPreemptively(SOON, () -> likes(condition));
    }

    // -- negations

    @Test
    void t77AConditionNegatedAgainAndAgainIsAsFastAsAPlainOne() {
        Condition condition = field("title").eq("a");
        for (int i = 0; i < 25; i++) {
            condition = condition.not();
        }
        assertThat(soon(condition)).containsExactly(2);
        assertThat(soon(condition.not())).containsExactly(1);
    }

    @Test
    void t77NegationsBetweenOtherWordsAreFast() {
        Condition condition = field("title").eq("a");
        for (int i = 0; i < 14; i++) {
            Condition other = field("likes").eq(100 + i);
            condition = (i % 2 == 0 ? condition.or(other) : condition.and(other.not())).not();
        }
        assertThat(soon(condition)).containsExactly(1);
    }

    /** What SQL says of it, null being neither true nor false. */
    private record Case(Condition condition, java.util.function.Function<Object[], @Nullable Boolean> meaning) {}

    private static Case leaf(Random random) {
        String title = random.nextBoolean() ? "a" : "b";
        int likes = 1 + random.nextInt(3);
        return switch (random.nextInt(4)) {
            case 0 -> new Case(field("title").eq(title), row -> row[0] == null ? null : row[0].equals(title));
            case 1 -> new Case(field("likes").gt(likes), row -> (int) row[1] > likes);
            case 2 ->
                new Case(field("title").in(List.of(title, "c")), row -> row[0] == null ? null : row[0].equals(title));
            default -> new Case(field("title").isNull(), row -> row[0] == null);
        };
    }

    private static Case tree(Random random, int depth) {
        if (depth == 0) {
            return leaf(random);
        }
        Case left = tree(random, depth - 1);
        Case right = tree(random, random.nextInt(depth));
        return switch (random.nextInt(3)) {
            case 0 ->
                new Case(left.condition.not(), row -> {
                    Boolean value = left.meaning.apply(row);
                    return value == null ? null : !value;
                });
            case 1 ->
                new Case(
                        left.condition.and(right.condition),
                        row -> both(left.meaning.apply(row), right.meaning.apply(row), false));
            default ->
                new Case(
                        left.condition.or(right.condition),
                        row -> both(left.meaning.apply(row), right.meaning.apply(row), true));
        };
    }

    private static @Nullable Boolean both(@Nullable Boolean left, @Nullable Boolean right, boolean decisive) {
        if (Objects.equals(left, decisive) || Objects.equals(right, decisive)) {
            return decisive;
        }
        return left == null || right == null ? null : Boolean.valueOf(!decisive);
    }

    @Test
    void t77AndOrAndNotMeanWhatTheySay() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Object[][] rows = {{"a", 1}, {"b", 2}, {null, 3}};
        for (int i = 0; i < 60; i++) {
            Case drawn = tree(random, 1 + random.nextInt(5));
            List<Integer> met = new ArrayList<>();
            for (Object[] row : rows) {
                if (Boolean.TRUE.equals(drawn.meaning.apply(row))) {
                    met.add((Integer) row[1]);
                }
            }
            assertThat(soon(drawn.condition)).as("seed %d, tree %d", seed, i).isEqualTo(met);
        }
    }

    // -- chains

    private static Condition chain(int length) {
        return IntStream.range(0, length)
                .mapToObj(i -> field("likes").eq(2 - i))
                .reduce(Condition::or)
                .orElseThrow();
    }

    @Test
    void t77AThousandJoinedByOrAreOneChain() {
        assertThat(soon(chain(25))).containsExactly(1, 2);
        assertThat(soon(chain(1_000))).containsExactly(1, 2);
        assertThat(soon(chain(1_000).not())).containsExactly(3);
        Condition fromTheRight = field("likes").eq(2);
        for (int i = 1; i < 1_000; i++) {
            fromTheRight = field("likes").eq(100 + i).or(fromTheRight);
        }
        assertThat(soon(fromTheRight)).containsExactly(2);
    }

    @Test
    void t77WhatASearchFormAddsStepByStepIsOneChain() {
        Query<Post> query = from(Post.class);
        for (int i = 0; i < 300; i++) {
            query = query.where(field("id").ne(100L + i));
        }
        Query<Post> form = query;
        assertThat(assertTimeoutPreemptively(SOON, () -> repo.all(form))).hasSize(3);
        Query<Post> any = from(Post.class).where(field("id").eq(1L));
        for (int i = 0; i < 300; i++) {
            any = any.orWhere(field("id").eq(100L + i));
        }
        Query<Post> either = any;
        assertThat(assertTimeoutPreemptively(SOON, () -> repo.all(either))).hasSize(1);
    }

    @Test
    void t77TwentyThousandAreJoined() {
        Condition all = IntStream.range(0, 20_000)
                .mapToObj(i -> field("likes").ne(-1 - i))
                .reduce(Condition::and)
                .orElseThrow();
        assertThat(soon(all)).containsExactly(1, 2, 3);
        assertThat(assertTimeoutPreemptively(
                        SOON, () -> onPostgres.count(from(Post.class).where(all.not()))))
                .isZero();
    }

    @Test
    void t77LongerOnesAndDeeperOnesAreRefused() {
        Condition twice = field("likes").eq(1);
        for (int i = 0; i < 40; i++) {
            twice = twice.and(twice);
        }
        Condition tooLong = twice;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> likes(tooLong))
                .withMessageContaining("condition: more than 32767 joined by one word");
        Condition deep = field("likes").eq(1);
        for (int i = 0; i < 20_000; i++) {
            deep = i % 2 == 0
                    ? deep.or(field("likes").eq(2))
                    : deep.and(field("likes").ne(3));
        }
        Condition tooDeep = deep;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> likes(tooDeep))
                .withMessageContaining("nested more than 48 deep");
        Condition doubled = field("likes").eq(1);
        for (int i = 0; i < 28; i++) {
            doubled = i % 2 == 0 ? doubled.or(doubled.not()) : doubled.and(doubled.not());
        }
        Condition tooMany = doubled;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> likes(tooMany))
                .withMessageContaining("query: of more than 500000 pieces");
    }

    @Test
    void t77NestedExpressionsAndSubqueriesHaveTheSameBound() {
        Expression<Object> lower = field("title");
        Query<Post> inner = from(Post.class);
        Expression<Object> sum = field("likes");
        Query<Post> union = from(Post.class);
        for (int i = 0; i < 20_000; i++) {
            lower = Expression.function("lower", lower);
            inner = from(Post.class).where(Condition.exists(inner));
            sum = Expression.function("mod", sum.plus(1), 7);
            union = from(Post.class).union(union);
        }
        for (Query<?> deep : List.of(
                from(Post.class).where(lower.eq("a")), inner, from(Post.class).where(sum.eq(1)), union)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.all(deep))
                    .withMessageContaining("nested more than 48 deep");
        }
    }

    @Test
    void t77TextThatIsTooDeepForTheParserIsRefusedAsSuch() {
        String text = "select p from Post p where p.likes = 1" + " or p.likes = 2".repeat(20_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.all(dev.facade.query.Jpql.of(text, Post.class)))
                .withMessageContaining("query: too long or too deep for the provider's parser")
                .satisfies(error -> assertThat(error.getMessage()).hasSizeLessThan(500));
    }

    // -- whose time it is

    /** What takes its time before any node is asked. */
    private static Queryable<Post> slow(Duration translation) {
        return Queryable.criteria(Post.class, builder -> {
            long begun = System.nanoTime();
            while (System.nanoTime() - begun < translation.toNanos()) {
                Thread.onSpinWait();
            }
            var query = builder.createQuery(Post.class);
            return query.select(query.from(Post.class));
        });
    }

    @Test
    void t77WhatTheProgramTakesItselfIsChargedToNoReplica() {
        try (FacadeRepository patient = Blog.onH2(master, a, b)
                .algorithm(candidates -> candidates.get(0))
                .consistency(Consistency.eventual())
                .listener(EVENTS::add)
                .build()) {
            patient.all(Post.class);
            EVENTS.clear();
            assertThat(patient.all(slow(Duration.ofMillis(1_300)))).hasSize(3);
            assertThat(EVENTS).singleElement().satisfies(event -> {
                assertThat(event.receipt().attempts()).isEmpty();
                assertThat(event.receipt().route().node()).isEqualTo("a");
            });
            assertThat(patient.cluster().nodes()).allSatisfy(node -> {
                assertThat(node.reason()).isEmpty();
                if (node.latency() != null) {
                    assertThat(node.latency()).isLessThan(Duration.ofMillis(1_000));
                }
            });
        }
    }

    @Test
    void t77ADeadlineThatTranslationUsesUpSaysSo() {
        assertThatExceptionOfType(DeadlineExceededException.class)
                .isThrownBy(() -> repo.all(slow(Duration.ofMillis(1_600)), Timeout.of(Duration.ofSeconds(1))))
                .withMessageContaining("not asked, since its time was over by then; translating the query took ")
                .satisfies(late -> assertThat(late.tried()).containsOnlyKeys("a"));
        assertThat(repo.cluster().nodes())
                .allSatisfy(node -> assertThat(node.reason()).isEmpty());
        assertThat(repo.all(Post.class)).hasSize(3);
    }
}
