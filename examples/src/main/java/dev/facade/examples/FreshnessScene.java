package dev.facade.examples;

import dev.facade.FacadeRepository;
import dev.facade.consistency.CausalSession;
import dev.facade.event.Reason;
import dev.facade.event.Role;
import dev.facade.test.PostgresNode;
import java.util.Optional;

/** Every replica stands still: who has written something sees it, and nobody else is sent away from the replicas. */
final class FreshnessScene implements Scene {

    private static final int READS = 30;
    private static final double LIMIT_SECONDS = 15;
    private static final String LOST_CITY = "Atlantic/Atlantis";

    @Override
    public String title() {
        return "Never read the past";
    }

    @Override
    public void play(Stage stage) {
        stage.cluster().awaitCaughtUp();
        Ledger ledger = new Ledger();
        try (FacadeRepository repo = stage.fresh().listener(ledger).build()) {
            stage.cluster().replicas().forEach(PostgresNode::pauseReplay);
            stage.screen().say("Replay is paused on every replica; then somebody adds a time zone.");
            CausalSession mine = CausalSession.begin();
            repo.inSession(mine, () -> repo.insert(new Zone(LOST_CITY, -2 * 60 * 60)));

            writer(stage, repo, mine, ledger);
            others(stage, repo, ledger);
            anotherProcess(stage, repo, mine);

            stage.cluster().replicas().forEach(PostgresNode::resumeReplay);
            stage.screen().say("Replay goes on.");
            returned(stage, repo, mine, ledger);
            repo.inSession(mine, () -> repo.delete(found(repo).orElseThrow()));
        } finally {
            stage.cluster().replicas().forEach(PostgresNode::resumeReplay);
        }
    }

    private static Optional<Zone> found(FacadeRepository repo) {
        return repo.get(Zone.class, LOST_CITY);
    }

    private static void writer(Stage stage, FacadeRepository repo, CausalSession mine, Ledger ledger) {
        stage.claims().holds("who has added it sees it at once", isThere(repo, mine));
        stage.claims()
                .equal(
                        "on the master, for the reason CONSISTENCY",
                        ledger.last().reason(),
                        Reason.CONSISTENCY);
    }

    private static void others(Stage stage, FacadeRepository repo, Ledger ledger) {
        int onReplicas = 0;
        int seen = 0;
        for (int i = 0; i < READS; i++) {
            seen += isThere(repo, CausalSession.begin()) ? 1 : 0;
            onReplicas += ledger.last().role() == Role.REPLICA ? 1 : 0;
        }
        stage.claims().equal("all " + READS + " reads of others stay on the replicas", onReplicas, READS);
        stage.claims().equal("where it is not there yet", seen, 0);
    }

    private static void anotherProcess(Stage stage, FacadeRepository repo, CausalSession mine) {
        String text =
                repo.inSession(mine, () -> OtherProcess.KEYS.write(repo.token().orElseThrow()));
        stage.screen().say("A token goes to another process:");
        stage.screen().quote(text);
        OtherProcess.Answer answer = OtherProcess.ask(stage, LOST_CITY, text);
        stage.claims().holds("who comes with it sees the zone there", answer.withToken());
        stage.claims().holds("who comes without does not", !answer.without());
        stage.claims()
                .holds(
                        "a token that was changed is none",
                        OtherProcess.KEYS.read(text.replace("f1.", "f2.")).isEmpty());
    }

    private static void returned(Stage stage, FacadeRepository repo, CausalSession mine, Ledger ledger) {
        boolean always = true;
        Stopwatch watch = Stopwatch.started();
        do {
            Pause.millis(100);
            always &= isThere(repo, mine);
        } while (ledger.last().role() == Role.MASTER && watch.seconds() < LIMIT_SECONDS);
        stage.claims().equal("the writer is back on a replica", ledger.last().role(), Role.REPLICA);
        stage.claims().holds("and has seen the zone in every read", always);
    }

    private static boolean isThere(FacadeRepository repo, CausalSession session) {
        return repo.inSession(session, () -> found(repo).isPresent());
    }
}
