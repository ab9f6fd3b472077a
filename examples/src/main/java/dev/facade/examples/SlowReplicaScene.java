package dev.facade.examples;

import dev.facade.FacadeRepository;
import dev.facade.test.PostgresNode;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** A replica answers slowly: it lives, so nobody calls it dead, and yet hardly a read is given to it. */
final class SlowReplicaScene implements Scene {

    private static final int THREADS = 8;
    private static final Duration DELAY = Duration.ofMillis(20);
    private static final double LIMIT_SECONDS = 20;

    @Override
    public String title() {
        return "Paris is slow: each of its answers takes " + 2 * DELAY.toMillis() + " ms more";
    }

    @Override
    public void play(Stage stage) {
        PostgresNode paris = stage.cluster().replica("paris");
        try (FacadeRepository repo = stage.everybody().build()) {
            Map<String, String> names =
                    repo.all(Country.class).stream().collect(Collectors.toMap(Country::code, Country::name));
            try (Readers readers = new Readers(repo, stage::server, names).start(THREADS)) {
                Table table = new Table(stage.screen(), 22, "half a second", "berlin", "paris", "rome");
                row(table, stage, readers, "all are well", 3);
                paris.link().delay(DELAY);
                row(table, stage, readers, "paris is slow", 2);
                Map<String, Long> slow = row(table, stage, readers, "paris is slow, later", 3);
                paris.link().heal();
                boolean back = isBack(readers, slow);
                row(table, stage, readers, "paris is well again", 2);
                readers.stop();
                long reads = slow.values().stream().mapToLong(Long::longValue).sum();
                readers.failures().stream().limit(1).forEach(stage.screen()::failure);
                stage.claims()
                        .equal(
                                "not one read failed, not one answer was wrong",
                                readers.failures().size(),
                                0);
                stage.claims()
                        .equal(
                                "none was read from the master",
                                readers.answered().of("master"),
                                0L);
                stage.claims()
                        .holds(
                                "after a second paris got %d of %,d reads: less than 2 %%"
                                        .formatted(slow.getOrDefault("paris", 0L), reads),
                                slow.getOrDefault("paris", 0L) * 50 < reads);
                stage.claims().holds("paris reads again once it is well", back);
            }
        } finally {
            paris.link().heal();
        }
    }

    /** Reads of so many half seconds, the last of them shown. */
    private static Map<String, Long> row(Table table, Stage stage, Readers readers, String what, int halves) {
        Map<String, Long> before = counts(stage, readers);
        Map<String, Long> reads = before;
        for (int i = 0; i < halves; i++) {
            before = counts(stage, readers);
            Pause.millis(500);
            Map<String, Long> since = before;
            reads = counts(stage, readers).entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, count -> count.getValue() - since.getOrDefault(count.getKey(), 0L)));
        }
        stage.screen()
                .say(table.line(
                        what,
                        reads.getOrDefault("berlin", 0L),
                        reads.getOrDefault("paris", 0L),
                        reads.getOrDefault("rome", 0L)));
        return reads;
    }

    private static boolean isBack(Readers readers, Map<String, Long> slow) {
        Stopwatch watch = Stopwatch.started();
        long begun = readers.answered().of("paris");
        while (watch.seconds() < LIMIT_SECONDS) {
            if (readers.answered().of("paris") - begun > 10 * (slow.getOrDefault("paris", 0L) + 10)) {
                return true;
            }
            Pause.millis(20);
        }
        return false;
    }

    private static Map<String, Long> counts(Stage stage, Readers readers) {
        return stage.replicas().stream().collect(Collectors.toMap(name -> name, readers.answered()::of));
    }
}
