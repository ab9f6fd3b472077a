package dev.facade.hibernate;

import dev.facade.FacadeRepository;
import dev.facade.consistency.Consistency;
import dev.facade.event.FacadeListener;
import dev.facade.test.MariaDbCluster;
import dev.facade.test.MariaDbNode;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import dev.facade.test.history.History;
import dev.facade.test.history.ListVerdict.Flaw;
import dev.facade.test.history.ListWorkload;
import dev.facade.test.history.ListWorkload.Roles;
import dev.facade.test.history.Verdict;
import dev.facade.test.history.Workload;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
                return new Histories(
                        cluster::close,
                        () -> facade(cluster),
                        new Roles(cluster.master(), cluster.replicas()),
                        true,
                        Histories::promoteMostAdvanced);
            }
        },
        /** A schema is no part of the past that replicas come back behind: most of it cannot be made twice. */
        MARIADB {
            @Override
            Histories start() {
                MariaDbCluster cluster = MariaDbCluster.startForgetful(REPLICAS);
                Class<?>[] all = Stream.of(Workload.entities(), ListWorkload.entities())
                        .flatMap(Stream::of)
                        .toArray(Class<?>[]::new);
                withSchema(facade(cluster), all).build().close();
                cluster.awaitCaughtUp();
                cluster.replicas().forEach(MariaDbNode::flush);
                return new Histories(
                        cluster::close,
                        () -> facade(cluster),
                        new Roles(cluster.master(), cluster.replicas()),
                        false,
                        null);
            }
        };

        private static final String[] REPLICAS = {"berlin", "paris", "rome"};

        abstract Histories start();
    }

    /** Most of the time a replica that is paused or delayed shows a write within this. */
    static final Duration LAG_WINDOW = Duration.ofMillis(250);

    static final Predicate<History> BROKEN =
            history -> !history.check(LAG_WINDOW).violations().isEmpty();

    /** The status with which {@link #main} ends when it has found what it looked for; a JVM that fails ends with 1. */
    static final int FOUND = 3;

    private final Runnable end;
    private final Supplier<HibernateFacade> facade;
    private final Roles roles;
    private final boolean returning;
    private final @Nullable UnaryOperator<Roles> failover;

    private Histories(
            Runnable end,
            Supplier<HibernateFacade> facade,
            Roles roles,
            boolean returning,
            @Nullable UnaryOperator<Roles> failover) {
        this.end = end;
        this.facade = facade;
        this.roles = roles;
        this.returning = returning;
        this.failover = failover;
    }

    /** The master dies while it is written to; of the replicas the one that has received most takes its place. */
    private static Roles promoteMostAdvanced(Roles before) {
        PostgresNode old = (PostgresNode) before.master();
        List<PostgresNode> replicas =
                before.replicas().stream().map(PostgresNode.class::cast).toList();
        old.kill();
        PostgresNode next =
                replicas.stream().max(Comparator.comparing(Histories::received)).orElseThrow();
        next.promote();
        List<PostgresNode> others =
                replicas.stream().filter(node -> node != next).toList();
        others.forEach(node -> node.follow(next));
        old.follow(next);
        return new Roles(next, others); // a cluster's first master has no link to a master that a fault could cut
    }

    private static long received(PostgresNode replica) {
        try (Connection connection = replica.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_last_wal_receive_lsn() - '0/0'::pg_lsn")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
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
        Workload workload = Workload.of(listener -> open(listener, level, Workload.entities()), roles.replicas())
                .level(level)
                .seed(seed);
        return returning ? workload : workload.withoutReturning();
    }

    boolean failsOver() {
        return failover != null;
    }

    ListWorkload lists(long seed) {
        ListWorkload workload = ListWorkload.of(
                        listener -> open(listener, Consistency.session(), ListWorkload.entities()), roles)
                .seed(seed);
        return failover == null ? workload : workload.failover(failover);
    }

    private FacadeRepository open(FacadeListener listener, Consistency level, Class<?>... entities) {
        return withSchema(facade.get(), entities)
                .consistency(level)
                .listener(listener)
                .build();
    }

    private static HibernateFacade withSchema(HibernateFacade facade, Class<?>... entities) {
        return facade.entities(entities).hibernate("hibernate.hbm2ddl.auto", "update");
    }

    @Override
    public void close() {
        end.run();
    }

    /** What is read and written, and what is looked for. */
    enum Kind {
        /** Versions that are counted up: any broken promise. */
        REGISTERS {
            @Override
            boolean isFound(Histories histories, Duration most, long seed) {
                Workload.Run run =
                        histories.workload(Consistency.session(), seed).run(most, 0, BROKEN);
                Verdict verdict = run.history().check(LAG_WINDOW);
                System.out.printf("seed %d: %s; %s%n", seed, run, verdict);
                return !verdict.violations().isEmpty();
            }
        },
        /** Lists that only grow, and refer to each other: a reference that dangles. */
        DANGLING {
            @Override
            boolean isFound(Histories histories, Duration most, long seed) {
                return histories.isFound(Flaw.DANGLING, most, seed);
            }
        },
        /** The same lists: a row that is said not to be there, and is. */
        EMPTY {
            @Override
            boolean isFound(Histories histories, Duration most, long seed) {
                return histories.isFound(Flaw.EMPTY, most, seed);
            }
        };

        abstract boolean isFound(Histories histories, Duration most, long seed);
    }

    private boolean isFound(Flaw flaw, Duration most, long seed) {
        ListWorkload.Run run = lists(seed).run(most, verdict -> verdict.flaws().containsKey(flaw));
        System.out.printf("seed %d: %s%n", seed, run);
        return run.verdict().flaws().containsKey(flaw);
    }

    /** An engine, a kind, most seconds, and a seed; ends with {@link #FOUND} if it is found, else with 0. */
    public static void main(String... arguments) {
        boolean found;
        try (Histories histories = Engine.valueOf(arguments[0]).start()) {
            found = Kind.valueOf(arguments[1])
                    .isFound(histories, Duration.ofSeconds(Long.parseLong(arguments[2])), Long.parseLong(arguments[3]));
        }
        System.exit(found ? FOUND : 0);
    }
}
