package dev.facade.engine.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facade.Threads;
import dev.facade.cluster.Replica;
import dev.facade.time.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HealthTest {

    private static final Duration NANO = Duration.ofNanos(1);

    private final Replica a = Replica.of("a");
    private final Replica b = Replica.of("b");
    private final ManualTicker ticker = ManualTicker.aboutToOverflow();
    private final Health health = Health.of(List.of(a, b), ticker, () -> 0);

    @Test
    void everybodyIsInAtFirst() {
        assertThat(health.candidates()).containsExactly(a, b);
        assertThat(health.ejected()).isEmpty();
        assertThat(health.probe(any -> true)).isNull();
    }

    @Test
    void theListOfCandidatesStaysTheSameWhileNothingChanges() {
        List<Replica> before = health.candidates();
        health.served(a, 0);
        health.served(b, 0);
        assertThat(health.candidates()).isSameAs(before);
    }

    @Test
    void anUnreachableReplicaIsEjected() {
        health.unreachable(a, false, "gone");
        assertThat(health.candidates()).containsExactly(b);
        assertThat(health.ejected()).containsExactly(a);
    }

    @Test
    void aSecondFailureOfAnEjectedReplicaDoesNotProlongItsStay() {
        health.unreachable(a, false, "gone");
        ticker.advance(Health.FIRST.minus(NANO));
        health.unreachable(a, false, "gone");
        assertThat(health.ejected()).containsExactly(a);
        ticker.advance(NANO);
        assertThat(health.probe(any -> true)).isSameAs(a);
    }

    @Test
    void everybodyMayBeOut() {
        health.unreachable(a, false, "gone");
        health.unreachable(b, false, "gone");
        assertThat(health.candidates()).isEmpty();
        assertThat(health.ejected()).containsExactly(a, b);
    }

    @Test
    void anAnswerBringsAReplicaBack() {
        health.unreachable(a, false, "gone");
        health.served(a, 0);
        assertThat(health.candidates()).containsExactlyInAnyOrder(a, b);
        assertThat(health.ejected()).isEmpty();
    }

    @Test
    void aProbeIsHandedOutWhenTheTimeIsOverAndOnlyOnce() {
        health.unreachable(a, false, "gone");
        ticker.advance(Health.FIRST.minus(NANO));
        assertThat(health.probe(any -> true)).isNull();
        ticker.advance(NANO);
        assertThat(health.probe(any -> true)).isSameAs(a);
        assertThat(health.probe(any -> true)).isNull();
        assertThat(health.candidates()).as("still out").containsExactly(b);
    }

    @Test
    void aProbeThatNeverReportsBlocksNobodyForEver() {
        health.unreachable(a, false, "gone");
        for (long seconds : new long[] {1, 2, 4, 8, 16, 30, 30}) {
            ticker.advance(Duration.ofSeconds(seconds).minus(NANO));
            assertThat(health.probe(any -> true))
                    .as("just before %d s", seconds)
                    .isNull();
            ticker.advance(NANO);
            assertThat(health.probe(any -> true)).as("after %d s", seconds).isSameAs(a);
        }
    }

    @Test
    void eachReplicaHasItsOwnTime() {
        health.unreachable(a, false, "gone");
        ticker.advance(Duration.ofMillis(600));
        health.unreachable(b, false, "gone");
        ticker.advance(Duration.ofMillis(400));
        assertThat(health.probe(any -> true)).isSameAs(a);
        assertThat(health.probe(any -> true)).isNull();
        ticker.advance(Duration.ofMillis(600));
        assertThat(health.probe(any -> true)).isSameAs(b);
    }

    @Test
    void aStrangerChangesNothing() {
        Replica namesake = Replica.of("a");
        health.unreachable(namesake, false, "gone");
        assertThat(health.candidates()).containsExactly(a, b);
        health.unreachable(a, false, "gone");
        health.served(namesake, 0);
        assertThat(health.ejected()).containsExactly(a);
    }

    @Test
    void t44EachEjectedReplicaIsHandedToOneOfManyThreads() throws Exception {
        for (int round = 0; round < 100; round++) {
            health.unreachable(a, false, "gone");
            health.unreachable(b, false, "gone");
            ticker.advance(Health.LONGEST);
            List<List<Replica>> handed = Threads.together(8, thread -> () -> {
                List<Replica> mine = new ArrayList<>();
                for (Replica probe = health.probe(any -> true); probe != null; probe = health.probe(any -> true)) {
                    mine.add(probe);
                }
                return mine;
            });
            assertThat(handed.stream().flatMap(List::stream)).containsExactlyInAnyOrder(a, b);
            health.served(a, 0);
            health.served(b, 0);
        }
    }

    // -- slow ones

    private static final long MILLI = Duration.ofMillis(1).toNanos();

    /** So that there is something to compare with. */
    private void bothAnswerWithin(long nanos) {
        for (int i = 0; i < 50; i++) {
            health.served(a, nanos);
            health.served(b, nanos);
        }
        ticker.advance(Duration.ofMillis(100));
    }

    @Test
    void t40EightSlowAnswersInARowAreTooMany() {
        bothAnswerWithin(10 * MILLI);
        slowAnswers(a, 7);
        health.served(a, 10 * MILLI);
        slowAnswers(a, 7);
        assertThat(health.candidates()).containsExactly(a, b);
        slowAnswers(a, 1);
        assertThat(health.candidates()).containsExactly(b);
        assertThat(health.reason(a)).contains("slow answers").contains("33 ms");
    }

    /** One after the other, with quick ones of the peer in between. */
    private void slowAnswers(Replica replica, int count) {
        for (int i = 0; i < count; i++) {
            ticker.advance(Duration.ofMillis(40));
            health.served(replica == a ? b : a, 10 * MILLI);
            health.served(replica, 33 * MILLI);
        }
    }

    /** When this process has stood still, everything that was on its way comes late. */
    @Test
    void whatComesLateAllAtOnceIsNobodysFault() {
        bothAnswerWithin(10 * MILLI);
        for (int i = 0; i < 100; i++) {
            health.served(a, 300 * MILLI);
        }
        assertThat(health.candidates()).containsExactly(a, b);
    }

    @Test
    void whoIsAsSlowAsMostOthersStaysIn() {
        bothAnswerWithin(10 * MILLI);
        for (int i = 0; i < 50; i++) {
            ticker.advance(Duration.ofMillis(40));
            health.served(a, 33 * MILLI);
            health.served(b, 33 * MILLI);
        }
        assertThat(health.candidates()).containsExactly(a, b);
    }

    @Test
    void lessThanThreeTimesOrTenMillisecondsMoreIsNotSlow() {
        bothAnswerWithin(10 * MILLI);
        for (int i = 0; i < 100; i++) {
            health.served(a, 29 * MILLI);
        }
        assertThat(health.candidates()).containsExactly(a, b);
        ticker.advance(Duration.ofSeconds(20));
        bothAnswerWithin(MILLI);
        for (int i = 0; i < 100; i++) {
            health.served(a, 10 * MILLI);
        }
        assertThat(health.candidates()).containsExactly(a, b);
    }

    @Test
    void aSlowProbeDoesNotReturnAndAQuickOneDoes() {
        tooSlow(a);
        ticker.advance(Health.FIRST);
        bothAnswerWithinFor(b);
        assertThat(health.probe(any -> true)).isSameAs(a);
        health.served(a, 100 * MILLI);
        health.spoke(a);
        assertThat(health.candidates()).containsExactly(b);
        ticker.advance(Duration.ofSeconds(2));
        bothAnswerWithinFor(b);
        assertThat(health.probe(any -> true)).isSameAs(a);
        health.served(a, 10 * MILLI);
        assertThat(health.candidates()).containsExactly(a, b);
    }

    private void bothAnswerWithinFor(Replica replica) {
        for (int i = 0; i < 50; i++) {
            health.served(replica, 10 * MILLI);
        }
        ticker.advance(Duration.ofMillis(100));
    }

    private void tooSlow(Replica replica) {
        bothAnswerWithin(10 * MILLI);
        slowAnswers(replica, 8);
        assertThat(health.ejected()).contains(replica);
    }

    @Test
    void aReadThatWasGivenUpCountsForThreeSlowOnes() {
        bothAnswerWithin(10 * MILLI);
        health.abandoned(a, 100 * MILLI);
        ticker.advance(Duration.ofMillis(150));
        health.abandoned(a, 100 * MILLI);
        assertThat(health.candidates()).containsExactly(a, b);
        ticker.advance(Duration.ofMillis(150));
        health.abandoned(a, 100 * MILLI);
        assertThat(health.candidates()).containsExactly(b);
        assertThat(health.reason(a)).contains("no answer within 100 ms");
    }

    @Test
    void whoSaysNothingWhileTheOthersAnswerIsOutAtTheSecondReadThatIsGivenUp() {
        bothAnswerWithin(10 * MILLI);
        silent(a);
        assertThat(health.candidates()).containsExactly(b);
        assertThat(health.reason(a)).contains("no answer within 200 ms");
    }

    @Test
    void oneReadThatTakesLongOnAReplicaWithNothingElseToDoIsNoSilence() {
        bothAnswerWithin(10 * MILLI);
        ticker.advance(Duration.ofMillis(200));
        health.served(b, 10 * MILLI);
        health.abandoned(a, 200 * MILLI);
        assertThat(health.candidates()).containsExactly(a, b);
        health.abandoned(a, 200 * MILLI);
        assertThat(health.candidates()).as("two without a sign between").containsExactly(b);
    }

    private void silent(Replica replica) {
        ticker.advance(Duration.ofMillis(200));
        for (Replica other : List.of(a, b)) {
            if (other != replica) {
                health.served(other, 10 * MILLI);
            }
        }
        health.abandoned(replica, 200 * MILLI);
        health.abandoned(replica, 200 * MILLI);
    }

    @Test
    void whoHasSpokenMeanwhileIsNotSilent() {
        bothAnswerWithin(10 * MILLI);
        ticker.advance(Duration.ofMillis(101));
        health.spoke(a);
        ticker.advance(Duration.ofMillis(99));
        health.served(b, 10 * MILLI);
        health.abandoned(a, 200 * MILLI);
        health.abandoned(a, 200 * MILLI);
        assertThat(health.candidates()).containsExactly(a, b);
        ticker.advance(Duration.ofMillis(1));
        health.abandoned(a, 200 * MILLI);
        assertThat(health.candidates()).as("nothing for half of the time").containsExactly(b);
    }

    @Test
    void aReadThatWasGivenUpAfterSomeMillisecondsIsNoSilence() {
        bothAnswerWithin(MILLI);
        ticker.advance(Duration.ofMillis(20));
        health.served(b, MILLI);
        health.abandoned(a, 20 * MILLI);
        health.abandoned(a, 20 * MILLI);
        assertThat(health.candidates()).containsExactly(a, b);
    }

    @Test
    void whenNobodyAnswersNobodyIsSilent() {
        bothAnswerWithin(10 * MILLI);
        ticker.advance(Duration.ofMillis(200));
        health.abandoned(a, 200 * MILLI);
        health.abandoned(a, 200 * MILLI);
        assertThat(health.candidates()).containsExactly(a, b);
    }

    @Test
    void noReadProbesASilentOneThatTheMonitorHasNotHeardOf() {
        health.found(a);
        bothAnswerWithin(10 * MILLI);
        silent(a);
        ticker.advance(Duration.ofSeconds(5));
        assertThat(health.probe(any -> true)).isNull();
        health.found(a);
        assertThat(health.probe(any -> true)).isSameAs(a);
        ticker.advance(Duration.ofSeconds(5));
        assertThat(health.probe(any -> true)).as("since the last probe").isNull();
        ticker.advance(Health.LONGEST.minusSeconds(5));
        assertThat(health.probe(any -> true)).as("though it has not").isSameAs(a);
    }

    @Test
    void whomNoMonitorSamplesIsProbedWhenItsTimeIsOver() {
        bothAnswerWithin(10 * MILLI);
        silent(a);
        ticker.advance(Health.FIRST);
        assertThat(health.probe(any -> true)).isSameAs(a);
    }

    @Test
    void theMonitorDoesNotShortenTheStayOfASilentOne() {
        health.found(a);
        bothAnswerWithin(10 * MILLI);
        silent(a);
        ticker.advance(Health.FIRST.minus(NANO));
        health.found(a);
        assertThat(health.probe(any -> true)).isNull();
        ticker.advance(NANO);
        assertThat(health.probe(any -> true)).isSameAs(a);
    }

    @Test
    void t43TheLastOneIsNotPutOutForBeingSlow() {
        bothAnswerWithin(10 * MILLI);
        health.unreachable(b, false, "gone");
        for (int i = 0; i < 20; i++) {
            ticker.advance(Duration.ofMillis(40));
            health.served(a, 100 * MILLI);
        }
        assertThat(health.candidates()).containsExactly(a);
        assertThat(health.ejected()).containsExactly(a, b);
        health.served(b, 10 * MILLI);
        assertThat(health.candidates()).as("now it can be spared").containsExactly(b);
    }

    // -- failing ones

    @Test
    void whoFailsMoreStatementsThanItsPeersIsOut() {
        bothAnswerWithin(10 * MILLI);
        for (int i = 0; i < 20; i++) {
            assertThat(health.candidates()).as("%d failures", i).containsExactly(a, b);
            health.failed(a); // at 13 of 63 it is more than a fifth
            if (i == 12) {
                break;
            }
        }
        assertThat(health.candidates()).containsExactly(b);
        assertThat(health.reason(a)).contains("21 % of its statements fail, 0 % of its peers'");
        health.served(a, MILLI);
        assertThat(health.candidates()).containsExactly(a, b);
    }

    @Test
    void whatFailsEverywhereIsNoReplicasFault() {
        bothAnswerWithin(10 * MILLI);
        for (int i = 0; i < 500; i++) {
            health.failed(a);
            health.failed(b);
        }
        assertThat(health.candidates()).containsExactly(a, b);
    }

    @Test
    void withoutPeersNobodyIsWorseThanThem() {
        for (int i = 0; i < 50; i++) {
            health.failed(a);
        }
        assertThat(health.candidates()).containsExactly(a, b);
    }

    // -- the last ones

    @Test
    void aLostConnectionDoesNotPutOutTheLastOneAndARefusalDoes() {
        health.unreachable(a, true, "lost");
        assertThat(health.candidates()).containsExactly(b);
        health.unreachable(b, true, "lost");
        assertThat(health.candidates()).containsExactly(b);
        health.unreachable(b, false, "refused");
        assertThat(health.candidates()).isEmpty();
    }

    @Test
    void t43SoManyHostsStayInAsTheOperatorWants() {
        health.minServing(2);
        health.unreachable(a, true, "lost");
        tooSlowButKept(b);
        assertThat(health.candidates()).containsExactly(a, b);
        health.minServing(1);
        assertThat(health.candidates()).containsExactly(a);
        assertThatThrownBy(() -> health.minServing(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("minServing: -1 (expected: >= 0)");
    }

    private void tooSlowButKept(Replica replica) {
        bothAnswerWithin(10 * MILLI);
        slowAnswers(replica, 8);
    }

    // -- lag

    @Test
    void whoLagsTooMuchForTheOperatorIsOutUntilItHasCaughtUp() {
        health.lag(a, OptionalLong.of(Duration.ofSeconds(8).toNanos()));
        assertThat(health.candidates()).as("no limit").containsExactly(a, b);
        health.lagLimit(Duration.ofSeconds(5));
        health.lag(a, OptionalLong.of(Duration.ofSeconds(8).toNanos()));
        assertThat(health.candidates()).containsExactly(b);
        assertThat(health.reason(a)).isEqualTo("lags by PT8S");
        health.lag(a, OptionalLong.empty());
        assertThat(health.candidates()).as("unknown is not zero").containsExactly(b);
        health.lagLimit(Duration.ofSeconds(9));
        health.lag(a, OptionalLong.of(Duration.ofSeconds(8).toNanos()));
        assertThat(health.candidates()).as("another limit").containsExactly(a, b);
        health.lagLimit(Duration.ofSeconds(7));
        assertThat(health.candidates()).as("at once").containsExactly(b);
        health.lag(a, OptionalLong.of(0));
        assertThat(health.candidates()).containsExactly(a, b);
    }

    @Test
    void ofThoseThatLagTheLeastLateStaysIn() {
        health.lagLimit(Duration.ofSeconds(3));
        health.lag(a, OptionalLong.of(Duration.ofSeconds(8).toNanos()));
        health.lag(b, OptionalLong.of(Duration.ofSeconds(9).toNanos()));
        assertThat(health.candidates()).containsExactly(a);
        health.lag(a, OptionalLong.of(Duration.ofSeconds(10).toNanos()));
        assertThat(health.candidates()).containsExactly(b);
        health.minServing(0);
        assertThat(health.candidates()).isEmpty();
        health.lagLimit(null);
        assertThat(health.candidates()).containsExactly(a, b);
    }

    @Test
    void aLimitIsOfThreeSecondsAtLeast() {
        assertThatThrownBy(() -> health.lagLimit(Duration.ofMillis(2_999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lagLimit: PT2.999S (expected: >= 3 s)");
    }

    // -- the operator

    @Test
    void whoIsBannedIsOutWhateverItAnswersAndWhateverIsLeft() {
        health.ban(a);
        health.served(a, MILLI);
        assertThat(health.candidates()).containsExactly(b);
        assertThat(health.ejected()).isEmpty();
        assertThat(health.reason(a)).isEqualTo("banned");
        health.ban(b);
        assertThat(health.candidates()).isEmpty();
        health.unreachable(a, false, "gone");
        ticker.advance(Health.FIRST);
        assertThat(health.probe(any -> true)).isNull();
        health.served(a, MILLI);
        health.unban(a);
        assertThat(health.candidates()).containsExactly(a);
    }

    @Test
    void membersComeAndGoAndThoseWhoStayKeepTheirState() {
        Replica c = Replica.of("c");
        health.unreachable(b, false, "gone");
        health.members(List.of(b, c));
        assertThat(health.candidates()).containsExactly(c);
        assertThat(health.ejected()).containsExactly(b);
        assertThat(health.reason(a)).isEqualTo("takes no reads");
        health.unreachable(a, false, "a stranger by now");
        health.served(b, 0);
        assertThat(health.candidates()).containsExactly(b, c);
    }

    // -- return

    @Test
    void t45AReturnedReplicaGetsItsShareLittleByLittle() {
        Random seeded = new Random(7);
        Health chancy = Health.of(List.of(a, b), ticker, seeded);
        chancy.unreachable(a, false, "gone");
        chancy.served(a, 0);
        assertThat(chancy.warm(List.of(a, b))).containsExactly(b);
        assertThat(chancy.holdsBack(b)).isFalse();
        double[] expected = {0.95, 2 / 3.0, 1 / 3.0, 0};
        for (double held : expected) {
            long count = IntStream.range(0, 10_000)
                    .filter(each -> chancy.holdsBack(a))
                    .count();
            assertThat(count / 10_000.0).isCloseTo(held, within(0.02));
            ticker.advance(Duration.ofSeconds(1));
        }
        assertThat(chancy.warm(List.of(a, b))).containsExactly(a, b);
    }

    @Test
    void aNewMemberBeginsWithASmallShareAndTheFirstOnesDoNot() {
        Random seeded = new Random(7);
        Replica c = Replica.of("c");
        Health chancy = Health.of(List.of(a, b), ticker, seeded);
        chancy.members(List.of(a, b, c));
        assertThat(chancy.warm(List.of(a, b, c))).containsExactly(a, b);
        assertThat(chancy.warm(List.of(c))).as("the only one").containsExactly(c);
        assertThat(IntStream.range(0, 100).filter(each -> chancy.holdsBack(c)).count())
                .isGreaterThan(80);
        assertThat(chancy.holdsBack(a)).isFalse();
    }

    @Test
    void t45StaysAreShortenedByChanceByAFifthAtMost() {
        for (int i = 0; i < 200; i++) {
            Health chancy = Health.of(List.of(a, b), ticker, new Random(i));
            chancy.unreachable(a, false, "gone");
            ticker.advance(Duration.ofMillis(799));
            assertThat(chancy.probe(any -> true)).isNull();
            ticker.advance(Duration.ofMillis(201));
            assertThat(chancy.probe(any -> true)).isSameAs(a);
        }
        Set<Long> ends = IntStream.range(0, 20)
                .mapToObj(i -> new Ejection(Ejection.Cause.SLOW, "", 1_000_000, 0, new Random(i)).left(0))
                .collect(Collectors.toSet());
        assertThat(ends).hasSizeGreaterThan(15);
    }

    // -- the monitor

    @Test
    void noReadProbesWhomTheMonitorCannotReachForThirtySeconds() {
        health.lost(a, "connection refused");
        assertThat(health.candidates()).containsExactly(b);
        ticker.advance(Health.LONGEST.minus(NANO));
        assertThat(health.probe(any -> true)).isNull();
        ticker.advance(NANO);
        assertThat(health.probe(any -> true)).isSameAs(a);
    }

    @Test
    void whomTheMonitorReachesAgainIsProbedAtOnce() {
        health.lost(a, "connection refused");
        ticker.advance(Duration.ofMillis(10));
        health.found(a);
        assertThat(health.candidates()).as("it is for a read to tell").containsExactly(b);
        assertThat(health.probe(any -> true)).isSameAs(a);
        assertThat(health.probe(any -> true)).isNull();
        health.found(b);
        assertThat(health.candidates()).containsExactly(b);
    }

    @Test
    void noReadProbesAnUnreachableOneThatTheMonitorHasNotHeardOf() {
        health.found(a);
        health.unreachable(a, false, "connection refused");
        ticker.advance(Duration.ofSeconds(5));
        assertThat(health.probe(any -> true)).isNull();
        health.found(a);
        assertThat(health.probe(any -> true)).isSameAs(a);
    }

    @Test
    void theMonitorDoesNotEndTheStayOfASlowOne() {
        tooSlow(a);
        health.found(a);
        assertThat(health.probe(any -> true)).isNull();
    }

    @Test
    void whoReturnsIsKnownForNothingAndTheOthersForWhatTheyWere() {
        bothAnswerWithin(10 * MILLI);
        health.unreachable(a, false, "gone");
        health.served(b, MILLI);
        assertThat(b.answers(ticker.nanos())).isEqualTo(51);
        health.served(a, MILLI);
        assertThat(a.answers(ticker.nanos())).isZero();
        assertThat(b.answers(ticker.nanos())).isEqualTo(51);
    }

    @Test
    void whereNothingIsKnownOfThePeersAReadThatWasGivenUpTellsNothing() {
        for (int i = 0; i < 10; i++) {
            health.abandoned(a, 1_000 * MILLI);
        }
        assertThat(health.candidates()).containsExactly(a, b);
    }

    /** Nothing but a read tells that it is well again. */
    @Test
    void whoIsSlowIsTriedAgainAfterThreeSecondsAtMost() {
        tooSlow(a);
        for (int seconds : new int[] {1, 2, 3, 3, 3}) {
            ticker.advance(Duration.ofSeconds(seconds).minus(NANO));
            assertThat(health.probe(any -> true)).as("before %d s", seconds).isNull();
            ticker.advance(NANO);
            assertThat(health.probe(any -> true)).as("after %d s", seconds).isSameAs(a);
        }
    }
}
