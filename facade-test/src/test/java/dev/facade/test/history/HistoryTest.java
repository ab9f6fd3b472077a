package dev.facade.test.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.event.Role;
import dev.facade.test.history.HistoryEvent.Read;
import dev.facade.test.history.HistoryEvent.Write;
import dev.facade.test.history.Verdict.Promise;
import dev.facade.test.history.Verdict.Violation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Histories made by hand: each broken promise is found, and nothing else. Moments are milliseconds here. */
class HistoryTest {

    private static final Duration WINDOW = Duration.ofMillis(250);

    private static Write write(int session, String register, long version, long begun) {
        return new Write(session, register, version, nanos(begun), nanos(begun + 2));
    }

    private static Read read(int session, String register, long version, Role role, long begun) {
        return new Read(session, register, version, role, null, nanos(begun), nanos(begun + 2));
    }

    private static Read replica(int session, String register, long version, long begun) {
        return read(session, register, version, Role.REPLICA, begun);
    }

    private static Read master(int session, String register, long version, long begun) {
        return read(session, register, version, Role.MASTER, begun);
    }

    private static Read within(long millis, String register, long version, long begun) {
        return new Read(1, register, version, Role.REPLICA, Duration.ofMillis(millis), nanos(begun), nanos(begun + 2));
    }

    private static long nanos(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    private static Verdict check(HistoryEvent... events) {
        return History.of(events).check(WINDOW);
    }

    private static void assertBroken(Promise promise, HistoryEvent event, long least, HistoryEvent... events) {
        Verdict verdict = check(events);
        assertThat(verdict.violations()).containsExactly(new Violation(promise, event, least));
        assertThat(verdict.shownEarly()).isZero();
    }

    private static void assertKept(HistoryEvent... events) {
        assertThat(check(events).violations()).isEmpty();
    }

    @Test
    void aReadWithoutItsSessionsWriteIsFound() {
        Read stale = replica(1, "a", 6, 20);
        assertBroken(Promise.READ_YOUR_WRITES, stale, 7, write(1, "a", 7, 10), stale);
        Read onMaster = master(1, "a", 6, 20);
        assertBroken(Promise.READ_YOUR_WRITES, onMaster, 7, write(1, "a", 7, 10), onMaster);
    }

    @Test
    void aWriteOfAnotherSessionOrToAnotherRegisterObligesNobody() {
        assertKept(write(2, "a", 7, 10), replica(1, "a", 6, 20));
        assertKept(write(1, "a", 7, 10), replica(1, "b", 6, 20), replica(1, "a", 7, 30), replica(1, "a", 9, 40));
    }

    @Test
    void aReadOlderThanOneBeforeIsFound() {
        Read stale = replica(1, "a", 4, 30);
        assertBroken(Promise.MONOTONIC_READS, stale, 5, replica(1, "a", 5, 10), replica(1, "b", 1, 20), stale);
    }

    @Test
    void everyReadIsHeldAgainstTheNewestBeforeNotTheLast() {
        Read first = replica(1, "a", 4, 20);
        Read second = replica(1, "a", 4, 30);
        assertThat(check(replica(1, "a", 5, 10), first, second).violations())
                .extracting(Violation::event)
                .containsExactly(first, second);
    }

    @Test
    void anotherSessionMayReadOlder() {
        assertKept(replica(1, "a", 5, 10), replica(2, "a", 4, 20), replica(1, "a", 5, 30), replica(2, "a", 4, 40));
    }

    @Test
    void aWriteBeforeOneOfItsSessionIsFound() {
        Write before = write(1, "a", 7, 20);
        assertBroken(Promise.MONOTONIC_WRITES, before, 8, write(1, "a", 7, 10), before);
        assertKept(write(1, "a", 7, 10), write(1, "a", 8, 20), write(2, "a", 7, 30));
    }

    @Test
    void aWriteBeforeWhatItsSessionHasReadIsFound() {
        Write before = write(1, "a", 5, 20);
        assertBroken(Promise.WRITES_FOLLOW_READS, before, 6, replica(1, "a", 5, 10), before);
        assertKept(replica(1, "a", 5, 10), write(1, "a", 6, 20));
    }

    @Test
    void aReadOlderThanItsBoundIsFound() {
        Read stale = within(100, "a", 6, 113);
        assertBroken(Promise.BOUNDED_STALENESS, stale, 7, write(2, "a", 7, 10), stale);
    }

    @Test
    void theBoundCountsFromWhenTheCommitWasKnown() {
        assertKept(write(2, "a", 7, 10), within(100, "a", 6, 112));
        Read strong = within(0, "a", 6, 13);
        assertBroken(Promise.BOUNDED_STALENESS, strong, 7, write(2, "a", 7, 10), strong);
    }

    @Test
    void theBoundAsksForTheNewestOfAllWrites() {
        Read stale = within(100, "a", 8, 200);
        assertBroken(Promise.BOUNDED_STALENESS, stale, 9, write(2, "a", 9, 40), write(3, "a", 8, 50), stale);
        assertKept(write(2, "a", 7, 10), within(100, "a", 7, 200), write(2, "a", 8, 150));
    }

    @Test
    void aBoundedReadObligesNobodyAndIsNotObligedByItsSession() {
        assertKept(write(1, "a", 7, 100), within(100, "a", 6, 110), replica(1, "a", 7, 120));
        assertKept(within(100, "a", 6, 10), replica(1, "a", 5, 20));
    }

    @Test
    void whatTheMasterShowsLaterThanAReplicaIsCountedApart() {
        Verdict verdict = check(replica(1, "a", 7, 10), master(1, "a", 6, 13), write(2, "a", 7, 12));
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.shownEarly()).isEqualTo(1);
    }

    @Test
    void onlyTheMasterAndOnlyUntilItsReportMayBeLate() {
        Read onReplica = replica(1, "a", 6, 13);
        assertBroken(Promise.MONOTONIC_READS, onReplica, 7, replica(1, "a", 7, 10), onReplica, write(2, "a", 7, 12));
        Read afterReport = master(1, "a", 6, 15);
        assertBroken(
                Promise.MONOTONIC_READS, afterReport, 7, replica(1, "a", 7, 10), afterReport, write(2, "a", 7, 12));
        Read neverWritten = master(1, "a", 6, 13);
        assertBroken(Promise.MONOTONIC_READS, neverWritten, 7, replica(1, "a", 7, 10), neverWritten);
    }

    @Test
    void readsAreCountedByPlaceAndByTimeSinceTheirSessionsWrite() {
        Verdict verdict = check(
                replica(1, "a", 0, 5),
                write(1, "a", 1, 10),
                master(1, "a", 1, 20),
                replica(1, "b", 0, 261),
                replica(1, "a", 1, 262),
                replica(2, "a", 1, 30));
        assertThat(verdict.writes()).isEqualTo(1);
        assertThat(verdict.reads()).isEqualTo(5);
        assertThat(verdict.onReplicas()).isEqualTo(4);
        assertThat(verdict.recent()).isEqualTo(2);
        assertThat(verdict.percentOnReplicas()).isEqualTo(80);
        assertThat(verdict.percentRecent()).isEqualTo(40);
    }

    @Test
    void aHistoryOfNothingIsRight() {
        Verdict verdict = new History(List.of()).check(WINDOW);
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.percentOnReplicas()).isZero();
        assertThat(verdict).asString().contains("violations: none");
    }
}
