package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.Consistency;
import dev.facade.event.OperationEvent;
import dev.facade.event.Reason;
import dev.facade.event.Role;
import dev.facade.event.Route;
import dev.facade.option.Lock;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.Expression;
import dev.facade.query.Jpql;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.query.Queryable;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.test.H2Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation's route, on distinct databases whose rows tell where they come from (trap T01). */
class RoutesIT {

    private static final long ID = 1_000_000;

    private static final List<H2Node> NODES = new ArrayList<>();
    private static final List<OperationEvent> EVENTS = new CopyOnWriteArrayList<>();
    private static FacadeRepository repo;

    /** A read that returns what it saw: the name of a node. */
    record Read(String name, Function<FacadeRepository, String> run) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A write on the node that the repository's master is. */
    record Write(String name, Consumer<FacadeRepository> run) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void startNodes() {
        for (String name : List.of("master", "berlin", "paris")) {
            NODES.add(Blog.h2(name));
        }
        repo = Blog.onH2(NODES.get(0), NODES.get(1), NODES.get(2))
                .algorithm(ReadAlgorithm.roundRobin())
                .listener(EVENTS::add)
                .build();
    }

    @AfterAll
    static void stopNodes() {
        repo.close();
        NODES.forEach(H2Node::close);
    }

    @BeforeEach
    void fill() {
        for (H2Node node : NODES) {
            String name = node.name();
            node.execute(
                    "DELETE FROM comment",
                    "DELETE FROM post",
                    "DELETE FROM author",
                    "INSERT INTO author (name, country) VALUES ('" + name + "', '" + name + "')",
                    "INSERT INTO post (id, version, title, likes, author_name) VALUES (" + ID + ", 0, '" + name
                            + "', 7, '" + name + "')",
                    "INSERT INTO comment (id, text, post_id) VALUES (" + ID + ", '" + name + "', " + ID + ")");
        }
        EVENTS.clear();
    }

    static Stream<Read> reads() {
        return Stream.of(
                new Read("all", repo -> repo.all(Post.class).get(0).title),
                new Read(
                        "allBy",
                        repo -> repo.allBy(Post.class, Map.of("likes", 7)).get(0).title),
                new Read("get", repo -> repo.get(Post.class, ID).orElseThrow().title),
                new Read("getOrThrow", repo -> repo.getOrThrow(Post.class, ID).title),
                new Read("getBy", repo -> repo.getBy(Post.class, "likes", 7).orElseThrow().title),
                new Read("getByOrThrow", repo -> repo.getByOrThrow(Post.class, Map.of("likes", 7)).title),
                new Read(
                        "one",
                        repo -> repo.one(Jpql.of("select p from Post p where p.likes = :n", Post.class)
                                        .with("n", 7))
                                .orElseThrow()
                                .title),
                new Read(
                        "oneOrThrow",
                        repo -> repo.oneOrThrow(Queryable.criteria(String.class, cb -> {
                            var query = cb.createQuery(String.class);
                            return query.select(query.from(Post.class).get("title"));
                        }))),
                new Read(
                        "exists",
                        repo -> repo.exists(Query.from(Post.class).by(Map.of("title", "master")))
                                ? "master"
                                : "berlin"),
                new Read(
                        "aggregate",
                        repo -> repo.aggregate(
                                        Post.class,
                                        Expression.<String>field("title").max())
                                .orElseThrow()),
                new Read("stream", repo -> {
                    try (Stream<Post> posts = repo.stream(Post.class)) {
                        return posts.findFirst().orElseThrow().title;
                    }
                }),
                new Read("reload", repo -> repo.reload(post()).orElseThrow().title),
                new Read("reloadOrThrow", repo -> repo.reloadOrThrow(post()).title),
                new Read(
                        "preload",
                        repo -> repo.preload(unloaded(repo), Preload.of("comments"))
                                .comments
                                .get(0)
                                .text),
                new Read(
                        "Preload",
                        repo -> repo.all(Post.class, Preload.of("comments.post", "author"))
                                .get(0)
                                .author
                                .country()),
                new Read(
                        "readOnlyTransaction",
                        repo -> repo.readOnlyTransaction(() -> repo.getOrThrow(Post.class, ID).title)),
                new Read(
                        "withEntityManager",
                        repo -> repo.withEntityManager(Target.replica(), em -> em.find(Post.class, ID).title)),
                new Read("readOnly", repo -> repo.readOnly().getOrThrow(Post.class, ID).title));
    }

