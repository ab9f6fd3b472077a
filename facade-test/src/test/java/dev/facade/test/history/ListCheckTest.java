package dev.facade.test.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.event.Role;
import dev.facade.test.history.ListEvent.Append;
import dev.facade.test.history.ListEvent.Missing;
import dev.facade.test.history.ListEvent.Seen;
import dev.facade.test.history.ListVerdict.Flaw;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The checker of lists finds each flaw, and nothing else. */
class ListCheckTest {

    private static final Map<String, int[]> END = Map.of("part/1", new int[] {1, 2, 3}, "item/1", new int[] {11, 12});

    private static Append part(int session, int value, long ended) {
        return new Append(session, "part/1", null, 0, value, true, ended);
    }

    private static Append wroteItem(int session, int value, int named) {
        return new Append(session, "item/1", "part/1", named, value, true, 0);
    }

    private static Seen part(int session, Role role, long begun, int... values) {
        return new Seen(session, "part/1", null, 0, values, role, begun);
    }

    private static Seen item(int session, int named, int... values) {
        return new Seen(session, "item/1", "part/1", named, values, Role.MASTER, 0);
    }

    private static ListVerdict check(ListEvent... events) {
        return new ListCheck(END, false).run(List.of(events));
    }

    private static Set<Flaw> flaws(ListEvent... events) {
        return check(events).flaws().keySet();
    }

    @Test
    void whatIsRightHasNoFlaw() {
        ListVerdict verdict = check(
                part(0, 2, 10),
                part(0, Role.REPLICA, 20, 1, 2),
                item(1, 2, 11),
                part(1, Role.REPLICA, 20, 1, 2),
                part(1, Role.REPLICA, 30, 1, 2, 3));
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.reads()).isEqualTo(4);
        assertThat(verdict.pairs()).isEqualTo(2);
        assertThat(verdict.percentOnReplicas()).isEqualTo(75);
    }

    @Test
    void anOwnWriteThatIsMissingIsFound() {
        assertThat(flaws(part(0, 3, 10), part(0, Role.REPLICA, 20, 1, 2))).containsExactly(Flaw.OWN_WRITE_MISSING);
        assertThat(flaws(part(0, 3, 10), part(1, Role.REPLICA, 20, 1, 2))).isEmpty();
    }

    @Test
    void aReadThatGoesBackwardsIsFound() {
        assertThat(flaws(part(0, Role.MASTER, 20, 1, 2), part(0, Role.REPLICA, 30, 1)))
                .containsExactly(Flaw.READ_BACKWARDS);
    }

    @Test
    void aReferenceThatDanglesIsFound() {
        assertThat(flaws(item(0, 3, 11), part(0, Role.REPLICA, 30, 1, 2))).containsExactly(Flaw.DANGLING);
        assertThat(flaws(wroteItem(0, 12, 3), part(0, Role.REPLICA, 30, 1, 2)))
                .as("of an item that was written")
                .containsExactly(Flaw.DANGLING);
        assertThat(flaws(item(0, 3, 11, 77), part(0, Role.REPLICA, 30, 1, 2)))
                .as("of an item that a failover has lost")
                .isEmpty();
    }

    @Test
    void whatAReplicaShowsBeforeTheMasterReportsItObligesTheMasterToNothing() {
        ListEvent[] early = {part(0, 2, 25), part(1, Role.REPLICA, 10, 1, 2), part(1, Role.MASTER, 20, 1)};
        assertThat(check(early).violations()).isEmpty();
        assertThat(check(early).shownEarly()).isOne();
        assertThat(flaws(part(0, 2, 15), part(1, Role.REPLICA, 10, 1, 2), part(1, Role.MASTER, 20, 1)))
                .containsExactly(Flaw.READ_BACKWARDS);
    }

    @Test
    void aRowThatIsSaidNotToBeThereIsFound() {
        assertThat(flaws(new Missing(0, "part/1", null, "no Part"))).containsExactly(Flaw.EMPTY);
    }

    @Test
    void aListThatIsNoBeginningOfTheEndIsFound() {
        assertThat(flaws(part(0, Role.MASTER, 20, 2, 1))).containsExactly(Flaw.ORDER);
        assertThat(flaws(part(0, Role.MASTER, 20, 1, 99, 2)))
                .as("one that is lost")
                .isEmpty();
    }

    @Test
    void aWriteThatIsRepeatedOrLostIsFound() {
        assertThat(new ListCheck(Map.of("part/1", new int[] {1, 1}), false)
                        .run(List.of())
                        .flaws())
                .containsOnlyKeys(Flaw.REPEATED);
        assertThat(flaws(part(0, 99, 10))).containsExactly(Flaw.LOST);
        ListVerdict afterFailover = new ListCheck(END, true).run(List.of(part(0, 99, 10)));
        assertThat(afterFailover.violations()).isEmpty();
        assertThat(afterFailover.lost()).isOne();
    }
}
