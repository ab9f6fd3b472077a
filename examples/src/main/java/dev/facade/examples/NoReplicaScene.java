package dev.facade.examples;

import dev.facade.FacadeRepository;
import dev.facade.error.NoReplicaAvailableException;
import dev.facade.event.Reason;
import dev.facade.hibernate.PoolSettings;
import dev.facade.test.PostgresNode;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** No replica is left: the master answers, or nobody, as the application has decided. */
final class NoReplicaScene implements Scene {

    private static final int READS = 60;
    private static final double LIMIT_SECONDS = 15;

    @Override
    public String title() {
        return "All replicas are killed";
    }

    @Override
    public void play(Stage stage) {
        stage.cluster().replicas().forEach(PostgresNode::kill);
        Ledger ledger = new Ledger();
        try (FacadeRepository falling = facade(stage, ledger, true);
                FacadeRepository strict = facade(stage, new Ledger(), false)) {
            stage.screen().say("Both facades below were built after that: nothing connects until somebody reads.");
            fallback(stage, falling, ledger);
            refusal(stage, strict);
            stage.screen().say("Now the replicas are started again.");
            CompletableFuture.allOf(stage.cluster().replicas().stream()
                            .map(replica -> CompletableFuture.runAsync(replica::start))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
            returned(stage, "fallback", falling);
            returned(stage, "no fallback", strict);
        }
    }

    private static FacadeRepository facade(Stage stage, Ledger ledger, boolean fallback) {
        return stage.everybody()
                .replicaPool(PoolSettings.forReplica())
                .fallbackToMaster(fallback)
                .listener(ledger)
                .build();
    }

    private static void fallback(Stage stage, FacadeRepository repo, Ledger ledger) {
        Tally answered = read(stage, repo);
        stage.claims()
                .equal("fallbackToMaster(true): the master answers all " + READS, answered.of("master"), (long) READS);
        stage.claims().equal("each for the reason FALLBACK", ledger.because(Reason.FALLBACK), (long) READS);
    }

    private static void refusal(Stage stage, FacadeRepository repo) {
        try {
            repo.getOrThrow(Country.class, "IS");
            stage.claims().holds("fallbackToMaster(false): the read is refused", false);
        } catch (NoReplicaAvailableException refused) {
            stage.claims().holds("fallbackToMaster(false): the read is refused, and says why:", true);
            stage.screen().quote(String.valueOf(refused.getMessage()));
            stage.claims().equal("it names every replica", refused.reasons().keySet(), Set.copyOf(stage.replicas()));
        }
    }

    /** A replica that has returned gets a small share at first. */
    private static void returned(Stage stage, String name, FacadeRepository repo) {
        Stopwatch watch = Stopwatch.started();
        Tally answered = read(stage, repo);
        while (!isEverywhere(stage, answered) && watch.seconds() < LIMIT_SECONDS) {
            Pause.millis(20);
            answered = read(stage, repo);
        }
        stage.claims()
                .holds(name + ": reads are on all replicas again, none on the master", isEverywhere(stage, answered));
    }

    private static boolean isEverywhere(Stage stage, Tally answered) {
        return answered.of("master") == 0 && stage.replicas().stream().allMatch(replica -> answered.of(replica) > 0);
    }

    private static Tally read(Stage stage, FacadeRepository repo) {
        Tally answered = new Tally();
        for (String code : stage.atlas().codes().subList(0, READS)) {
            answered.add(stage.server(repo.getOrThrow(Country.class, code)));
        }
        return answered;
    }
}
