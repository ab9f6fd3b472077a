package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.cluster.NodeState;
import dev.facade.cluster.Weight;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.Consistency;
import dev.facade.error.NoReplicaAvailableException;
import dev.facade.event.FacadeListener;
import dev.facade.event.NodeEvent;
import dev.facade.event.NodeEvent.Change;
import dev.facade.event.OperationEvent;
import dev.facade.event.Route;
import dev.facade.option.Target;
import dev.facade.spi.ReplicationProbe;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import dev.facade.test.Relay;
import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that are declared as replicas and are none. */
class WhoIsAReplicaIT {

    private static final Consistency EVENTUAL = Consistency.eventual();
    private static final List<Consistency> LEVELS =
            List.of(EVENTUAL, Consistency.boundedStaleness(Duration.ofSeconds(10)), Consistency.session());
    private static final List<Consistency> ALL =
            List.of(LEVELS.get(0), LEVELS.get(1), LEVELS.get(2), Consistency.strong());
    private static final Target STRANGER = Target.replica("stranger");

    private static PostgresCluster others;

    private final PostgresCluster cluster = Blog.postgres();
    private final PostgresNode berlin = cluster.replica("berlin");
    private final PostgresNode alien = others.replica("alien");
    private final PostgresNode paris = cluster.replica("paris");
    private final List<NodeEvent> told = new CopyOnWriteArrayList<>();
    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    private final class Listening implements FacadeListener {

        @Override
        public void onOperation(OperationEvent event) {
            events.add(event);
        }

        @Override
        public void onNode(NodeEvent event) {
            told.add(event);
        }
    }

    @BeforeAll
    static void startAnotherCluster() {
        others = Blog.postgres("alien");
        try (FacadeRepository repo = Blog.on(others.master()).build()) {
            repo.insert(new Post("theirs"));
        }
        others.awaitCaughtUp();
    }

    @AfterAll
    static void stop() {
        others.close();
    }

    @BeforeEach
    void empty() {
        try (FacadeRepository repo = Blog.onPostgres().build()) {
            repo.deleteAll(Comment.class);
            repo.deleteAll(Post.class);
            repo.insert(new Post("ours"));
        }
        cluster.awaitCaughtUp();
    }

