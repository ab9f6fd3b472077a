package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.facade.FacadeRepository;
import dev.facade.cluster.Weight;
import dev.facade.event.FacadeListener;
import dev.facade.event.NodeEvent;
import dev.facade.event.NodeEvent.Change;
import dev.facade.event.OperationEvent;
import dev.facade.option.Target;
import dev.facade.test.H2Node;
import dev.facade.test.PostgresNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What somebody is told whose settings or data are wrong: the first cause first, at once, and no secret. */
class StartErrorsIT {

    private static final String SECRET = "SECRET";
    private static final PoolSettings SHORT = PoolSettings.forMaster().withConnectionTimeout(Duration.ofMillis(600));

    private final PostgresNode master = Blog.postgres().master();
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Logger hibernate = (Logger) LoggerFactory.getLogger("org.hibernate");

    @BeforeEach
    void listen() {
        logged.start();
        root.addAppender(logged);
        hibernate.setLevel(Level.WARN);
    }

    @AfterEach
    void deafen() {
        hibernate.setLevel(Level.OFF);
        root.detachAppender(logged);
    }

    private List<String> messages() {
        return logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static String whole(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static Throwable failureOfWriting(HibernateFacade facade, Duration atMost) {
        try (FacadeRepository repo = facade.build()) {
            long begun = System.nanoTime();
            Throwable failure = catchThrowable(() -> repo.insert(new Post("one")));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(atMost);
            return failure;
        }
    }

    // -- T74: the first cause first, and fast

    @Test
    void t74AWrongPasswordIsToldAtOnce() {
        Throwable failure =
                failureOfWriting(Blog.onPostgres().credentials(master.user(), "wrong"), Duration.ofSeconds(3));
        assertThat(failure).hasMessageContaining("password authentication failed for user \"" + master.user() + "\"");
        assertThat(failure.getMessage()).doesNotContain("request timed out");
    }

    @Test
    void t74AWrongDatabaseIsToldAtOnce() {
        String nowhere = master.url().replaceFirst("/[^/]*$", "/no_such_database");
        Throwable failure = failureOfWriting(
                HibernateFacade.builder()
                        .master(nowhere)
                        .credentials(master.user(), master.password())
                        .entities(Blog.ENTITIES),
                Duration.ofSeconds(3));
        assertThat(failure).hasMessageContaining("database \"no_such_database\" does not exist");
    }

    @Test
    void t74AWrongHostIsToldByItsName() {
        Throwable failure = failureOfWriting(
                HibernateFacade.builder()
                        .master("jdbc:postgresql://no-such-host.invalid:5432/x")
                        .masterPool(SHORT)
                        .entities(Blog.ENTITIES),
                Duration.ofSeconds(10));
        assertThat(failure).hasMessageContaining("UnknownHostException: no-such-host.invalid");
    }

    @Test
    void t74AReadOnlyMasterIsToldToWhoeverWrites() {
        String readOnly = master.url() + "?options=-c%20default_transaction_read_only=on";
        Throwable failure = failureOfWriting(
                HibernateFacade.builder()
                        .master(readOnly)
                        .masterPool(SHORT)
                        .credentials(master.user(), master.password())
                        .entities(Blog.ENTITIES),
                Duration.ofSeconds(10));
        assertThat(failure).hasMessageContaining("the server is a standby or read-only, and writes need a master");
    }

    @Test
    void t74AReplicasWrongPasswordIsToldByAReadThatNamesIt() {
        try (FacadeRepository repo = Blog.onPostgresWithReplicas()
                .readerCredentials(master.user(), "wrong")
                .build()) {
            Throwable failure = catchThrowable(() -> repo.all(Post.class, Target.replica("berlin")));
            assertThat(failure).hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void t74OnlyAStandbyAsTheMasterIsToldToWhoeverWritesAndToTheListener() {
        List<NodeEvent> told = new CopyOnWriteArrayList<>();
        FacadeListener listener = new FacadeListener() {
            @Override
            public void onOperation(OperationEvent event) {}

            @Override
            public void onNode(NodeEvent event) {
                told.add(event);
            }
        };
        List<PostgresNode> paris = List.of(Blog.postgres().replica("paris"));
        try (FacadeRepository repo = Blog.on(Blog.postgres().replica("berlin"), paris)
                .masterPool(SHORT)
                .listener(listener)
                .build()) {
            assertThat(catchThrowable(() -> repo.insert(new Post("one"))))
                    .hasMessageContaining("the server is a standby or read-only, and writes need a master");
            await().untilAsserted(() -> assertThat(told)
                    .anyMatch(event -> event.node().equals("master") && event.change() == Change.MASTERLESS));
            assertThat(repo.cluster().nodes().get(0).reason()).contains("no node is the master");
            assertThat(messages()).anyMatch(message -> message.contains("no node says that it is the master"));
        }
    }

    @Test
    void t74HibernateHasNothingToWarnOfAtStart() {
        Blog.onPostgresWithReplicas()
                .hibernate("hibernate.hbm2ddl.auto", "update")
                .build()
                .close();
        Blog.h2("warnings").close(); // its tables are made
        assertThat(messages())
                .as("but for what the tests' own hand-written metamodel lacks")
                .isNotEmpty()
                .allMatch(message -> message.contains("static metamodel field"));
    }

    // -- T80: no secret in a message

    @Test
    void t80NoMessageTellsAUrlsPassword() {
        String unread = "jdbc:postgresql://host:zz/x?user=u&password=" + SECRET;
        String unknown = "jdbc:nothing://u:" + SECRET + "@host/x";
        H2Node node = Blog.h2("secrets");
        try (node;
                FacadeRepository repo = Blog.onH2(node).build()) {
            Stream<ThrowingCallable> doors = Stream.of(
                    () -> Blog.onH2(node).replica("one", unread).build(),
                    () -> Blog.onH2(node).replica("one", unknown).build(),
                    () -> Blog.onH2(node).master(unread),
                    () -> Blog.onH2(node).replica("one", "postgres://u:" + SECRET + "@host/x"),
                    () -> Blog.onH2(node).replica("one", "jdbc:mariadb:loadbalance://u:" + SECRET + "@host/x"),
                    () -> HibernateFacade.builder()
                            .master(unknown)
                            .entities(Blog.ENTITIES)
                            .build(),
                    () -> repo.cluster().add("one", unread, Weight.of(1)),
                    () -> Blog.onH2(node).hibernate("hibernate.connection.password", SECRET));
            doors.forEach(door -> {
                IllegalArgumentException refused = catchThrowableOfType(IllegalArgumentException.class, door);
                assertThat(refused).isNotNull();
                assertThat(whole(refused)).doesNotContain(SECRET);
            });
        }
        NodeRecipe recipe = new NodeRecipe("one", unread, "u", SECRET, Weight.of(1), true);
        Nodes.Login login = new Nodes.Login("u", SECRET);
        assertThat(recipe + "" + login).doesNotContain(SECRET);
        assertThat(messages()).noneMatch(message -> message.contains(SECRET));
    }

    // -- T85: no row in a log

    @Test
    void t85AFailedInsertTellsNoValueOfItsRow() {
        try (FacadeRepository repo = Blog.onPostgres().build()) {
            repo.deleteAll(Comment.class);
            repo.deleteAll(Post.class);
            repo.insert(new Post("taken"));
            List<ThrowingCallable> inserts = List.of(
                    () -> repo.insert(new Post("taken").by(new Author(SECRET, "DE"))),
                    () -> repo.insertAll(List.of(new Post(SECRET), new Post(SECRET))),
                    () -> repo.insertAll(
                            Post.class,
                            List.of(
                                    Map.of("title", SECRET, "version", 0, "likes", 1),
                                    Map.of("title", SECRET, "version", 0, "likes", 2))));
            for (ThrowingCallable insert : inserts) {
                Throwable failure = catchThrowable(insert);
                assertThat(failure).isNotNull();
                assertThat(whole(failure))
                        .contains("duplicate key value violates unique constraint")
                        .doesNotContain(SECRET);
            }
            assertThat(messages()).noneMatch(message -> message.contains(SECRET));
            repo.deleteAll(Post.class);
        }
    }

    // -- what would lift the read-only mode, or be rolled back in silence

    @Test
    void sqlThatLiftsTheReadOnlyModeIsRefusedOnAReadPath() {
        try (FacadeRepository repo = Blog.onPostgres().masterOnly().build()) {
            assertThat(messages()).anyMatch(message -> message.startsWith("masterOnly() without readerCredentials"));
            for (String lift : List.of(
                    "SET TRANSACTION READ WRITE",
                    "set default_transaction_read_only to off",
                    "set session characteristics as transaction read write",
                    "reset all")) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> repo.sql()
                                .queryMany(List.of(lift, "insert into author (name) values ('x')"), Target.replica()))
                        .withMessageContaining("on a read path");
            }
            assertThat(repo.sql()
                            .query("show transaction_read_only", Map.of(), Target.replica())
                            .rows())
                    .containsExactly(List.of("on"));
        }
    }

    @Test
    void anInsertOnAReadPathIsAnErrorWhateverTheConnectionLetsThrough() {
        try (H2Node node = Blog.h2("unguarded");
                FacadeRepository repo = Blog.onH2(node)
                        .readerCredentials(node.user(), node.password()) // who may write
                        .masterOnly()
                        .build()) {
            String insert = "insert into author (name) values ('x')";
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.sql().queryMany(List.of("select 1", insert), Target.replica()))
                    .withMessageContaining("INSERT")
                    .withMessageContaining("on a read path writes nothing");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.sql().query(insert, Map.of(), Target.replica()))
                    .withMessageContaining("on a read path writes nothing");
            assertThat(repo.count(Author.class)).isZero();
        }
    }
}
