package dev.facade.engine.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facade.cluster.Cluster;
import dev.facade.cluster.Master;
import dev.facade.cluster.Node;
import dev.facade.cluster.Replica;
import dev.facade.engine.health.AbortedConnection;
import dev.facade.engine.health.MasterGuard;
import dev.facade.engine.health.RetryBudget;
import dev.facade.engine.health.Watch;
import dev.facade.event.FailureClass;
import dev.facade.event.Reason;
import dev.facade.option.Target;
import dev.facade.spi.Failures;
import dev.facade.time.Ticker;
import jakarta.persistence.PersistenceException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A read and its hedge, in real time, since the timer's is. */
class HedgeTest {

    private static final ReadIntent READ = new ReadIntent("all", Target.replica(), false);

    private final Replica a = Replica.of("a");
    private final Replica b = Replica.of("b");
    private final Ticker ticker = Ticker.system();
    private final Racing racing = new Racing();
    private final Router router = router(0.1);

    private Router router(double hedged) {
        for (Replica replica : List.of(a, b)) {
            for (int i = 0; i < 100; i++) {
                replica.answered(1_000_000, ticker.nanos());
            }
        }
        return Router.of(
                new Cluster(Master.of("master"), List.of(a, b)),
                candidates -> candidates.get(0),
                MasterUse.FALLBACK,
                new ReadLimits(
                        Duration.ofSeconds(20),
                        RetryBudget.of(0.2, 100, ticker),
                        MasterGuard.of(4, Duration.ofMillis(100), ticker),
                        hedged),
                ticker);
    }

    @AfterEach
    void close() {
        router.close();
    }

    /** Nodes of which some do not answer until they are abandoned or told to. */
    private static final class Racing implements NodeCall<String>, RouteObserver {

        final Map<String, Supplier<String>> answers = new ConcurrentHashMap<>();
        final List<String> ran = new CopyOnWriteArrayList<>();
        final List<String> log = new CopyOnWriteArrayList<>();
        final List<Thread> noted = new CopyOnWriteArrayList<>();
        final CountDownLatch beside = new CountDownLatch(1);
        volatile AbortedConnection first = new AbortedConnection();
        boolean hedgeable = true;

        @Override
        public boolean isHedgeable() {
            return hedgeable;
        }

        @Override
        public String on(Node node) {
            throw new AssertionError("unwatched");
        }

        @Override
        public String on(Node node, Watch watch) {
            try (watch) {
                watch.over(first.connection());
                if (watch.isAbandoned()) { // the hedge was quicker than this thread
                    throw Failures.lost();
                }
                return answer(node);
            }
        }

        @Override
        public String onAgain(Node node, Watch watch) {
            return on(node, watch);
        }

        @Override
        public Supplier<String> aside(Node node, Watch watch) {
            try (watch) {
                String answer = "beside: " + answer(node);
                return () -> {
                    noted.add(Thread.currentThread());
                    return answer;
                };
            } finally {
                beside.countDown();
            }
        }

        private String answer(Node node) {
            ran.add(node.name());
            Supplier<String> answer = answers.get(node.name());
            return answer == null ? node.name() : answer.get();
        }

        String untilAborted() {
            first.awaitAbort();
            throw Failures.lost();
        }

        @Override
        public void routed(Node node, Reason reason) {
            log.add(node + " " + reason);
        }

        @Override
        public void failed(Node node, FailureClass failure, Throwable error) {
            log.add(node + " " + failure);
        }
    }

    private static String await(CountDownLatch latch, String answer) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        return answer;
    }

    @Test
    void theHedgeWinsAndTheSlowRunIsAborted() {
        racing.answers.put("a", racing::untilAborted);
        assertThat(router.read(READ, racing, racing)).isEqualTo("beside: b");
        assertThat(racing.log).containsExactly("a ALGORITHM", "a SLOW", "b HEDGE");
        assertThat(racing.noted).as("what was learnt belongs to the caller").containsExactly(Thread.currentThread());
    }

    @Test
    void theFirstRunWinsAndTheHedgesAnswerIsDropped() {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(1);
        racing.answers.put("a", () -> await(started, "a"));
        racing.answers.put("b", () -> {
            started.countDown();
            return await(answered, "b");
        });
        assertThat(router.read(READ, racing, racing)).isEqualTo("a");
        answered.countDown();
        await(racing.beside, "");
        assertThat(racing.noted).isEmpty();
        assertThat(racing.first.isAborted()).isFalse();
        assertThat(racing.log).containsExactly("a ALGORITHM");
    }

    @Test
    void aQuickReadIsNotHedged() {
        for (int i = 0; i < 50; i++) {
            assertThat(router.read(READ, racing, racing)).isEqualTo("a");
        }
        assertThat(racing.ran).containsOnly("a");
    }

    @Test
    void aReplicaThatIsBusyGetsNoHedge() {
        b.begun();
        racing.answers.put("a", () -> {
            assertThat(awaitNothing(racing.beside)).isTrue();
            return "a";
        });
        assertThat(router.read(READ, racing, racing)).isEqualTo("a");
    }

    @Test
    void whatMayNotRunTwiceAtOnceDoesNot() {
        racing.hedgeable = false;
        racing.answers.put("a", () -> {
            assertThat(awaitNothing(racing.beside)).isTrue();
            return "a";
        });
        assertThat(router.read(READ, racing, racing)).isEqualTo("a");
    }

    private static boolean awaitNothing(CountDownLatch latch) {
        try {
            return !latch.await(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void t54AHedgeIsTheOneFurtherRun() {
        CountDownLatch started = new CountDownLatch(1);
        racing.answers.put("a", () -> {
            await(started, "");
            throw Failures.lost();
        });
        racing.answers.put("b", () -> {
            started.countDown();
            throw Failures.lost();
        });
        assertThatThrownBy(() -> router.read(READ, racing, racing)).isInstanceOf(PersistenceException.class);
        assertThat(racing.ran).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aWrongStatementDoesNotWaitForItsHedge() {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        racing.answers.put("a", () -> {
            await(started, "");
            throw Failures.syntaxError();
        });
        racing.answers.put("b", () -> {
            started.countDown();
            return await(told, "b");
        });
        assertThatThrownBy(() -> router.read(READ, racing, racing)).hasRootCauseMessage("state 42601");
        assertThat(racing.beside.getCount()).as("it still runs").isOne();
        told.countDown();
    }

    @Test
    void aRunThatIsLostWaitsForItsHedge() {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch lost = new CountDownLatch(1);
        racing.answers.put("a", () -> {
            await(started, "");
            lost.countDown();
            throw Failures.lost();
        });
        racing.answers.put("b", () -> {
            started.countDown();
            return await(lost, "b");
        });
        assertThat(router.read(READ, racing, racing)).isEqualTo("beside: b");
    }
}