    @AfterEach
    void close() throws Exception {
        Collections.reverse(opened);
        for (AutoCloseable one : opened) {
            one.close();
        }
        try (FacadeRepository repo = Blog.onPostgres().build()) {
            repo.deleteAll(Post.class);
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.add(resource);
        return resource;
    }

    private FacadeRepository open(HibernateFacade facade) {
        return opened(facade.listener(new Listening()).build());
    }

    /** Nobody has sampled anything when it begins. */
    private static void assertReadsOurs(FacadeRepository repo, int times) {
        for (int i = 0; i < times; i++) {
            for (Consistency level : ALL) {
                repo.inSession(CausalSession.begin(), () -> {
                    assertThat(repo.all(Post.class, level))
                            .as("%s", level)
                            .extracting(post -> post.title)
                            .containsExactly("ours");
                    return true;
                });
            }
        }
    }

    private Set<String> nodes() {
        return events.stream()
                .map(OperationEvent::route)
                .filter(Objects::nonNull)
                .map(Route::node)
                .collect(Collectors.toSet());
    }

    private static NodeState state(FacadeRepository repo) {
        return repo.cluster().nodes().stream()
                .filter(node -> node.name().equals("stranger"))
                .findFirst()
                .orElseThrow();
    }

    private void assertIsOut(FacadeRepository repo, String why) {
        await().untilAsserted(() -> assertThat(state(repo).reason()).contains(why));
        assertThat(repo.explain(Post.class, EVENTUAL).toString())
                .contains("stranger is no candidate: ")
                .contains(why);
        await().untilAsserted(() -> assertThat(told)
                .anyMatch(event -> event.node().equals("stranger")
                        && event.change() == Change.EJECTED
                        && event.why().contains(why)));
        for (Consistency level : LEVELS) {
            assertThatExceptionOfType(NoReplicaAvailableException.class)
                    .isThrownBy(() -> repo.all(Post.class, STRANGER, level))
                    .withMessageContaining(why);
        }
    }

    @Test
    void t58AStandbyOfAnotherClusterServesNoRead() {
        for (int i = 0; i < 5; i++) { // the first reads of each
            FacadeRepository fresh = open(Blog.onPostgres().replica("stranger", alien.url()));
            assertReadsOurs(fresh, 1);
        }
        told.clear();
        FacadeRepository repo = open(Blog.on(cluster.master(), List.of(berlin)).replica("stranger", alien.url()));
        assertReadsOurs(repo, 20);
        assertIsOut(repo, "is of another cluster");
        assertReadsOurs(repo, 20);
        assertThat(nodes()).contains("berlin").doesNotContain("stranger");
    }

    @Test
    void t58AServerThatFollowsNobodyServesNoRead() {
        FacadeRepository repo =
                open(Blog.onPostgres().replica("stranger", others.master().url()));
        assertReadsOurs(repo, 10);
        assertIsOut(repo, "is of another cluster");
    }

    @Test
    void t58TheMasterUnderASecondNameIsNoReplica() {
        FacadeRepository repo = open(Blog.on(cluster.master(), List.of(berlin))
                .replica("stranger", cluster.master().url()));
        assertReadsOurs(repo, 10);
        assertIsOut(repo, "is the master itself");
        repo.insert(new Post("written"));
    }

    @Test
    void t58AnEndpointThatLeadsToAnotherClusterIsNotRead() {
        FacadeRepository repo = open(Blog.onPostgres().endpoint("stranger", alien.url()));
        assertReadsOurs(repo, 20);
    }

    @Test
    void t58AStrangerThatIsAddedWhileItRunsIsNotReadEither() {
        FacadeRepository repo = open(Blog.on(cluster.master(), List.of(berlin)));
        assertReadsOurs(repo, 1);
        repo.cluster().add("stranger", cluster.master().url(), Weight.of(1));
        assertReadsOurs(repo, 10);
        assertIsOut(repo, "is the master itself");
    }

    @Test
    void t58AStrangerIsTakenBackWhenItsAddressLeadsToAReplica() {
        Relay address = opened(Relay.to("127.0.0.1", alien.link().port()));
        String url = alien.url().replace(":" + alien.link().port() + "/", ":" + address.port() + "/");
        FacadeRepository repo = open(Blog.onPostgres().replica("stranger", url));
        assertReadsOurs(repo, 5);
        address.retarget(berlin.link().port());
        address.cut();
        address.heal();
        await().untilAsserted(() -> {
            assertReadsOurs(repo, 1);
            assertThat(state(repo).reason()).isEmpty();
            assertThat(nodes()).contains("stranger");
        });
    }

    @Test
    void t58AReplicaIsReadWhileTheMasterCannotBeAsked() {
        PostgresNode master = cluster.master();
        String nowhere = master.url().replace(":" + master.link().port() + "/", ":1/");
        FacadeRepository repo = open(HibernateFacade.builder()
                .master(nowhere)
                .credentials(master.user(), master.password())
                .entities(Blog.ENTITIES)
                .replica("berlin", berlin.url())
                .replica("paris", paris.url())
                .replica("stranger", alien.url()));
        for (int i = 0; i < 20; i++) {
            assertThat(repo.all(Post.class, EVENTUAL))
                    .extracting(post -> post.title)
                    .containsExactly("ours");
        }
        assertIsOut(repo, "is of another cluster than most");
    }

    /** A log may have no reader. */
    @Test
    void t75TheListenerHearsOfAStrangerAndEveryViewShowsIt() {
        FacadeRepository repo = open(Blog.on(cluster.master(), List.of(berlin)).replica("stranger", alien.url()));
        repo.count(Post.class);
        assertIsOut(repo, "is of another cluster");
        assertThat(told)
                .filteredOn(event -> event.node().equals("stranger"))
                .extracting(NodeEvent::change)
                .containsOnlyOnce(Change.EJECTED)
                .doesNotContain(Change.RETURNED);
        assertThat(repo.cluster().nodes())
                .filteredOn(node -> node.reason().isEmpty())
                .extracting(NodeState::name)
                .containsExactly("master", "berlin");
    }

    /** Factories of a caller's own, which give their connection back after each statement, so that none can be asked. */
    @Test
    void t58FactoriesOfACallersOwnAreComparedTooWhereSamplesAreTaken() {
        PostgresNode master = cluster.master();
        FacadeRepository repo = opened(FacadeRepository.builder()
                .master(factory(master))
                .replica("stranger", factory(alien))
                .replication(
                        ReplicationProbe.postgres(),
                        Map.of("master", connections(master), "stranger", connections(alien)))
                .listener(new Listening())
                .build());
        assertReadsOurs(repo, 5);
        assertIsOut(repo, "is of another cluster");
    }

    private EntityManagerFactory factory(PostgresNode node) {
        HibernatePersistenceConfiguration configuration = new HibernatePersistenceConfiguration("own-" + node.name())
                .jdbcUrl(node.url())
                .jdbcUsername(node.user())
                .jdbcPassword(node.password());
        List.of(Blog.ENTITIES).forEach(configuration::managedClass);
        configuration.property("hibernate.jpa.static_metamodel.population", "disabled");
        return opened(configuration.createEntityManagerFactory());
    }

    private static DataSource connections(PostgresNode node) {
        Properties login = new Properties();
        login.setProperty("user", node.user());
        login.setProperty("password", node.password());
        return new SingleConnections(node.url(), login);
    }
}
