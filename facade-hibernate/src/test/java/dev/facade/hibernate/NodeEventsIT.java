package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facade.FacadeRepository;
import dev.facade.cluster.Weight;
import dev.facade.consistency.Consistency;
import dev.facade.event.FacadeListener;
import dev.facade.event.NodeEvent;
import dev.facade.event.NodeEvent.Change;
import dev.facade.event.OperationEvent;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of nodes is told to the listener. */
class NodeEventsIT {

    private final PostgresCluster cluster = Blog.postgres("rome", "oslo");
    private final PostgresNode master = cluster.master();
    private final PostgresNode rome = cluster.replica("rome");
    private final PostgresNode oslo = cluster.replica("oslo");
    private final List<NodeEvent> told = new CopyOnWriteArrayList<>();
    private final FacadeRepository repo = Blog.on(master, cluster.replicas())
            .consistency(Consistency.eventual())
            .listener(new Teller())
            .build();

    /** Notes everything, and fails each time, which must harm nobody. */
    private final class Teller implements FacadeListener {

        @Override
        public void onOperation(OperationEvent event) {}

        @Override
        public void onNode(NodeEvent event) {
            told.add(event);
            throw new IllegalStateException("a listener that fails");
        }
    }

    @AfterEach
    void close() {
        repo.close();
        cluster.close();
    }

    private void awaitChange(PostgresNode node, Change change) {
        await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> {
                    repo.count(Post.class);
                    assertThat(told).anyMatch(event -> event.node().equals(node.name()) && event.change() == change);
                });
    }

    @Test
    void aReplicaThatDiesAndReturns() {
        rome.kill();
        awaitChange(rome, Change.EJECTED);
        assertThat(ofRome()).hasSize(1).allMatch(event -> !event.why().isBlank());
        rome.start();
        awaitChange(rome, Change.RETURNED);
        assertThat(ofRome()).extracting(NodeEvent::change).startsWith(Change.EJECTED, Change.RETURNED);
    }

    /** A busy machine may keep another node from its first connections for a while. */
    private List<NodeEvent> ofRome() {
        return told.stream().filter(event -> event.node().equals("rome")).toList();
    }

    @Test
    void whatIsDoneByHand() {
        repo.cluster().ban("oslo");
        repo.cluster().unban("oslo");
        repo.cluster().add("madrid", oslo.url(), Weight.of(1));
        repo.cluster().remove("madrid", Duration.ofSeconds(5));
        assertThat(told)
                .containsExactly(
                        new NodeEvent("oslo", Change.EJECTED, "banned"),
                        new NodeEvent("oslo", Change.RETURNED, "fit to serve"),
                        new NodeEvent("madrid", Change.ADDED, "by hand"),
                        new NodeEvent("madrid", Change.REMOVED, "by hand"));
    }

    @Test
    void aPromotionThatLeavesTheOldMasterAliveAtFirst() {
        repo.insert(new Post("before")); // from now on it is watched who the master is
        rome.promote();
        awaitChange(rome, Change.RIVAL);
        awaitChange(master, Change.RIVAL);
        master.stop();
        awaitChange(rome, Change.PROMOTED);
        await().untilAsserted(() -> assertThat(told).anyMatch(event -> event.change() == Change.UNRIVALLED));
        assertThat(changesOf(rome)).contains(Change.RIVAL, Change.PROMOTED);
        master.follow(rome);
        awaitChange(master, Change.ADDED);
    }

    /** Whoever is told of a rival, by its name, is told of the end of that. */
    @Test
    void eachRivalIsNoneAnyMoreInTheEnd() {
        repo.insert(new Post("before"));
        rome.promote();
        awaitChange(rome, Change.RIVAL);
        master.stop();
        awaitChange(rome, Change.PROMOTED);
        await().untilAsserted(() -> assertThat(told)
                .filteredOn(event -> event.change() == Change.UNRIVALLED)
                .extracting(NodeEvent::node)
                .containsExactlyInAnyOrder("master", "rome"));
    }

    private Set<Change> changesOf(PostgresNode node) {
        return told.stream()
                .filter(event -> event.node().equals(node.name()))
                .map(NodeEvent::change)
                .collect(Collectors.toSet());
    }
}
