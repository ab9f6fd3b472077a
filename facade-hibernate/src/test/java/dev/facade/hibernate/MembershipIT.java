package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.cluster.Weight;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.Consistency;
import dev.facade.event.OperationEvent;
import dev.facade.option.Target;
import dev.facade.query.Query;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.metamodel.SingularAttribute;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replicas come and go while the facade runs. */
class MembershipIT {

    private static final Consistency EVENTUAL = Consistency.eventual();

    private final PostgresCluster cluster = Blog.postgres();
    private final PostgresNode berlin = cluster.replica("berlin");
    private final PostgresNode paris = cluster.replica("paris");
    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();
    private final FacadeRepository repo = Blog.on(cluster.master(), List.of(berlin))
            .algorithm(ReadAlgorithm.roundRobin())
            .listener(events::add)
            .build();

    @BeforeEach
    void empty() {
        repo.deleteAll(Comment.class);
        repo.deleteAll(Post.class);
        repo.insert(new Post("one"));
        repo.insert(new Post("two"));
        cluster.awaitCaughtUp();
    }

    @AfterEach
    void close() {
        repo.close();
    }

    /** The nodes of some reads. */
    private Set<String> readers() {
        Set<String> nodes = new TreeSet<>();
        for (int i = 0; i < 400; i++) { // a new one gets few of them at first
            repo.count(Post.class, EVENTUAL);
            nodes.add(Objects.requireNonNull(events.get(events.size() - 1).route())
                    .node());
        }
        return nodes;
    }

    @Test
    void t09AChangedListOfReplicasTakesEffectAtOnce() {
        assertThat(readers()).containsExactly("berlin");
        repo.cluster().add("paris", paris.url(), Weight.of(1));
        awaitConnected("paris");
        assertThat(repo.replicas()).containsExactly("berlin", "paris");
        assertThat(readers()).containsExactly("berlin", "paris");
        assertThat(repo.cluster().remove("berlin", Duration.ofSeconds(5))).isTrue();
        assertThat(repo.cluster().replicas()).containsExactly("paris");
        assertThat(readers()).containsExactly("paris");
        assertThat(repo.cluster().remove("paris", Duration.ZERO)).isTrue();
        assertThat(readers()).containsExactly("master");
        repo.cluster().add("berlin", berlin.url(), Weight.of(1));
        awaitConnected("berlin");
        assertThat(readers()).containsExactly("berlin");
    }

