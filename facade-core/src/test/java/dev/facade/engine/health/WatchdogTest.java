package dev.facade.engine.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.facade.Threads;
import dev.facade.Unspeakable;
import dev.facade.cluster.Replica;
import dev.facade.spi.Deadline;
import dev.facade.time.ManualTicker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchdogTest {

    private static final long SECOND = 1_000_000_000L;

    private final ManualTicker ticker = ManualTicker.aboutToOverflow();
    private final Replica slow = Replica.of("slow");
    private final RetryBudget budget = RetryBudget.of(0, 1, ticker);
    private final Watchdog watchdog = Watchdog.of(() -> List.of(slow, Replica.of("other")), budget, ticker);
    /** Its thread does not run, so that only a test looks. */
    private final Watchdog unattended = closed(Watchdog.of(() -> List.of(slow, Replica.of("other")), budget, ticker));

    private final AbortedConnection held = new AbortedConnection();

    @AfterEach
    void close() {
        watchdog.close();
    }

    private static Watchdog closed(Watchdog watchdog) {
        watchdog.close();
        return watchdog;
    }

    private Watch watch(Replica replica) {
        long now = ticker.nanos();
        return unattended.watch(replica, now, now + 5 * SECOND, null);
    }

    private void look(Duration later) {
        ticker.advance(later);
        unattended.look(0);
    }

    @Test
    void aReadThatCouldGoElsewhereIsAbandonedWhenItsPatienceIsOver() {
        Watch watch = watch(slow);
        watch.over(held.connection());
        look(Duration.ofMillis(999));
        assertThat(watch.isAbandoned()).isFalse();
        look(Duration.ofMillis(1));
        assertThat(watch.isAbandoned()).isTrue();
        assertThat(watch.isLate()).isFalse();
        assertThat(watch.done()).isFalse();
        assertThat(held.isAborted()).as("before it is given back").isTrue();
    }

    @Test
    void aReadThatCannotHasItsWholeDeadline() {
        Watch watch = watch(null);
        watch.over(held.connection());
        look(Duration.ofMillis(4_999));
        assertThat(watch.isAbandoned()).isFalse();
        look(Duration.ofMillis(1));
        assertThat(watch.isLate()).isTrue();
    }

    @Test
    void aReadIsNotAbandonedForAnotherReplicaThatWouldHaveLessTime() {
        long now = ticker.nanos();
        Watch watch = unattended.watch(slow, now, now + 2 * SECOND - 1, null);
        watch.over(held.connection());
        look(Duration.ofSeconds(1));
        assertThat(watch.isAbandoned()).isFalse();
        look(Duration.ofSeconds(1));
        assertThat(watch.isLate()).isTrue();
    }

    @Test
    void withoutABudgetAReadIsLeftWhereItIs() {
        budget.tryWithdraw();
        ticker.advance(Duration.ofMillis(1)); // far from the next token
        long now = ticker.nanos();
        Watch watch = unattended.watch(slow, now - SECOND, now + SECOND, null);
        watch.over(held.connection());
        look(Duration.ZERO);
        assertThat(watch.isAbandoned()).isFalse();
        look(Duration.ofSeconds(1));
        assertThat(watch.isLate()).isTrue();
    }

    @Test
    void whatTheProcessWasStalledIsNotTheReplicasFault() {
        Watch watch = watch(slow);
        watch.over(held.connection());
        ticker.advance(Duration.ofMillis(1_500));
        unattended.look(Duration.ofMillis(600).toNanos());
        assertThat(watch.isAbandoned()).isFalse();
        look(Duration.ofMillis(100));
        assertThat(watch.isAbandoned()).isTrue();
    }

    @Test
    void t77WhatTheProgramDoesItselfIsNotTheReplicasFault() {
        Watch watch = watch(slow);
        watch.over(held.connection());
        Watch around = watch.enter();
        assertThat(Watch.<Boolean>own(() -> {
                    look(Duration.ofMillis(2_000));
                    return watch.isAbandoned();
                }))
                .isFalse();
        Watch.leave(around);
        look(Duration.ofMillis(400));
        assertThat(watch.isAbandoned()).isFalse();
        assertThat(watch.lasted()).isEqualTo(Duration.ofMillis(400).toNanos());
    }

    @Test
    void t77ADeadlineThatIsOverBeforeTheNodeWasAskedLeavesTheConnectionAlone() {
        Watch watch = watch(slow);
        watch.over(held.connection());
        Watch around = watch.enter();
        assertThatThrownBy(() -> Watch.own(() -> {
                    look(Duration.ofSeconds(6));
                    return true;
                }))
                .hasMessage("its time was over by then; translating the query took 6000 ms of it");
        Watch.leave(around);
        watch.close();
        assertThat(watch.isLate()).isTrue();
        assertThat(watch.isExhausted()).isTrue();
        assertThat(held.isAborted()).isFalse();
    }

    @Test
    void whatIsDoneIsNeverAborted() {
        Watch watch = watch(slow);
        watch.over(held.connection());
        assertThat(watch.done()).isTrue();
        look(Duration.ofSeconds(10));
        assertThat(watch.isAbandoned()).isFalse();
        assertThat(watch.done()).isTrue();
        assertThat(held.isAborted()).isFalse();
        assertThat(budget.tryWithdraw()).isTrue();
    }

    /** As when whoever gives the connection reads something itself. */
    @Test
    void aReadWithinTheWaitOfAnotherLeavesItItsDeadline() {
        Watch outer = watch(null);
        outer.waiting();
        Watch inner = watch(null);
        inner.waiting();
        inner.over(held.connection());
        inner.close();
        assertThat(Deadline.left()).isEqualTo(5 * SECOND);
        outer.close();
        assertThat(Deadline.left()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void closingGivesBackOnce() {
        AtomicInteger given = new AtomicInteger();
        Watch watch = watchdog.watch(null, 0, 1, given::incrementAndGet);
        watch.close();
        watch.close();
        assertThat(given).hasValue(1);
    }

    /** Whoever loses the race, a connection that is given back as done is not aborted, and one that is aborted is not. */
    @Test
    void doneAndAbandonedExcludeEachOther() throws Exception {
        for (int round = 0; round < 300; round++) {
            AbortedConnection connection = new AbortedConnection();
            long now = ticker.nanos();
            Watch watch = unattended.watch(null, now, now, null);
            watch.over(connection.connection());
            List<Boolean> done = Threads.together(2, thread -> () -> {
                if (thread == 0) {
                    return watch.done();
                }
                unattended.look(0);
                return true;
            });
            assertThat(connection.isAborted()).isEqualTo(!done.get(0));
            assertThat(watch.isAbandoned()).isEqualTo(!done.get(0));
        }
    }

    @Test
    void itsThreadBeginsWithTheFirstReadAndWakesUpForTheNext() {
        assertThat(threads()).isZero();
        for (int i = 0; i < 2; i++) {
            AbortedConnection connection = new AbortedConnection();
            long now = ticker.nanos();
            Watch watch = watchdog.watch(null, now, now + SECOND, null);
            watch.over(connection.connection());
            assertThat(threads()).isOne();
            ticker.advance(Duration.ofSeconds(1));
            connection.awaitAbort();
            watch.close();
            if (i == 0) {
                await().until(WatchdogTest::isAsleep);
            }
        }
        watchdog.close();
        await().until(() -> threads() == 0);
    }

    @Test
    void anErrorDoesNotEndTheWatching() {
        AtomicInteger asked = new AtomicInteger();
        Watchdog unlucky = Watchdog.of(
                () -> {
                    if (asked.incrementAndGet() == 1) {
                        throw new OutOfMemoryError("once");
                    }
                    return List.of(slow);
                },
                budget,
                ticker);
        try (unlucky) {
            long now = ticker.nanos();
            unlucky.watch(slow, now, now + 5 * SECOND, null).over(held.connection());
            ticker.advance(Duration.ofSeconds(2));
            await().until(() -> asked.get() > 0);
            ticker.advance(Duration.ofSeconds(3));
            held.awaitAbort();
        }
        await().until(() -> threads() == 0);
    }

    /** Else a read that nobody follows would wait for its answer for ever. */
    @Test
    void t82NoErrorEndsTheWatching() {
        AtomicInteger asked = new AtomicInteger();
        Watchdog unlucky = Watchdog.of(
                () -> {
                    asked.incrementAndGet();
                    throw new Unspeakable();
                },
                budget,
                ticker);
        try (unlucky) {
            long now = ticker.nanos();
            unlucky.watch(slow, now, now + 5 * SECOND, null).over(held.connection());
            ticker.advance(Duration.ofSeconds(2));
            await().until(() -> asked.get() > 3);
            assertThat(threads()).isOne();
            ticker.advance(Duration.ofSeconds(3));
            held.awaitAbort();
        }
    }

    @Test
    void t82AnAbortThatMeetsAnErrorIsTriedAgain() {
        AbortedConnection unlucky = new AbortedConnection(3);
        long now = ticker.nanos();
        watchdog.watch(null, now, now + SECOND, null).over(unlucky.connection());
        ticker.advance(Duration.ofSeconds(1));
        unlucky.awaitAbort();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("facade-watchdog"))
                .count();
    }

    private static boolean isAsleep() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("facade-watchdog"))
                .allMatch(thread -> thread.getState() == Thread.State.WAITING);
    }
}
