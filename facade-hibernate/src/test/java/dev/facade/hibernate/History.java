package dev.facade.hibernate;

import dev.facade.FacadeRepository;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.CausalToken;
import dev.facade.consistency.Consistency;
import dev.facade.event.OperationEvent;
import dev.facade.event.Role;
import dev.facade.option.Lock;
import dev.facade.query.Change;
import dev.facade.query.Query;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Many sessions read and count up registers on a cluster whose replicas are held up, killed and started again; every read
 * is checked against what its session has written and read before. A register's values are its versions, in the order of
 * the commits, so that "older" can be told.
 */
final class History {

    private static final int REGISTERS = 8;
    private static final int SESSIONS = 24;
    private static final int THREADS = 6;
    private static final Duration BOUND = Duration.ofMillis(300);
    private static final long RECENT = TimeUnit.MILLISECONDS.toNanos(500);

    /** A value that is only counted up. */
    @Entity(name = "Register")
    static class Register {
        @Id
        Integer id;

        long version;

        protected Register() {}

        Register(int id) {
            this.id = id;
        }
    }

    /** What came of a run. */
    record Outcome(
            long reads,
            long onReplicas,
            long recent,
            long writes,
            long handOvers,
            long failed,
            List<String> violations) {

        @Override
        public String toString() {
            return "reads " + reads + " (" + onReplicas * 100 / Math.max(1, reads) + " % on replicas, "
                    + recent * 100 / Math.max(1, reads) + " % soon after a write), writes " + writes + ", hand-overs "
                    + handOvers + ", failed " + failed + ", violations " + violations.size()
                    + (violations.isEmpty() ? "" : ", the first: " + violations.get(0));
        }
    }

    /** A session, and what it must not see less than. */
    private static final class Actor {

        final long[] floor = new long[REGISTERS];
        FacadeRepository repo;
        CausalSession session = CausalSession.begin();

        Actor(FacadeRepository repo) {
            this.repo = repo;
        }
    }

    private final PostgresCluster cluster;
    private final Consistency level;
    private final long seed;
    private final CausalToken.Keys keys =
            CausalToken.Keys.of("k", "sixteen bytes at least".getBytes(StandardCharsets.UTF_8));
    private final List<Map<Long, Long>> commits = new ArrayList<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong onReplicas = new AtomicLong();
    private final AtomicLong recent = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong handOvers = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicLong> faults = new java.util.concurrent.ConcurrentHashMap<>();
    private final ThreadLocal<Role> role = new ThreadLocal<>();

    History(PostgresCluster cluster, Consistency level, long seed) {
        this.cluster = cluster;
        this.level = level;
        this.seed = seed;
        for (int i = 0; i < REGISTERS; i++) {
            commits.add(new ConcurrentSkipListMap<>());
        }
    }

    Map<String, AtomicLong> faults() {
        return faults;
    }

    private FacadeRepository open() {
        PostgresNode master = cluster.master();
        HibernateFacade facade = HibernateFacade.builder()
                .master(master.url())
                .credentials(master.user(), master.password())
                .entities(Register.class)
                .consistency(level)
                .listener(this::heard)
                .hibernate("hibernate.hbm2ddl.auto", "update");
        cluster.replicas().forEach(replica -> facade.replica(replica.name(), replica.url()));
        return facade.build();
    }

    private void heard(OperationEvent event) {
        role.set(event.route() == null ? null : event.route().role());
    }

