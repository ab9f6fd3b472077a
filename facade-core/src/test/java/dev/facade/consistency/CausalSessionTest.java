package dev.facade.consistency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facade.cluster.Master;
import dev.facade.cluster.Node;
import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import java.sql.SQLException;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a session needs, by samples that the test makes and a ticker that it moves. */
class CausalSessionTest {

    private final AtomicLong now = new AtomicLong(1_000);
    private final Master master = Master.of("master");
    private final Replica one = Replica.of("one");
    private final Replica two = Replica.of("two");
    private final Map<Node, AtomicReference<@Nullable Sample>> told = new IdentityHashMap<>();
    private final Monitor monitor = monitor();
    private final CausalSession session = CausalSession.begin();

    private Monitor monitor() {
        Map<Node, SampleSource> sources = new IdentityHashMap<>();
        for (Node node : new Node[] {master, one, two}) {
            AtomicReference<@Nullable Sample> next = new AtomicReference<>();
            told.put(node, next);
            sources.put(node, () -> {
                Sample sample = next.get();
                if (sample == null) {
                    throw new SQLException("silent");
                }
                return sample;
            });
        }
        return Monitor.of(sources, now::get);
    }

    @AfterEach
    void close() {
        monitor.close();
    }

    private static Position at(long lsn) {
        return Position.ofPostgres(7, 1, lsn);
    }

    /** A node's next sample, begun now; waits until the monitor has heard it. */
    private void tell(Node node, Position position, String server) {
        long begun = now.incrementAndGet();
        Role role = node == master ? Role.MASTER : Role.REPLICA;
        Sample sample = new Sample(role, position, server, begun, begun);
        told.get(node).set(sample);
        monitor.want();
        await().pollInterval(Duration.ofMillis(5))
                .until(() -> sample.equals(node == master ? monitor.lastOfMaster() : monitor.last((Replica) node)));
    }

    private void tell(Node node, long lsn) {
        tell(node, at(lsn), "run 1");
    }

    private boolean isMetBy(Replica replica) {
        return session.freshness(monitor).isMetBy(replica);
    }

    @Test
    void aNewSessionNeedsNothing() {
        assertThat(session.freshness(monitor)).isSameAs(Freshness.any());
    }

    @Test
    void t39OnlyASampleThatWasBegunAfterTheCommitTellsItsPosition() {
        tell(master, 100);
        tell(one, 100);
        session.sawMaster(now.incrementAndGet());
        assertThat(isMetBy(one)).isFalse();
        tell(master, 120);
        assertThat(isMetBy(one)).isFalse();
        tell(one, 119);
        assertThat(isMetBy(one)).isFalse();
        tell(one, 120);
        assertThat(isMetBy(one)).isTrue();
    }

    @Test
    void t24EachReplicaSpeaksForItself() {
        session.sawMaster(now.incrementAndGet());
        tell(master, 120);
        tell(one, 130);
        tell(two, 110);
        assertThat(isMetBy(one)).isTrue();
        assertThat(isMetBy(two)).isFalse();
    }

    @Test
    void t22AReplicaThatIsSilentIsNotFresh() {
        session.sawMaster(now.incrementAndGet());
        tell(master, 1);
        assertThat(isMetBy(one)).isFalse();
    }

    @Test
    void aSessionStaysOnItsReplicaUntilAnotherIsKnownToBeAsFar() {
        tell(one, 100);
        tell(two, 100);
        session.sawReplica(one, "run 1", now.incrementAndGet());
        assertThat(isMetBy(one)).isTrue();
        assertThat(isMetBy(two)).isFalse();
        tell(one, 110);
        assertThat(isMetBy(two)).isFalse();
        tell(two, 110);
        assertThat(isMetBy(two)).isTrue();
    }

    @Test
    void whatTwoThreadsHaveReadAtOnceIsOnTheMasterOnly() {
        session.sawReplica(one, "run 1", now.incrementAndGet());
        session.sawReplica(two, "run 1", now.incrementAndGet());
        assertThat(isMetBy(one)).isFalse();
        assertThat(isMetBy(two)).isFalse();
        tell(master, 150);
        tell(two, 150);
        assertThat(isMetBy(two)).isTrue();
        assertThat(isMetBy(one)).isFalse();
    }

    @Test
    void whatTheMasterHasIsEnoughToLeaveAReplica() {
        session.sawReplica(one, "run 1", now.incrementAndGet());
        tell(master, 150);
        tell(two, 150);
        assertThat(isMetBy(two)).isTrue();
    }

    @Test
    void t27FromTheMasterASessionReturnsToReplicasThatAreAsFar() {
        tell(one, 100);
        session.sawReplica(one, "run 1", now.incrementAndGet());
        session.sawMaster(now.incrementAndGet());
        assertThat(isMetBy(one)).isFalse();
        tell(master, 200);
        tell(one, 200);
        assertThat(isMetBy(one)).isTrue();
    }

    @Test
    void t37ASampleVouchesOnlyForConnectionsThatWereOpenedBefore() {
        session.sawMaster(now.incrementAndGet());
        tell(master, 120);
        long before = now.incrementAndGet();
        tell(one, 120);
        long after = now.incrementAndGet();
        Freshness freshness = session.freshness(monitor);
        assertThat(freshness.vouchesFor(one, before)).isTrue();
        assertThat(freshness.vouchesFor(one, after)).isFalse();
        assertThat(freshness.isMetBy(one, new Sample(Role.REPLICA, at(110), "run 2", after, after)))
                .isFalse();
        assertThat(freshness.isMetBy(one, new Sample(Role.REPLICA, at(120), "run 2", after, after)))
                .isTrue();
    }

    @Test
    void t37AReplicaThatWasStartedAgainIsAnotherOne() {
        long opened = now.incrementAndGet();
        session.sawReplica(one, "run 1", now.incrementAndGet());
        long reopened = now.incrementAndGet();
        Freshness freshness = session.freshness(monitor);
        assertThat(freshness.vouchesFor(one, opened)).isTrue();
        assertThat(freshness.vouchesFor(one, reopened)).isFalse();
        assertThat(freshness.isMetBy(one, new Sample(Role.REPLICA, at(900), "run 2", reopened, reopened)))
                .isFalse();
        tell(one, at(900), "run 2");
        assertThat(isMetBy(two)).isFalse();
    }

    @Test
    void t32AfterAFailoverTheNewMastersHistoryCounts() {
        session.sawMaster(now.incrementAndGet());
        tell(master, 500);
        assertThat(isMetBy(one)).isFalse();
        tell(master, Position.ofPostgres(7, 2, 480), "run 1");
        tell(one, Position.ofPostgres(7, 2, 480), "run 1");
        assertThat(isMetBy(one)).isTrue();
        tell(two, at(900), "run 1");
        assertThat(isMetBy(two)).isFalse();
    }

    @Test
    void t33AForeignPositionAsksForNoMoreThanTheMasterHas() {
        for (Position strange : new Position[] {at(-1), Position.ofPostgres(8, 1, 5)}) {
            CausalSession handed = CausalSession.after(strange, now.incrementAndGet());
            assertThat(handed.freshness(monitor).isMetBy(one)).isFalse();
            tell(master, 100);
            tell(one, 100);
            assertThat(handed.freshness(monitor).isMetBy(one)).isTrue();
        }
    }
}
