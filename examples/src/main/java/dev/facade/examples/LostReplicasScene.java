package dev.facade.examples;

import dev.facade.FacadeRepository;
import dev.facade.error.NoReplicaAvailableException;
import dev.facade.hibernate.PoolSettings;
import dev.facade.option.Target;
import dev.facade.test.PostgresNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/** All replicas are lost at the busiest hour: what they have served wants to the master, and writes go on all the same. */
final class LostReplicasScene implements Scene {

    private static final int READERS = 30;
    private static final int WRITERS = 3;
    private static final int READ_MILLIS = 20;
    private static final int PERIOD_MILLIS = 2_000;
    private static final double NOISE_MILLIS = 50;

    @Override
    public String title() {
        return "All replicas are lost, while " + READERS + " threads read and " + WRITERS + " write";
    }

    @Override
    public void play(Stage stage) {
        try (FacadeRepository repo =
                stage.everybody().replicaPool(PoolSettings.forReplica()).build()) {
            Crowd crowd = new Crowd(repo);
            try (Writers writers = new Writers(repo, "lost.example").start(WRITERS)) {
                crowd.start();
                Pause.millis(500);
                long begun = System.nanoTime();
                Pause.millis(PERIOD_MILLIS);
                double before = writers.p99Millis(begun);
                stage.cluster().replicas().forEach(PostgresNode::kill);
                Pause.millis(500); // those that were on their way
                long lost = System.nanoTime();
                Pause.millis(PERIOD_MILLIS);
                double during = writers.p99Millis(lost);
                CompletableFuture.allOf(stage.cluster().replicas().stream()
                                .map(replica -> CompletableFuture.runAsync(replica::start))
                                .toArray(CompletableFuture<?>[]::new))
                        .join();
                crowd.stop();
                stage.screen()
                        .say(
                                ("The readers want about %,d reads a second of %d ms each; %,d were answered, %,d were refused"
                                                + " by the guard of the master.")
                                        .formatted(
                                                READERS * 1000 / READ_MILLIS,
                                                READ_MILLIS,
                                                crowd.answered.sum(),
                                                crowd.refused.sum()));
                stage.screen()
                        .say("99 of 100 writes took at most %.0f ms before, %.0f ms then.".formatted(before, during));
                writers.failures().stream().limit(1).forEach(stage.screen()::failure);
                stage.claims().equal("not one write failed", writers.failures().size(), 0);
                stage.claims()
                        .holds(
                                "no read failed in another way, but for %d that ran on one dying server after another"
                                        .formatted(crowd.failures.size()),
                                crowd.failures.size() <= READERS);
                stage.claims().holds("some reads were refused", crowd.refused.sum() > 0);
                stage.claims()
                        .holds(
                                "99 of 100 writes took no more than twice as long, and the noise of this machine",
                                during < 2 * before + NOISE_MILLIS);
            }
        }
    }

    /** Readers whose reads take their time in the server. */
    private static final class Crowd {

        private final FacadeRepository repo;
        private final LongAdder answered = new LongAdder();
        private final LongAdder refused = new LongAdder();
        private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        private final Crew crew = new Crew("crowd");
        private volatile boolean closed;

        Crowd(FacadeRepository repo) {
            this.repo = repo;
        }

        void start() {
            crew.start(READERS, i -> this::readOn);
        }

        private void readOn() {
            while (!closed) {
                try {
                    repo.sql()
                            .query(
                                    "select 1 from (select pg_sleep(" + READ_MILLIS / 1000.0 + ")) nap",
                                    Target.replica());
                    answered.increment();
                } catch (NoReplicaAvailableException full) {
                    refused.increment();
                } catch (RuntimeException failure) {
                    failures.add(failure);
                }
            }
        }

        void stop() {
            closed = true;
            crew.awaitEnd();
        }
    }
}
