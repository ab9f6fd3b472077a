package dev.facade.engine.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.facade.Unspeakable;
import dev.facade.cluster.Cluster;
import dev.facade.cluster.Master;
import dev.facade.cluster.Replica;
import dev.facade.engine.health.Health;
import dev.facade.engine.journey.MasterUse;
import dev.facade.engine.journey.Router;
import dev.facade.engine.position.Monitor;
import dev.facade.event.FacadeListener;
import dev.facade.event.NodeEvent;
import dev.facade.event.NodeEvent.Change;
import dev.facade.event.OperationEvent;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.time.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What the listener hears of who takes reads. */
class NodeReportsTest {

    private final Replica a = Replica.of("a");
    private final Replica b = Replica.of("b");
    private final ManualTicker ticker = ManualTicker.aboutToOverflow();
    private final Router router = Router.of(
            new Cluster(Master.of("master"), List.of(a, b)), ReadAlgorithm.roundRobin(), MasterUse.FALLBACK, ticker);
    private final Health health = router.health();
    private final List<NodeEvent> told = Collections.synchronizedList(new ArrayList<>());

    private void tellTo(Consumer<NodeEvent> hearer) {
        FacadeListener listener = new FacadeListener() {
            @Override
            public void onOperation(OperationEvent event) {}

            @Override
            public void onNode(NodeEvent event) {
                hearer.accept(event);
            }
        };
        health.watchedBy(new NodeReports(listener, router, Monitor.assuming(Duration.ofSeconds(1), ticker))::look);
    }

    /** What it could not be told is lost, and no more than that. */
    @Test
    void t82AListenerThatMeetsAnErrorIsToldTheNextTime() {
        AtomicBoolean inTrouble = new AtomicBoolean(true);
        tellTo(event -> {
            if (inTrouble.get()) {
                throw new Unspeakable();
            }
            told.add(event);
        });
        try {
            health.unreachable(a, false, "gone");
        } catch (Unspeakable leaked) {
            fail("whoever noticed it is told of the listener's error");
        }
        inTrouble.set(false);
        health.ban(b);
        assertThat(told).extracting(NodeEvent::node).containsExactly("b");
    }

    @Test
    void eachChangeIsToldOnce() {
        tellTo(told::add);
        health.unreachable(a, false, "gone");
        health.unreachable(a, false, "gone again");
        health.served(a, 0);
        health.served(a, 0);
        health.ban(b);
        health.unreachable(b, false, "gone");
        health.unban(b);
        health.served(b, 0);
        assertThat(told.get(0).why()).matches("gone \\(tried again in \\d+ ms\\)");
        assertThat(told)
                .containsExactly(
                        new NodeEvent("a", Change.EJECTED, told.get(0).why()),
                        new NodeEvent("a", Change.RETURNED, "fit to serve"),
                        new NodeEvent("b", Change.EJECTED, "banned"),
                        new NodeEvent("b", Change.RETURNED, "fit to serve"));
    }

    /** Else whoever counts by what it hears takes a replica for lost that serves. */
    @Test
    void whoTakesReadsInPlaceOfAnotherIsToldOfToo() {
        Set<String> in = new HashSet<>(Set.of("a", "b"));
        tellTo(event -> {
            told.add(event);
            assertThat(event.change() == Change.RETURNED ? in.add(event.node()) : in.remove(event.node()))
                    .isTrue();
        });
        health.lagLimit(Duration.ofSeconds(10));
        health.lag(a, seconds(20));
        assertThat(in).containsExactly("b");
        health.lag(b, seconds(30));
        assertThat(in).as("a lags less").containsExactly("a");
        health.minServing(2);
        assertThat(in).containsExactlyInAnyOrder("a", "b");
        health.minServing(0);
        assertThat(in).isEmpty();
        health.lagLimit(null);
        assertThat(in).containsExactlyInAnyOrder("a", "b");
        assertThat(told).hasSize(8);
    }

    private static OptionalLong seconds(long lag) {
        return OptionalLong.of(Duration.ofSeconds(lag).toNanos());
    }

    /** Whoever hears of it may take a while, and the replica answers others meanwhile. */
    @Test
    void whatIsToldLastIsWhatIsSo() {
        tellTo(event -> {
            if (told.isEmpty()) {
                CompletableFuture.runAsync(() -> health.served(a, 0)).join();
            }
            told.add(event);
        });
        health.unreachable(a, false, "gone");
        assertThat(health.candidates()).contains(a);
        assertThat(told).extracting(NodeEvent::change).containsExactly(Change.EJECTED, Change.RETURNED);
    }
}
