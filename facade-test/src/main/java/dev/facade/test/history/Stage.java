package dev.facade.test.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Threads that act, and one that disturbs them, until somebody who watches has seen enough. Used once, by one thread. */
final class Stage {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int threads;
    private final long seed;
    private final Pace pace;

    /** Something that somebody does, on one of the threads. */
    @FunctionalInterface
    interface Act {
        void happen(Random random, Executor others);
    }

    Stage(int threads, long seed, Pace pace) {
        this.threads = threads;
        this.seed = seed;
        this.pace = pace;
    }

    /** Ends when the watcher does, or when an act or a disturbance fails in a way that is not expected. */
    void run(Act act, Consumer<Random> disturbance, Runnable watcher) {
        ExecutorService acting = Executors.newFixedThreadPool(threads + 1);
        ExecutorService others = Executors.newCachedThreadPool();
        List<Future<?>> running = new ArrayList<>();
        try {
            for (int i = 0; i < threads; i++) {
                int thread = i;
                running.add(acting.submit(() -> act(thread, act, others)));
            }
            running.add(acting.submit(() -> disturb(disturbance)));
            watcher.run();
        } finally {
            pace.end();
            end(acting);
            end(others);
        }
        running.forEach(Stage::expectNoFailure);
    }

    private void act(int thread, Act act, Executor others) {
        Random random = new Random(seed + thread);
        try {
            while (pace.goesOn(thread)) {
                act.happen(random, others);
                pace.rest(random);
            }
        } finally {
            pace.end(); // what is not expected ends the run
        }
    }

    private void disturb(Consumer<Random> disturbance) {
        Random random = new Random(seed - 1);
        try {
            while (!pace.isOver()) {
                disturbance.accept(random);
                pace.pass(random, 200);
            }
        } finally {
            pace.end(); // without faults a run says nothing
        }
    }

    private static void expectNoFailure(Future<?> ended) {
        try {
            ended.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", interrupted);
        } catch (ExecutionException failure) {
            throw new IllegalStateException("workload: failed (expected: to go on)", failure.getCause());
        }
    }

    private static void end(ExecutorService threads) {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("workload: goes on after " + PATIENCE + " (expected: to end)");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", interrupted);
        }
    }
}
