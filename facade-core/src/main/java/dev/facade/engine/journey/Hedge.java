package dev.facade.engine.journey;

import dev.facade.cluster.Replica;
import dev.facade.engine.health.Watch;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A second run of a read that takes long, on another replica that has nothing else to do. It runs on a thread of its own;
 * the reading thread drops it, or takes its answer.
 */
final class Hedge<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Hedge.class);

    private enum Stage {
        WAITING,
        STARTED,
        DROPPED
    }

    /** The answer of a hedge; the reading thread decides what is done with it. */
    record Answer<T>(Replica replica, Supplier<T> value) {}

    private final Router router;
    private final ReadIntent intent;
    private final NodeCall<T> call;
    private final Replica first;
    private final Watch watch;
    private final long deadline;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
    private final CompletableFuture<@Nullable Answer<T>> answer = new CompletableFuture<>();

    private Hedge(Router router, ReadIntent intent, NodeCall<T> call, Replica first, Watch watch, long deadline) {
        this.router = router;
        this.intent = intent;
        this.call = call;
        this.first = first;
        this.watch = watch;
        this.deadline = deadline;
    }

    static <T> Hedge<T> of(
            Router router, ReadIntent intent, NodeCall<T> call, Replica first, Watch watch, long deadline) {
        Hedge<T> hedge = new Hedge<>(router, intent, call, first, watch, deadline);
        router.hedging().later(first, () -> hedge.stage.get() == Stage.WAITING && !watch.isOwn(), hedge::run);
        return hedge;
    }

    /** Does not start it any more, or lets it end by itself. */
    boolean drop() {
        return stage.compareAndSet(Stage.WAITING, Stage.DROPPED);
    }

    boolean isStarted() {
        return stage.get() == Stage.STARTED;
    }

    /** The hedge's answer, which is waited for if the hedge was started; null if there is none. */
    @Nullable
    Answer<T> answer(long nanos) {
        if (drop()) {
            return null;
        }
        try {
            return answer.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException | TimeoutException none) {
            return null;
        }
    }

    private void run() {
        Replica idle = idle(router.health().candidates());
        if (idle == null) {
            return;
        }
        long begun = router.ticker().nanos();
        Watch mine =
                router.watchdog().watch(null, begun, deadline, null); // before: the reader waits for what is started
        if (!stage.compareAndSet(Stage.WAITING, Stage.STARTED)) {
            return;
        }
        try {
            Supplier<T> value = call.aside(idle, mine);
            long now = router.ticker().nanos();
            idle.answered(now - begun - mine.owned(), now);
            answer.complete(new Answer<>(idle, value));
            watch.outrun();
        } catch (RuntimeException | Error failure) {
            answer.complete(null);
            mine.close();
            LOG.debug("a hedge on {} failed", idle, failure);
        }
    }

    private @Nullable Replica idle(List<Replica> candidates) {
        for (Replica other : candidates) {
            if (other != first && other.inFlight() == 0 && intent.freshness().isMetBy(other)) {
                return other;
            }
        }
        return null;
    }
}