    static Stream<Write> writes() {
        return Stream.of(
                new Write("insert", repo -> repo.insert(new Post(unique()))),
                new Write("insertAll", repo -> repo.insertAll(List.of(new Post(unique()), new Post(unique())))),
                new Write("update", repo -> repo.update(repo.getOrThrow(Post.class, ID, Target.master()))),
                new Write("insertOrUpdate", repo -> repo.insertOrUpdate(new Author(unique(), "x"))),
                new Write("delete", repo -> repo.delete(repo.insert(new Post(unique())))),
                new Write("updateAll", repo -> repo.updateAll(Post.class, Change.inc("likes", 1))),
                new Write("deleteAll", repo -> repo.deleteAll(Comment.class)),
                new Write("updateAll", repo -> repo.updateAll(Jpql.statement("update Post p set p.likes = 1"))),
                new Write("deleteAll", repo -> repo.deleteAll(Jpql.statement("delete from Comment c"))),
                new Write("transaction", repo -> repo.transaction(() -> repo.insert(new Post(unique())))),
                new Write(
                        "withEntityManager",
                        repo -> repo.withEntityManager(
                                Target.master(),
                                em -> em.createQuery("update Author a set a.country = 'x'")
                                        .executeUpdate())));
    }

    @Test
    void roundRobinTakesTheReplicasInTurn() {
        List<String> seen = IntStream.range(0, 4)
                .mapToObj(i -> repo.getOrThrow(Post.class, ID).title)
                .toList();
        assertThat(seen.subList(0, 2))
                .containsExactlyInAnyOrder("berlin", "paris")
                .isEqualTo(seen.subList(2, 4));
    }

    @ParameterizedTest
    @MethodSource("reads")
    void t01ReadsGoToReplicasThatAreDatabasesOfTheirOwn(Read read) {
        List<String> seen =
                IntStream.range(0, 4).mapToObj(i -> read.run.apply(repo)).toList();
        assertThat(seen).isSubsetOf("berlin", "paris");
        assertThat(routes()).allSatisfy(route -> {
            assertThat(route.role()).isEqualTo(Role.REPLICA);
            assertThat(route.reason()).isIn(Reason.ALGORITHM, Reason.JOINED_TRANSACTION);
        });
    }

    @ParameterizedTest
    @MethodSource("reads")
    void t02ReadsInATransactionStayInIt(Read read) {
        if (read.name.equals("readOnly")) {
            return; // the same operation as get
        }
        String seen = repo.transaction(() -> read.name.equals("withEntityManager")
                ? repo.withEntityManager(Target.replica(), em -> em.find(Post.class, ID).title)
                : read.run.apply(repo));
        assertThat(seen).isEqualTo("master");
    }

    @ParameterizedTest
    @MethodSource("writes")
    void writesGoToTheMasterOnly(Write write) {
        List<String> before = List.of(contents(NODES.get(0)), contents(NODES.get(1)), contents(NODES.get(2)));
        write.run.accept(repo);
        assertThat(contents(NODES.get(1))).isEqualTo(before.get(1));
        assertThat(contents(NODES.get(2))).isEqualTo(before.get(2));
        if (!List.of("update", "delete").contains(write.name)) {
            assertThat(contents(NODES.get(0))).isNotEqualTo(before.get(0));
        }
        assertThat(EVENTS.stream().filter(event -> event.operation().equals(write.name)))
                .isNotEmpty()
                .allSatisfy(event ->
                        assertThat(Objects.requireNonNull(event.route()).role()).isEqualTo(Role.MASTER));
    }

