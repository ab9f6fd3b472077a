package dev.facade.consistency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facade.cluster.Master;
import dev.facade.cluster.Node;
import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.cluster.Weight;
import dev.facade.engine.position.Freshness;
import dev.facade.engine.position.Monitor;
import dev.facade.engine.position.SampleSource;
import dev.facade.event.Role;
import dev.facade.spi.Tables;
import java.sql.SQLException;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
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
    private final TrackedSession session = new TrackedSession();

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
        awaitSampled(() -> sample.equals(node == master ? monitor.lastOfMaster() : monitor.last((Replica) node)));
    }

    /** By samples that are taken at once: the monitor's own pace is in real time, which the ticker does not move. */
    private void awaitSampled(Callable<Boolean> seen) {
        monitor.hurry();
        await().pollInterval(Duration.ofMillis(1)).until(seen);
    }

    private void tell(Node node, long lsn) {
        tell(node, at(lsn), "run 1");
    }

    private boolean isMetBy(Replica replica) {
        return freshness(session).isMetBy(replica);
    }

    private static TrackedSession after(Position position, long nanos) {
        TrackedSession session = new TrackedSession();
        session.mustSee(position, nanos);
        return session;
    }

    private Freshness freshness(TrackedSession of) {
        Freshness whole = of.freshness(monitor);
        return whole == null ? of.freshness(monitor, Tables.unknown()) : whole;
    }

    @Test
    void aNewSessionNeedsNothing() {
        assertThat(session.freshness(monitor)).isSameAs(Freshness.any());
    }

    @Test
    void t39OnlyASampleThatWasBegunAfterTheCommitTellsItsPosition() {
        tell(master, 100);
        tell(one, 100);
        session.sawMaster(Tables.unknown(), now.incrementAndGet());
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
        session.sawMaster(Tables.unknown(), now.incrementAndGet());
        tell(master, 120);
        tell(one, 130);
        tell(two, 110);
        assertThat(isMetBy(one)).isTrue();
        assertThat(isMetBy(two)).isFalse();
    }

    @Test
    void t22AReplicaThatIsSilentIsNotFresh() {
        session.sawMaster(Tables.unknown(), now.incrementAndGet());
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
    void whoseReplicaIsLostNeedsWhatTheMasterHad() {
        tell(one, 100);
        session.sawReplica(one, "run 1", now.incrementAndGet());
        tell(master, 150);
        tell(two, 150);
        assertThat(isMetBy(two)).isFalse();
        told.get(one).set(null);
        awaitSampled(() -> monitor.isLost(one));
        assertThat(isMetBy(two)).isTrue();
        tell(two, 149);
        assertThat(isMetBy(two)).isFalse();
    }

    private boolean isMetBy(Replica replica, String table) {
        return session.freshness(monitor, Tables.of(List.of(table))).isMetBy(replica);
    }

    private void wrote(String... tables) {
        session.wrote(Tables.of(List.of(tables)), now.incrementAndGet());
    }

    @Test
    void t25AWriteConcernsReadersOfItsTableOnly() {
        tell(master, 100);
        tell(one, 100);
        wrote("audit");
        tell(master, 200);
        assertThat(session.freshness(monitor)).isNull();
        assertThat(isMetBy(one, "audit")).isFalse();
        assertThat(isMetBy(one, "post")).isTrue();
        assertThat(freshness(session).isMetBy(one)).isFalse();
        wrote("post");
        tell(master, 300);
        tell(one, 250);
        assertThat(isMetBy(one, "audit")).isTrue();
        assertThat(isMetBy(one, "post")).isFalse();
        assertThat(session.freshness(monitor, Tables.of(List.of("audit", "post")))
                        .isMetBy(one))
                .isFalse();
    }

    @Test
    void whatWasReadOnTheMasterStaysReadByItsTable() {
        tell(master, 100);
        tell(one, 100);
        session.sawMaster(Tables.of(List.of("post")), now.incrementAndGet());
        tell(master, 200);
        assertThat(isMetBy(one, "post")).isFalse();
        assertThat(isMetBy(one, "audit")).isTrue();
    }

    @Test
    void whatIsEverywhereIsForgottenByTableAndKeptInAll() {
        wrote("audit");
        tell(master, 100);
        tell(one, 120);
        tell(two, 130);
        Freshness freshness = session.freshness(monitor);
        assertThat(freshness).isNotNull();
        assertThat(session.freshness(monitor)).isSameAs(freshness);
        assertThat(session.position()).contains(at(100));
        tell(one, at(90), "run 2");
        assertThat(freshness.isMetBy(one)).isFalse();
        assertThat(freshness.isMetBy(two)).isTrue();
    }

    @Test
    void aTokenKnowsOfEveryTable() {
        wrote("audit");
        tell(master, 100);
        wrote("post");
        assertThat(session.isResolved(monitor)).isFalse();
        tell(master, 200);
        assertThat(session.isResolved(monitor)).isTrue();
        assertThat(session.position()).contains(at(200));
    }

    @Test
    void aSessionThatWritesManyTablesNeedsThemAll() {
        for (int i = 0; i < 100; i++) {
            wrote("table" + i);
        }
        tell(master, 100);
        tell(one, 90);
        assertThat(isMetBy(one, "table0")).isFalse();
        assertThat(isMetBy(one, "other")).isFalse();
    }

    @Test
    void onlyAReaderWhoReadsTheMasterAgainAndAgainWaitsAndRarely() {
        Duration lag = Duration.ofMillis(40);
        Tables post = Tables.of(List.of("post"));
        session.sawMaster(post, now.get());
        int waits = 0;
        for (int i = 0; i < 200; i++) { // twenty seconds, a read each 100 ms
            now.addAndGet(Duration.ofMillis(100).toNanos());
            tell(master, 1_000 + i);
            tell(one, 1_000 + i);
            now.addAndGet(lag.toNanos());
            long patience = session.freshness(monitor, post).patience();
            assertThat(Duration.ofNanos(patience)).isLessThanOrEqualTo(Duration.ofMillis(250));
            waits += patience > 0 ? 1 : 0;
            session.sawMaster(post, now.get());
        }
        assertThat(waits).isBetween(1, 8);
        assertThat(session.freshness(monitor, Tables.of(List.of("audit"))).patience())
                .isZero();
    }

    @Test
    void t27FromTheMasterASessionReturnsToReplicasThatAreAsFar() {
        tell(one, 100);
        session.sawReplica(one, "run 1", now.incrementAndGet());
        session.sawMaster(Tables.unknown(), now.incrementAndGet());
        assertThat(isMetBy(one)).isFalse();
        tell(master, 200);
        tell(one, 200);
        assertThat(isMetBy(one)).isTrue();
    }

    @Test
    void t37ASampleVouchesOnlyForConnectionsThatWereOpenedBefore() {
        session.sawMaster(Tables.unknown(), now.incrementAndGet());
        tell(master, 120);
        long before = now.incrementAndGet();
        tell(one, 120);
        long after = now.incrementAndGet();
        Freshness freshness = freshness(session);
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
        Freshness freshness = freshness(session);
        assertThat(freshness.vouchesFor(one, opened)).isTrue();
        assertThat(freshness.vouchesFor(one, reopened)).isFalse();
        assertThat(freshness.isMetBy(one, new Sample(Role.REPLICA, at(900), "run 2", reopened, reopened)))
                .isFalse();
        tell(one, at(900), "run 2");
        assertThat(isMetBy(two)).isFalse();
    }

    /** What it was asked vouches for what comes after, so that a connection is asked once and not for a second. */
    @Test
    void aConnectionThatWasAskedIsKnownToTheNextRead() {
        tell(one, 100);
        session.sawReplica(one, "run 1", now.incrementAndGet());
        long opened = now.incrementAndGet();
        Freshness first = freshness(session);
        assertThat(first.vouchesFor(one, opened)).isFalse();
        long asked = now.incrementAndGet();
        assertThat(first.isMetBy(one, new Sample(Role.REPLICA, at(100), "run 1", asked, asked)))
                .isTrue();
        session.sawReplica(one, "run 1", now.incrementAndGet());
        assertThat(freshness(session).vouchesFor(one, opened)).isTrue();
    }

    @Test
    void t32AfterAFailoverTheNewMastersHistoryCounts() {
        session.sawMaster(Tables.unknown(), now.incrementAndGet());
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
            TrackedSession handed = after(strange, now.incrementAndGet());
            assertThat(freshness(handed).isMetBy(one)).isFalse();
            tell(master, 100);
            tell(one, 100);
            assertThat(freshness(handed).isMetBy(one)).isTrue();
        }
    }

    @Test
    void anEndpointIsAskedItselfOnceTheNeedIsKnown() {
        Replica reader = Replica.endpoint("reader", Weight.of(1));
        tell(master, 100);
        session.wrote(Tables.unknown(), now.incrementAndGet());
        assertThat(Objects.requireNonNull(session.freshness(monitor)).isMetBy(reader))
                .as("where it has written is not known")
                .isFalse();
        tell(master, 120);
        Freshness freshness = Objects.requireNonNull(session.freshness(monitor));
        assertThat(freshness.isMetBy(reader)).isTrue();
        long begun = now.incrementAndGet();
        assertThat(freshness.isMetBy(reader, new Sample(Role.REPLICA, at(119), "run", begun, begun)))
                .isFalse();
        assertThat(freshness.isMetBy(reader, new Sample(Role.REPLICA, at(120), "run", begun, begun)))
                .isTrue();
        assertThat(Freshness.within(monitor, Duration.ofSeconds(1)).isMetBy(reader))
                .isTrue();
    }

    @Test
    void whatASnapshotHasShownAtMostMustBeThereLater() {
        tell(master, 100);
        tell(one, 100);
        session.saw(at(110), now.incrementAndGet());
        assertThat(Objects.requireNonNull(session.freshness(monitor)).isMetBy(one))
                .isFalse();
        tell(one, 110);
        assertThat(Objects.requireNonNull(session.freshness(monitor)).isMetBy(one))
                .isTrue();
    }

    @Test
    void aTokenThatIsBeingJudgedDoesNotHideWhatWasSeenSince() {
        TrackedSession carried = after(at(50), now.get());
        tell(master, 100); // begun after the token came, and before what is seen
        carried.saw(at(110), now.incrementAndGet());
        carried.learn(monitor);
        assertThat(carried.position()).contains(at(110));
    }

    @Test
    void theMasterIsKnownByItsRun() {
        assertThat(monitor.isMaster("run")).isFalse();
        tell(master, at(100), "run");
        tell(one, at(100), "another");
        assertThat(monitor.isMaster("run")).isTrue();
        assertThat(monitor.isMaster("another")).isFalse();
    }

    /** As one that is carried out of {@code using} into a thread where that does not hold. */
    @Test
    void aWriteIsStillAskedForWhenTheSessionHasReadAnotherClusterMeanwhile() {
        tell(master, 10);
        tell(one, 10);
        session.wrote(Tables.unknown(), now.incrementAndGet());
        long later = now.incrementAndGet();
        session.learn(new Sample(Role.MASTER, Position.ofPostgres(8, 1, 5), "of another cluster", later, later));
        Freshness need = Objects.requireNonNull(session.freshness(monitor));
        assertThat(need.isMetBy(one)).as("no sample since the write").isFalse();
        tell(master, 20);
        assertThat(Objects.requireNonNull(session.freshness(monitor)).isMetBy(one))
                .isFalse();
        tell(one, 20);
        assertThat(Objects.requireNonNull(session.freshness(monitor)).isMetBy(one))
                .isTrue();
    }

    @Test
    void tablesThatAreNeededAlreadyDoNotMakeTheSessionNeedThemAll() {
        tell(master, 100);
        tell(one, 100);
        Tables many = Tables.of(IntStream.range(0, 40).mapToObj(i -> "t" + i).toList());
        session.wrote(many, now.incrementAndGet());
        session.wrote(many, now.incrementAndGet());
        assertThat(session.freshness(monitor, Tables.of(List.of("other"))).isMetBy(one))
                .isTrue();
        assertThat(session.freshness(monitor, Tables.of(List.of("t7"))).isMetBy(one))
                .isFalse();
    }
}
