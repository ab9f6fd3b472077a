package dev.facade.engine.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.facade.Threads;
import dev.facade.option.Priority;
import dev.facade.time.ManualTicker;
import dev.facade.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MasterGuardTest {

    private static final long MILLI = 1_000_000;
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);
    private static final Duration WINDOW = Duration.ofMillis(100);

    private final ManualTicker ticker = ManualTicker.aboutToOverflow();

    private MasterGuard guard(int most) {
        return MasterGuard.of(most, Duration.ofSeconds(30), ticker);
    }

    private static boolean enters(MasterGuard guard, Priority priority) {
        return guard.enter(priority, 0);
    }

    private static int entered(MasterGuard guard, Priority priority) {
        int entered = 0;
        while (enters(guard, priority)) {
            entered++;
        }
        return entered;
    }

    private void windows(MasterGuard guard, int windows, long writeNanos) {
        for (int window = 0; window < windows; window++) {
            for (int write = 0; write < 10; write++) {
                guard.wrote(writeNanos);
            }
            ticker.advance(WINDOW);
        }
    }

    /** So many windows in which as many as may want to read. */
    private void usedUp(MasterGuard guard, int windows, long writeNanos) {
        for (int window = 0; window < windows; window++) {
            int entered = entered(guard, Priority.HIGH);
            windows(guard, 1, writeNanos);
            for (int i = 0; i < entered; i++) {
                guard.left();
            }
        }
        guard.wrote(writeNanos);
    }

    @Test
    void thePriorityDecidesWhoGetsTheLastPermits() {
        MasterGuard guard = guard(16); // begins with 8
        assertThat(entered(guard, Priority.LOW)).isEqualTo(4);
        assertThat(entered(guard, Priority.NORMAL)).isEqualTo(2);
        assertThat(entered(guard, Priority.HIGH)).isEqualTo(2);
        assertThat(guard.inFlight()).isEqualTo(8);
    }

    @Test
    void everyPriorityGetsTheOnlyPermit() {
        for (Priority priority : Priority.values()) {
            assertThat(entered(guard(1), priority)).as(priority.toString()).isEqualTo(1);
        }
    }

    @Test
    void theLimitGrowsWhileItIsUsedUpAndWritesAreAsFastAsEver() {
        MasterGuard guard = guard(16);
        windows(guard, 20, 2 * MILLI);
        usedUp(guard, 3, 2 * MILLI);
        assertThat(guard.limit()).isEqualTo(11);
        usedUp(guard, 20, 2 * MILLI);
        assertThat(guard.limit()).isEqualTo(16);
    }

    @Test
    void itStaysWhileNobodyNeedsMore() {
        MasterGuard guard = guard(16);
        for (int window = 0; window < 10; window++) {
            enters(guard, Priority.NORMAL);
            windows(guard, 1, 2 * MILLI);
            guard.left();
        }
        assertThat(guard.limit()).isEqualTo(8);
    }

    @Test
    void t46TheLimitShrinksWhenWritesGetSlow() {
        MasterGuard guard = guard(16);
        windows(guard, 20, 2 * MILLI);
        usedUp(guard, 1, 4 * MILLI);
        assertThat(guard.limit()).isEqualTo(6);
        usedUp(guard, 10, 4 * MILLI);
        assertThat(guard.limit()).isEqualTo(1);
        usedUp(guard, 15, 2 * MILLI);
        assertThat(guard.limit()).as("writes are fast again").isEqualTo(16);
    }

    @Test
    void slowWritesWhileItHasNothingToDoAreNoneOfItsBusiness() {
        MasterGuard guard = guard(16);
        windows(guard, 20, 2 * MILLI);
        windows(guard, 5, 20 * MILLI);
        assertThat(guard.limit()).isEqualTo(8);
    }

    @Test
    void oneBulkWriteAmongOthersCountsLittle() {
        MasterGuard guard = guard(16);
        windows(guard, 20, 2 * MILLI);
        enters(guard, Priority.NORMAL);
        guard.wrote(10_000 * MILLI);
        windows(guard, 2, 2 * MILLI);
        assertThat(guard.limit()).isEqualTo(8);
    }

    @Test
    void t46ReadsAreTheMeasureWhereNothingIsWritten() {
        MasterGuard guard = guard(16);
        for (int window = 0; window < 5; window++) {
            read(guard, MILLI);
        }
        assertThat(guard.limit()).isEqualTo(12);
        read(guard, 3 * MILLI);
        read(guard, 3 * MILLI);
        assertThat(guard.limit()).isLessThan(10);
    }

    private void read(MasterGuard guard, long nanos) {
        int entered = entered(guard, Priority.HIGH);
        for (int i = 0; i < entered; i++) {
            guard.read(nanos);
            guard.left();
        }
        ticker.advance(WINDOW);
    }

    @Test
    void whoWaitsGetsInByPriorityWhenOneLeaves() throws Exception {
        MasterGuard guard = guard(1);
        assertThat(enters(guard, Priority.NORMAL)).isTrue();
        List<Priority> order = new CopyOnWriteArrayList<>();
        List<Thread> waiting = new ArrayList<>();
        for (Priority priority : List.of(Priority.LOW, Priority.NORMAL, Priority.HIGH)) {
            Thread thread = new Thread(() -> {
                if (guard.enter(priority, LONG)) {
                    order.add(priority);
                    guard.left();
                }
            });
            thread.start();
            waiting.add(thread);
            await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        }
        assertThat(enters(guard, Priority.HIGH)).as("nobody is overtaken").isFalse();
        guard.left();
        for (Thread thread : waiting) {
            thread.join(10_000);
        }
        assertThat(order).containsExactly(Priority.HIGH, Priority.NORMAL, Priority.LOW);
        assertThat(guard.inFlight()).isZero();
    }

    @Test
    void nobodyWaitsForLongerThanAllowed() {
        MasterGuard guard = MasterGuard.of(1, Duration.ofMillis(20), ticker);
        enters(guard, Priority.NORMAL);
        long begun = System.nanoTime();
        assertThat(guard.enter(Priority.HIGH, LONG)).isFalse();
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(20 * MILLI);
        assertThat(guard.enter(Priority.HIGH, MILLI)).isFalse();
    }

    @Test
    void whoIsInterruptedGetsNoPermitAndStaysInterrupted() {
        MasterGuard guard = guard(1);
        enters(guard, Priority.NORMAL);
        Thread.currentThread().interrupt();
        assertThat(guard.enter(Priority.HIGH, LONG)).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void neverMoreThanTheLimitAreInAndNobodyIsLost() throws Exception {
        MasterGuard guard = guard(4);
        AtomicInteger in = new AtomicInteger();
        List<Boolean> served = Threads.together(16, thread -> () -> {
            for (int i = 0; i < 500; i++) {
                if (!guard.enter(Priority.values()[(thread + i) % 3], LONG)) {
                    return false;
                }
                boolean within = in.incrementAndGet() <= 4;
                in.decrementAndGet();
                guard.left();
                if (!within) {
                    return false;
                }
            }
            return true;
        });
        assertThat(served).containsOnly(true);
        assertThat(guard.inFlight()).isZero();
    }

    @Test
    void atLeastOnePermitIsNeeded() {
        assertThatIllegalArgumentException().isThrownBy(() -> guard(0)).withMessage("most: 0 (expected: >= 1)");
    }

    @Test
    void theHighestPriorityWaitsTenTimesAsLong() {
        MasterGuard full = MasterGuard.of(1, Duration.ofMillis(20), Ticker.system());
        assertThat(full.enter(Priority.HIGH, Long.MAX_VALUE)).isTrue();
        long begun = System.nanoTime();
        assertThat(full.enter(Priority.NORMAL, Long.MAX_VALUE)).isFalse();
        long normal = System.nanoTime() - begun;
        assertThat(full.enter(Priority.HIGH, Long.MAX_VALUE)).isFalse();
        assertThat(Duration.ofNanos(normal)).isGreaterThanOrEqualTo(Duration.ofMillis(20));
        assertThat(Duration.ofNanos(System.nanoTime() - begun - normal)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }
}
