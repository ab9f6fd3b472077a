package dev.facade.hibernate;

import dev.facade.FacadeRepository;
import dev.facade.consistency.Consistency;
import dev.facade.event.FacadeListener;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import dev.facade.test.history.History;
import dev.facade.test.history.Verdict;
import dev.facade.test.history.Workload;
import java.time.Duration;
import java.util.function.Predicate;

/** Histories on PostgreSQL; also as a program, so that they can be run with a spoilt facade. */
final class Histories {

    /** Most of the time a replica that is paused or delayed shows a write within this. */
    static final Duration LAG_WINDOW = Duration.ofMillis(250);

    static final Predicate<History> BROKEN =
            history -> !history.check(LAG_WINDOW).violations().isEmpty();

    /** The status with which {@link #main} ends when it has found the past; a JVM that fails ends with 1. */
    static final int FOUND = 3;

    private Histories() {}

    /** Pages that the background writer has written need no replay: a replica could not come back behind them. */
    static PostgresCluster cluster() {
        return PostgresCluster.builder()
                .replicas("berlin", "paris", "rome")
                .setting("bgwriter_lru_maxpages", "0")
                .start();
    }

    static Workload workload(PostgresCluster cluster, Consistency level, long seed) {
        return Workload.of(listener -> open(cluster, listener, level), cluster.replicas())
                .level(level)
                .seed(seed);
    }

    private static FacadeRepository open(PostgresCluster cluster, FacadeListener listener, Consistency level) {
        PostgresNode master = cluster.master();
        HibernateFacade facade = HibernateFacade.builder()
                .master(master.url())
                .credentials(master.user(), master.password())
                .entities(Workload.entities())
                .consistency(level)
                .listener(listener)
                .hibernate("hibernate.hbm2ddl.auto", "update");
        cluster.replicas().forEach(replica -> facade.replica(replica.name(), replica.url()));
        return facade.build();
    }

    /** Most seconds, and a seed; ends with {@link #FOUND} after a broken promise, else with 0. */
    public static void main(String... arguments) {
        long seed = Long.parseLong(arguments[1]);
        boolean broken;
        try (PostgresCluster cluster = cluster()) {
            long begun = System.nanoTime();
            Workload.Run run = workload(cluster, Consistency.session(), seed)
                    .run(Duration.ofSeconds(Long.parseLong(arguments[0])), 0, BROKEN);
            Verdict verdict = run.history().check(LAG_WINDOW);
            broken = !verdict.violations().isEmpty();
            System.out.printf(
                    "seed %d, %d s: %s; %s%n",
                    seed, Duration.ofNanos(System.nanoTime() - begun).toSeconds(), run, verdict);
        }
        System.exit(broken ? FOUND : 0);
    }
}