    @Test
    void everyOperationGoesWhereItBelongsUnderSixteenThreads() throws Exception {
        Map<String, AtomicInteger> wrong = new ConcurrentHashMap<>();
        List<Read> reads = reads().toList();
        List<Callable<Void>> work = new ArrayList<>();
        for (int thread = 0; thread < 16; thread++) {
            work.add(() -> {
                for (int i = 0; i < 10; i++) {
                    for (Read read : reads) {
                        if (read.run.apply(repo).equals("master")) {
                            wrong.computeIfAbsent(read.name, n -> new AtomicInteger())
                                    .incrementAndGet();
                        }
                    }
                    String inside = repo.transaction(() -> {
                        repo.insert(new Post(unique()));
                        return repo.getOrThrow(Post.class, ID).title;
                    });
                    if (!inside.equals("master")) {
                        wrong.computeIfAbsent("transaction", n -> new AtomicInteger())
                                .incrementAndGet();
                    }
                }
                return null;
            });
        }
        ExecutorService pool = Executors.newFixedThreadPool(16);
        try {
            for (Future<Void> done : pool.invokeAll(work)) {
                done.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(wrong).isEmpty();
        assertThat(repo.count(Post.class, Target.master())).isEqualTo(1 + 160);
        assertThat(repo.count(Post.class)).isEqualTo(1);
    }

    @Test
    void anExplicitTargetWins() {
        assertThat(repo.getOrThrow(Post.class, ID, Target.master()).title).isEqualTo("master");
        assertThat(repo.getOrThrow(Post.class, ID, Target.replica("paris")).title)
                .isEqualTo("paris");
        assertThat(repo.getOrThrow(Post.class, ID, Target.replica("paris")).title)
                .isEqualTo("paris");
        assertThat(routes()).extracting(Route::reason).containsOnly(Reason.EXPLICIT);
    }

    @Test
    void t10LockingReadsGoToTheMaster() {
        assertThat(repo.getOrThrow(Post.class, ID, Lock.pessimisticWrite()).title)
                .isEqualTo("master");
        assertThat(repo.all(Post.class, Lock.pessimisticRead()).get(0).title).isEqualTo("master");
        assertThat(routes()).extracting(Route::reason).containsOnly(Reason.LOCKING_READ);
    }

    @Test
    void t08WithoutReplicasReadsGoToTheMaster() {
        try (FacadeRepository alone =
                Blog.onH2(NODES.get(0)).listener(EVENTS::add).build()) {
            assertThat(alone.getOrThrow(Post.class, ID).title).isEqualTo("master");
        }
        assertThat(routes()).extracting(Route::reason).containsExactly(Reason.NO_REPLICAS);
    }

    @Test
    void t05TwoFacadesPickFromTheirOwnReplicas() {
        ReadAlgorithm shared = ReadAlgorithm.roundRobin();
        try (FacadeRepository first =
                        Blog.onH2(NODES.get(0), NODES.get(1)).algorithm(shared).build();
                FacadeRepository second =
                        Blog.onH2(NODES.get(0), NODES.get(2)).algorithm(shared).build()) {
            for (int i = 0; i < 3; i++) {
                assertThat(first.getOrThrow(Post.class, ID).title).isEqualTo("berlin");
                assertThat(second.getOrThrow(Post.class, ID).title).isEqualTo("paris");
            }
        }
    }

    @Test
    void aLambdaOfTheCallersIsAnAlgorithm() {
        try (FacadeRepository last = Blog.onH2(NODES.get(0), NODES.get(1), NODES.get(2))
                .algorithm(candidates -> candidates.get(candidates.size() - 1))
                .build()) {
            assertThat(last.getOrThrow(Post.class, ID).title).isEqualTo("paris");
            assertThat(last.getOrThrow(Post.class, ID).title).isEqualTo("paris");
        }
    }

    @Test
    void t11AWriteAfterAReadLandsOnTheMaster() {
        assertThat(repo.getOrThrow(Post.class, ID, Target.replica("berlin")).title)
                .isEqualTo("berlin");
        repo.updateAll(Post.class, Change.set("likes", 99));
        assertThat(repo.getOrThrow(Post.class, ID, Target.master()).likes).isEqualTo(99);
        assertThat(repo.getOrThrow(Post.class, ID, Target.replica("berlin")).likes)
                .isEqualTo(7);
    }

    @Test
    void whereNoPositionsAreKnownASessionGoesByTime() {
        try (FacadeRepository timed = Blog.onH2(NODES.get(0), NODES.get(1))
                .consistency(Consistency.session())
                .assumedLag(Duration.ofMillis(300))
                .build()) {
            timed.updateAll(Post.class, Change.set("likes", 8));
            assertThat(timed.getOrThrow(Post.class, ID).title).isEqualTo("master");
            String others = timed.inSession(CausalSession.begin(), () -> timed.getOrThrow(Post.class, ID).title);
            assertThat(others).isEqualTo("berlin");
            await().pollInSameThread()
                    .pollInterval(Duration.ofMillis(400))
                    .until(() -> timed.getOrThrow(Post.class, ID).title.equals("berlin"));
        }
    }

    @Test
    void inMasterOnlyModeReadsSeeTheMasterAndAWriteOnAReadPathIsStillRefused() {
        try (FacadeRepository tests =
                Blog.onH2(NODES.get(0), NODES.get(1)).masterOnly().build()) {
            assertThat(tests.getOrThrow(Post.class, ID).title).isEqualTo("master");
            assertThat(tests.getOrThrow(Post.class, ID, Target.replica("berlin")).title)
                    .isEqualTo("master");
            tests.insert(new Post("new"));
            assertThat(tests.getBy(Post.class, "title", "new")).isPresent();
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> tests.withEntityManager(
                            Target.replica(),
                            em -> em.createNativeQuery("update post set likes = 0")
                                    .executeUpdate()))
                    .hasStackTraceContaining("Not enough rights");
        }
    }

    private static Post post() {
        Post post = new Post("stale");
        post.id = ID;
        return post;
    }

    private static Post unloaded(FacadeRepository repo) {
        return repo.getOrThrow(Post.class, ID);
    }

    private static String unique() {
        return java.util.UUID.randomUUID().toString();
    }

    private List<Route> routes() {
        return EVENTS.stream()
                .map(event -> Objects.requireNonNull(event.route()))
                .toList();
    }

    private static String contents(H2Node node) {
        StringBuilder contents = new StringBuilder();
        for (String table : List.of("author", "post", "comment")) {
            try (var connection = node.connect();
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT * FROM " + table + " ORDER BY 1")) {
                while (rows.next()) {
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        contents.append(rows.getString(i)).append('|');
                    }
                    contents.append('\n');
                }
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
        }
        return contents.toString();
    }
}
