package dev.facade.hibernate;

import dev.facade.FacadeRepository;
import dev.facade.consistency.Consistency;
import dev.facade.event.FacadeListener;
import dev.facade.test.MariaDbCluster;
import dev.facade.test.MariaDbNode;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import dev.facade.test.history.FaultyNode;
import dev.facade.test.history.History;
import dev.facade.test.history.Verdict;
import dev.facade.test.history.Workload;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Histories on a cluster; also as a program, so that they can be run with a spoilt facade. */
final class Histories implements AutoCloseable {

    /** The databases on which there are histories. */
    enum Engine {
        /** Pages that the background writer has written need no replay: a replica could not come back behind them. */
        POSTGRES {
            @Override
            Histories start() {
                PostgresCluster cluster = PostgresCluster.builder()
                        .replicas(REPLICAS)
                        .setting("bgwriter_lru_maxpages", "0")
                        .start();
                return new Histories(cluster::close, () -> facade(cluster), cluster.replicas(), true);
            }
        },
        /** A schema is no part of the past that replicas come back behind: most of it cannot be made twice. */
        MARIADB {
            @Override
            Histories start() {
                MariaDbCluster cluster = MariaDbCluster.startForgetful(REPLICAS);
                withSchema(facade(cluster)).build().close();
                cluster.awaitCaughtUp();
                cluster.replicas().forEach(MariaDbNode::flush);
                return new Histories(cluster::close, () -> facade(cluster), cluster.replicas(), false);
            }
        };

        private static final String[] REPLICAS = {"berlin", "paris", "rome"};

        abstract Histories start();
    }

    /** Most of the time a replica that is paused or delayed shows a write within this. */
    static final Duration LAG_WINDOW = Duration.ofMillis(250);

    static final Predicate<History> BROKEN =
            history -> !history.check(LAG_WINDOW).violations().isEmpty();

    /** The status with which {@link #main} ends when it has found the past; a JVM that fails ends with 1. */
    static final int FOUND = 3;

    private final Runnable end;
    private final Supplier<HibernateFacade> facade;
    private final List<? extends FaultyNode> replicas;
    private final boolean returning;

    private Histories(
            Runnable end, Supplier<HibernateFacade> facade, List<? extends FaultyNode> replicas, boolean returning) {
        this.end = end;
        this.facade = facade;
        this.replicas = replicas;
        this.returning = returning;
    }

    private static HibernateFacade facade(PostgresCluster cluster) {
        PostgresNode master = cluster.master();
        HibernateFacade facade =
                HibernateFacade.builder().master(master.url()).credentials(master.user(), master.password());
        cluster.replicas().forEach(replica -> facade.replica(replica.name(), replica.url()));
        return facade;
    }

    private static HibernateFacade facade(MariaDbCluster cluster) {
        MariaDbNode master = cluster.master();
        HibernateFacade facade =
                HibernateFacade.builder().master(master.url()).credentials(master.user(), master.password());
        cluster.replicas().forEach(replica -> facade.replica(replica.name(), replica.url()));
        return facade;
    }

    Workload workload(Consistency level, long seed) {
        Workload workload = Workload.of(listener -> open(listener, level), replicas)
                .level(level)
                .seed(seed);
        return returning ? workload : workload.withoutReturning();
    }

    private FacadeRepository open(FacadeListener listener, Consistency level) {
        return withSchema(facade.get()).consistency(level).listener(listener).build();
    }

    private static HibernateFacade withSchema(HibernateFacade facade) {
        return facade.entities(Workload.entities()).hibernate("hibernate.hbm2ddl.auto", "update");
    }

    @Override
    public void close() {
        end.run();
    }

    /** An engine, most seconds, and a seed; ends with {@link #FOUND} after a broken promise, else with 0. */
    public static void main(String... arguments) {
        long seed = Long.parseLong(arguments[2]);
        boolean broken;
        try (Histories histories = Engine.valueOf(arguments[0]).start()) {
            long begun = System.nanoTime();
            Workload.Run run = histories
                    .workload(Consistency.session(), seed)
                    .run(Duration.ofSeconds(Long.parseLong(arguments[1])), 0, BROKEN);
            Verdict verdict = run.history().check(LAG_WINDOW);
            broken = !verdict.violations().isEmpty();
            System.out.printf(
                    "seed %d, %d s: %s; %s%n",
                    seed, Duration.ofNanos(System.nanoTime() - begun).toSeconds(), run, verdict);
        }
        System.exit(broken ? FOUND : 0);
    }
}
