package dev.facade.examples;

import dev.facade.FacadeRepository;
import dev.facade.option.Target;
import dev.facade.query.Jpql;
import dev.facade.test.PostgresNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The master dies, berlin is promoted, and the same facade goes on. The last scene: there is no way back. */
final class PromotionScene implements Scene {

    private static final int READERS = 4;
    private static final int WRITERS = 3;
    private static final double LIMIT_SECONDS = 20;

    @Override
    public String title() {
        return "The master dies, and berlin is promoted";
    }

    @Override
    public void play(Stage stage) {
        PostgresNode master = stage.cluster().master();
        PostgresNode berlin = stage.cluster().replica("berlin");
        try (FacadeRepository repo = stage.everybody().build()) {
            Map<String, String> names =
                    repo.all(Country.class).stream().collect(Collectors.toMap(Country::code, Country::name));
            try (Readers readers = new Readers(repo, stage::server, names).start(READERS);
                    Writers writers = new Writers(repo, "promotion.example").start(WRITERS)) {
                Pause.millis(1_000);
                stage.cluster().awaitCaughtUp();
                master.kill();
                stage.screen().say("The master is killed. Nobody takes writes; reads go on.");
                Pause.millis(1_000);
                berlin.promote();
                long promoted = System.nanoTime();
                stage.screen().say("Berlin is promoted by hand; the application is not told.");
                stage.cluster().replicas().stream()
                        .filter(replica -> replica != berlin)
                        .forEach(replica -> replica.follow(berlin));
                double resumed = resumedAfter(writers, promoted);
                stage.screen()
                        .say("The first write on berlin is acknowledged %.0f ms later.".formatted(1000 * resumed));
                Pause.millis(500);
                master.follow(berlin);
                stage.screen().say("The old master comes back, as a replica of berlin.");
                boolean read = isRead(readers, master.name());
                readers.stop();
                writers.stop();
                readers.failures().stream().limit(1).forEach(stage.screen()::failure);
                stage.claims()
                        .equal(
                                "not one read failed, not one was wrong",
                                readers.failures().size(),
                                0);
                stage.claims()
                        .equal("the master's name is berlin", repo.cluster().master(), "berlin");
                stage.claims().holds("writes resumed within a second of the promotion", resumed < 1);
                stage.claims().holds("the old master is read as a replica", read);
                kept(stage, repo, writers);
            }
        }
    }

    private static double resumedAfter(Writers writers, long promoted) {
        Stopwatch watch = Stopwatch.started();
        while (watch.seconds() < LIMIT_SECONDS) {
            for (Writers.Written write : writers.written()) {
                if (write.endedNanos() - promoted > 0) {
                    return (write.endedNanos() - promoted) / 1e9;
                }
            }
            Pause.millis(5);
        }
        return Double.POSITIVE_INFINITY;
    }

    private static boolean isRead(Readers readers, String name) {
        Stopwatch watch = Stopwatch.started();
        long begun = readers.answered().of(name);
        while (watch.seconds() < LIMIT_SECONDS) {
            if (readers.answered().of(name) > begun) {
                return true;
            }
            Pause.millis(20);
        }
        return false;
    }

    /** Asynchronous replication may lose what was acknowledged last; nothing else, and nothing is there twice. */
    private static void kept(Stage stage, FacadeRepository repo, Writers writers) {
        List<String> found = repo.all(
                Jpql.of("select t.email from Traveller t where t.email like '%@promotion.example'", String.class),
                Target.master());
        Set<String> unique = new HashSet<>(found);
        long lost = writers.written().stream()
                .filter(write -> !unique.contains(write.email()))
                .count();
        stage.screen()
                .say(
                        "%,d writes were acknowledged; %d of them were on their way to berlin when the master died, and are lost."
                                .formatted(writers.written().size(), lost));
        stage.claims().equal("none is there twice", found.size(), unique.size());
        stage.claims().holds("no more is lost than was on its way", lost <= WRITERS);
    }
}