    /** Its first connection may take longer on a busy machine than a read waits for one. */
    private void awaitConnected(String name) {
        await().pollInSameThread()
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> repo.count(Post.class, Target.replica(name)) >= 0);
    }

    @Test
    void t15TheMetamodelAndQueriesWorkOnANodeThatWasAddedAtRunTime() {
        SingularAttribute<?, ?> masters = repo.withEntityManager(
                Target.master(), em -> em.getMetamodel().entity(Author.class).getSingularAttribute("name"));
        repo.cluster().add("paris", paris.url(), Weight.of(1));
        awaitConnected("paris");
        Target added = Target.replica("paris");
        assertThat(Author_.name).as("not the new node's, which was built last").isSameAs(masters);
        assertThat(repo.all(Query.from(Author.class).where(Author_.name, "nobody"), added))
                .isEmpty();
        assertThat(repo.all(Query.from(Post.class).where("title", "one"), added))
                .hasSize(1);
        repo.insert(new Post("three"));
        repo.inSession(CausalSession.begin(), () -> {
            await().pollInSameThread()
                    .untilAsserted(() -> assertThat(repo.all(Post.class, added)).hasSize(3));
            return true;
        });
        await().pollInSameThread().untilAsserted(() -> {
            repo.count(Post.class);
            assertThat(Objects.requireNonNull(events.get(events.size() - 1).route())
                            .node())
                    .as("it is sampled, so that sessions read it")
                    .isEqualTo("paris");
        });
    }

    @Test
    void whatIsOpenOnAReplicaThatIsRemovedWorksUntilItEnds() {
        int connections = berlin.link().connections();
        assertThat(connections).isPositive();
        try (Stream<Post> posts = repo.stream(Post.class, Target.replica("berlin"))) {
            Iterator<Post> rows = posts.iterator();
            rows.next();
            assertThat(repo.cluster().remove("berlin", Duration.ofMillis(20))).isFalse();
            assertThat(readers()).containsExactly("master");
            assertThat(rows.next().title).isIn("one", "two");
        }
        await().untilAsserted(() -> assertThat(berlin.link().connections()).isZero());
    }

    @Test
    void t47ReadsUnderLoadNoticeNothingOfReplicasThatComeAndGo() {
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<Long>> readers = Stream.generate(() -> CompletableFuture.supplyAsync(() -> {
                    long reads = 0;
                    while (!over.get()) {
                        assertThat(repo.count(Post.class, EVENTUAL)).isEqualTo(2);
                        reads++;
                    }
                    return reads;
                }))
                .limit(4)
                .toList();
        for (int i = 0; i < 2; i++) {
            repo.cluster().add("paris", paris.url(), Weight.of(1));
            assertThat(repo.cluster().remove("berlin", Duration.ofSeconds(5))).isTrue();
            repo.cluster().add("berlin", berlin.url(), Weight.of(1));
            assertThat(repo.cluster().remove("paris", Duration.ofSeconds(5))).isTrue();
        }
        over.set(true);
        assertThat(readers).allSatisfy(reads -> assertThat(reads.join()).isPositive());
        assertThat(events).allSatisfy(event -> assertThat(event.error()).isNull());
    }

    @Test
    void factoriesOfTheCallersAreAddedAndStayTheirs() {
        NodeRecipe recipe = new NodeRecipe("own", paris.url(), paris.user(), paris.password(), Weight.of(1), true);
        try (NodePool pool = recipe.pool(PoolSettings.forReplica());
                EntityManagerFactory own =
                        recipe.factory(pool, new NodeRecipe.Entities(List.of(Blog.ENTITIES), null), Map.of())) {
            repo.cluster().add("paris", own, Weight.of(1));
            assertThat(readers()).containsExactly("berlin", "paris");
            repo.cluster().remove("paris", Duration.ofSeconds(5));
            assertThat(own.isOpen()).isTrue();
            assertThatThrownBy(() -> FacadeRepository.builder()
                            .master(own)
                            .build()
                            .cluster()
                            .add("paris", paris.url(), Weight.of(1)))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageStartingWith("add: paris by its URL");
        }
    }

    @Test
    void refusesWhatIsThereAlreadyOrIsNot() {
        assertThatThrownBy(() -> repo.cluster().add("berlin", paris.url(), Weight.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("declared twice");
        assertThatThrownBy(() -> repo.cluster().add("master", paris.url(), Weight.of(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> repo.cluster().add("paris", "nonsense", Weight.of(1)))
                .hasMessageStartingWith("url: 'nonsense'");
        assertThatThrownBy(() -> repo.cluster().remove("master", Duration.ZERO))
                .hasMessage("name: master (expected: one of [berlin])");
        assertThatThrownBy(() -> repo.cluster().remove("rome", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(repo.replicas()).containsExactly("berlin");
    }

    @Test
    void refusesWhatCannotBeMeantBeforeAnythingIsChanged() {
        String url = paris.url();
        assertThatThrownBy(() -> repo.cluster().add("other", "jdbc:h2:mem:other", Weight.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("url: 'jdbc:h2:mem:other' (expected: of POSTGRESQL, as the master's)");
        assertThatThrownBy(() -> repo.cluster().remove("berlin", Duration.ofSeconds(-1)))
                .hasMessage("patience: PT-1S (expected: zero or more)");
        Map<String, ThrowingCallable> nulls = Map.of(
                "name", () -> repo.cluster().remove(null, Duration.ZERO),
                "patience", () -> repo.cluster().remove("berlin", null),
                "url", () -> repo.cluster().add("x", (String) null, Weight.of(1)),
                "weight", () -> repo.cluster().add("x", url, null),
                "samples", () -> repo.cluster().add("x", factory(), Weight.of(1), (DataSource) null));
        nulls.forEach((what, call) -> assertThatThrownBy(call)
                .isInstanceOf(NullPointerException.class)
                .hasMessage(what));
        assertThatThrownBy(() -> repo.cluster().ban(null)).hasMessage("name");
        assertThat(repo.replicas()).containsExactly("berlin");
        repo.cluster().lagLimit(ChronoUnit.FOREVER.getDuration());
        assertThat(readers()).containsExactly("berlin");
        assertThat(repo.cluster().remove("berlin", ChronoUnit.FOREVER.getDuration()))
                .isTrue();
        repo.cluster().add("berlin", berlin.url(), Weight.of(1));
        assertThat(readers()).containsExactly("berlin");
    }

    private EntityManagerFactory factory() {
        return repo.withEntityManager(Target.master(), EntityManager::getEntityManagerFactory);
    }

    @Test
    void whenItIsClosedNothingChanges() {
        repo.close();
        Map<String, ThrowingCallable> changes = Map.of(
                "add", () -> repo.cluster().add("paris", paris.url(), Weight.of(1)),
                "remove", () -> repo.cluster().remove("berlin", Duration.ZERO),
                "ban", () -> repo.cluster().ban("berlin"),
                "minServing", () -> repo.cluster().minServing(2));
        changes.forEach((what, change) -> assertThatThrownBy(change)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(what + ": the repository is closed (expected: open)"));
        assertThat(repo.replicas()).containsExactly("berlin");
    }

    @Test
    void inMasterOnlyModeMembersChangeAndReadsStayOnTheMaster() {
        try (FacadeRepository only = Blog.on(cluster.master(), List.of(berlin))
                .masterOnly()
                .listener(events::add)
                .build()) {
            only.cluster().add("master-reads", paris.url(), Weight.of(1));
            only.cluster().ban("berlin");
            assertThat(only.count(Post.class)).isEqualTo(2);
            assertThat(only.cluster().remove("master-reads", Duration.ZERO)).isTrue();
            assertThat(only.cluster().remove("berlin", Duration.ZERO)).isTrue();
            assertThat(only.count(Post.class)).isEqualTo(2);
            assertThat(Objects.requireNonNull(events.get(events.size() - 1).route())
                            .node())
                    .isEqualTo("master");
        }
    }

    @Test
    void whatIsAddedHasItsTags() {
        try (FacadeRepository near = Blog.on(cluster.master(), List.of(berlin))
                .algorithm(ReadAlgorithm.nearest("fr"))
                .listener(events::add)
                .build()) {
            near.cluster().add("paris", paris.url(), Weight.of(1), "fr", "eu");
            await().pollInSameThread().untilAsserted(() -> {
                for (int i = 0; i < 20; i++) {
                    near.count(Post.class, EVENTUAL);
                    assertThat(Objects.requireNonNull(
                                            events.get(events.size() - 1).route())
                                    .node())
                            .isEqualTo("paris");
                }
            });
        }
    }
}
