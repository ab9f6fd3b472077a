package dev.facade.examples;

import dev.facade.FacadeRepository;
import dev.facade.hibernate.PoolSettings;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.test.PostgresNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** A replica is killed under load, and comes back. */
final class KilledReplicaScene implements Scene {

    private static final int THREADS = 8;
    private static final int TICK_MILLIS = 200;
    private static final double KILL_AT = 1.05;
    private static final double DOWN_AT = 1.55;
    private static final double START_AT = 2.55;
    private static final double LIMIT = 15;

    @Override
    public String title() {
        return "Paris is killed, while " + THREADS + " threads read";
    }

    @Override
    public void play(Stage stage) {
        Ledger ledger = new Ledger();
        try (FacadeRepository repo = stage.everybody()
                .replicaPool(PoolSettings.forReplica())
                .algorithm(ReadAlgorithm.roundRobin())
                .listener(ledger)
                .build()) {
            Map<String, String> names =
                    repo.all(Country.class).stream().collect(Collectors.toMap(Country::code, Country::name));
            try (Readers readers = new Readers(repo, stage::server, names).start(THREADS)) {
                Film film = new Film(stage, readers);
                film.roll();
                readers.stop();
                stage.screen()
                        .say(
                                "%d reads. %d met the dead server and were answered by another one; the slowest took %.0f ms."
                                        .formatted(
                                                readers.answered().total(),
                                                ledger.detours(),
                                                Math.max(film.slowestMillis, readers.takeSlowestMillis())));
                readers.failures().stream().limit(1).forEach(stage.screen()::failure);
                stage.claims()
                        .equal(
                                "not one read failed, not one answer was wrong",
                                readers.failures().size(),
                                0);
                stage.claims().holds("some reads did meet the dead server", ledger.detours() > 0);
                stage.claims()
                        .equal(
                                "none was read from the master",
                                readers.answered().of("master"),
                                0L);
                stage.claims().equal("while it was down paris answered nothing", film.readsWhileDown, 0L);
                stage.claims().holds("paris reads again once it is back", film.back);
            }
        }
    }

    /** What happens second by second. */
    private static final class Film {

        private final Stage stage;
        private final PostgresNode paris;
        private final Readers readers;
        private final Table table;
        private final Stopwatch watch = Stopwatch.started();
        private Map<String, Long> shown = Map.of();
        private int second;
        private String note = "";
        private double slowestOfSecond;
        private double slowestMillis;
        private long readsWhileDown;
        private boolean back;

        Film(Stage stage, Readers readers) {
            this.stage = stage;
            this.paris = stage.cluster().replica("paris");
            this.readers = readers;
            this.table = new Table(stage.screen(), 8, "second", "berlin", "paris", "rome", "master", "slowest");
        }

        void roll() {
            until(KILL_AT);
            paris.kill();
            note = "← paris is killed";
            until(DOWN_AT); // answers that came before may not be counted yet
            long whenDown = parisReads();
            until(START_AT);
            long atStart = parisReads();
            readsWhileDown = atStart - whenDown;
            CompletableFuture<Void> start = CompletableFuture.runAsync(paris::start);
            note = "← paris is started";
            while (parisReads() == atStart && watch.seconds() < LIMIT) {
                tick();
            }
            back = parisReads() > atStart;
            note = back ? "← paris reads again" : "← paris stays away";
            until(second + 2.0);
            start.join();
        }

        private void until(double seconds) {
            while (watch.seconds() < seconds) {
                tick();
            }
        }

        private void tick() {
            Pause.millis(TICK_MILLIS);
            slowestOfSecond = Math.max(slowestOfSecond, readers.takeSlowestMillis());
            if (watch.seconds() >= second + 1) {
                stage.screen().say(line(note));
                second++;
                note = "";
                slowestMillis = Math.max(slowestMillis, slowestOfSecond);
                slowestOfSecond = 0;
                shown = counts();
            } else {
                stage.screen().live(line("…"));
            }
        }

        private String line(String end) {
            Map<String, Long> now = counts();
            List<Long> reads = List.of("berlin", "paris", "rome", "master").stream()
                    .map(node -> now.getOrDefault(node, 0L) - shown.getOrDefault(node, 0L))
                    .toList();
            String slowest = "%.0f ms".formatted(slowestOfSecond);
            return table.line(second + 1, reads.get(0), reads.get(1), reads.get(2), reads.get(3), slowest, end);
        }

        private Map<String, Long> counts() {
            return stage.nodes().stream()
                    .map(PostgresNode::name)
                    .collect(Collectors.toMap(node -> node, readers.answered()::of));
        }

        private long parisReads() {
            return readers.answered().of(paris.name());
        }
    }
}