    Outcome run(Duration duration, boolean untilViolation) throws InterruptedException {
        try (FacadeRepository one = open();
                FacadeRepository two = open()) {
            one.deleteAll(Register.class);
            for (int i = 0; i < REGISTERS; i++) {
                one.insert(new Register(i));
            }
            cluster.awaitCaughtUp();
            List<Actor> actors = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                actors.add(new Actor(i % 2 == 0 ? one : two));
            }
            ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seed + i);
                threads.execute(() -> act(actors, random, one, two));
            }
            threads.execute(() -> disturb(new Random(seed - 1)));
            long end = System.nanoTime() + duration.toNanos();
            while (System.nanoTime() < end && !(untilViolation && !violations.isEmpty())) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            stop.set(true);
            threads.shutdown();
            threads.awaitTermination(30, TimeUnit.SECONDS);
        }
        return new Outcome(
                reads.get(), onReplicas.get(), recent.get(), writes.get(), handOvers.get(), failed.get(), violations);
    }

    private void act(List<Actor> actors, Random random, FacadeRepository one, FacadeRepository two) {
        while (!stop.get()) {
            Actor actor = actors.get(random.nextInt(actors.size()));
            synchronized (actor) {
                try {
                    actor.repo.inSession(actor.session, () -> {
                        int choice = random.nextInt(100);
                        if (choice < 6) {
                            write(actor, random);
                        } else if (choice < 8) {
                            rollBack(actor, random);
                        } else if (choice < 11) {
                            handOver(actor, one, two);
                        } else {
                            read(actor, random);
                        }
                        return null;
                    });
                } catch (PersistenceException failure) {
                    failed.incrementAndGet();
                }
            }
            LockSupport.parkNanos(random.nextInt(4_000_000));
        }
    }

    private void read(Actor actor, Random random) {
        int register = random.nextInt(REGISTERS);
        boolean bounded = level.level() == Consistency.Level.SESSION && random.nextInt(10) == 0;
        Consistency asked = bounded
                ? Consistency.boundedStaleness(BOUND)
                : level.level() == Consistency.Level.SESSION && random.nextInt(3) > 0
                        ? level.waitingUpTo(Duration.ofMillis(500))
                        : level;
        long begun = System.nanoTime();
        long version = actor.repo.getOrThrow(Register.class, register, asked).version;
        reads.incrementAndGet();
        onReplicas.addAndGet(role.get() == Role.REPLICA ? 1 : 0);
        Map<Long, Long> committed = commits.get(register);
        Long last = committed.get(version);
        recent.addAndGet(last == null || begun - last < RECENT ? 1 : 0);
        if (bounded) {
            long least = committed.entrySet().stream()
                    .filter(entry -> begun - entry.getValue() > BOUND.toNanos())
                    .mapToLong(Map.Entry::getKey)
                    .max()
                    .orElse(0);
            if (version < least) {
                violations.add("bounded: register " + register + " was " + version + " though " + least
                        + " was older than the bound, on " + role.get());
            }
            return; // a level of its own: it may be older than what the session has seen
        }
        if (version < actor.floor[register]) {
            violations.add("session: register " + register + " was " + version + " after " + actor.floor[register]
                    + ", on " + role.get());
        }
        actor.floor[register] = Math.max(version, actor.floor[register]);
    }

    private void write(Actor actor, Random random) {
        int register = random.nextInt(REGISTERS);
        long version = switch (random.nextInt(3)) {
            case 0 ->
                actor.repo
                        .updateAllReturning(Query.from(Register.class).where("id", register), Change.inc("version", 1L))
                        .get(0)
                        .version;
            case 1 ->
                actor.repo.transaction(() -> {
                    Register locked = actor.repo.getOrThrow(Register.class, register, Lock.pessimisticWrite());
                    locked.version++;
                    return actor.repo.update(locked).version;
                });
            default ->
                ((Number) actor.repo
                                .sql()
                                .query(
                                        "update Register set version = version + 1 where id = :id returning version",
                                        Map.of("id", register))
                                .rows()
                                .get(0)
                                .get(0))
                        .longValue();
        };
        commits.get(register).put(version, System.nanoTime());
        writes.incrementAndGet();
        if (version <= actor.floor[register]) {
            violations.add("writes follow reads: register " + register + " became " + version + " after "
                    + actor.floor[register]);
        }
        actor.floor[register] = version;
    }

    private static void rollBack(Actor actor, Random random) {
        int register = random.nextInt(REGISTERS);
        actor.repo.transact(() -> {
            actor.repo.updateAll(Query.from(Register.class).where("id", register), Change.inc("version", 1L));
            throw actor.repo.rollback("no");
        });
    }

    /** Another process goes on, by a token. */
    private void handOver(Actor actor, FacadeRepository one, FacadeRepository two) {
        FacadeRepository next = actor.repo == one ? two : one;
        actor.repo.token().ifPresent(token -> {
            actor.session = next.sessionAfter(keys.read(keys.write(token)).orElseThrow());
            actor.repo = next;
            handOvers.incrementAndGet();
        });
    }

    // -- faults

    private void disturb(Random random) {
        while (!stop.get()) {
            PostgresNode replica =
                    cluster.replicas().get(random.nextInt(cluster.replicas().size()));
            try {
                switch (random.nextInt(6)) {
                    case 0, 1, 2 -> {
                        replica.pauseReplay();
                        pause(random, 500);
                        replica.resumeReplay();
                        count("replay paused");
                    }
                    case 3, 4 -> {
                        replica.replayDelay(Duration.ofMillis(random.nextInt(500)));
                        pause(random, 800);
                        replica.replayDelay(Duration.ZERO);
                        count("replay delayed");
                    }
                    default -> {
                        replica.kill();
                        pause(random, 100);
                        replica.start();
                        count("killed and started");
                    }
                }
            } catch (RuntimeException late) {
                count("fault refused: " + late);
            }
            pause(random, 200);
        }
        cluster.replicas().forEach(replica -> {
            if (!replica.isRunning()) {
                replica.start();
            }
            replica.replayDelay(Duration.ZERO);
            replica.resumeReplay();
        });
    }

    private void count(String fault) {
        faults.computeIfAbsent(fault, any -> new AtomicLong()).incrementAndGet();
    }

    private static void pause(Random random, int most) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(most)));
    }

    /** Level, seconds and seed; ends with 1 at the first violation. */
    public static void main(String... arguments) throws InterruptedException {
        Consistency level = arguments[0].equals("session") ? Consistency.session() : Consistency.eventual();
        try (PostgresCluster cluster =
                PostgresCluster.builder().replicas("berlin", "paris", "rome").start()) {
            History history = new History(cluster, level, Long.parseLong(arguments[2]));
            Outcome outcome = history.run(Duration.ofSeconds(Long.parseLong(arguments[1])), true);
            System.out.println("seed " + arguments[2] + ": " + outcome + ", " + history.faults());
            System.exit(outcome.violations().isEmpty() ? 0 : 1);
        }
    }
}
