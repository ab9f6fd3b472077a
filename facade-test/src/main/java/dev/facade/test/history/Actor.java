package dev.facade.test.history;

import dev.facade.FacadeRepository;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.CausalToken;
import dev.facade.consistency.Consistency;
import dev.facade.consistency.Consistency.Level;
import dev.facade.event.Role;
import dev.facade.option.Lock;
import dev.facade.query.Change;
import dev.facade.query.Jpql;
import dev.facade.query.Query;
import dev.facade.test.history.HistoryEvent.Read;
import dev.facade.test.history.HistoryEvent.Write;
import dev.facade.test.history.Registers.Audit;
import dev.facade.test.history.Registers.Joined;
import dev.facade.test.history.Registers.Register;
import jakarta.persistence.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** One session: what it does, and what it has recorded. Thread-safe: it does one thing at a time. */
final class Actor {

    private static final Duration BOUND = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final CausalToken.Keys KEYS =
            CausalToken.Keys.of("k", "sixteen bytes at least".getBytes(StandardCharsets.UTF_8));

    private final int number;
    private final Consistency level;
    private final Workload.Counts counts;
    private final ReentrantLock busy = new ReentrantLock();
    private final List<HistoryEvent> events = new ArrayList<>();
    private FacadeRepository repo;
    private FacadeRepository other;
    private CausalSession session = CausalSession.begin();
    private long lines;
    private long tried;

    Actor(int number, Consistency level, Workload.Counts counts, FacadeRepository repo, FacadeRepository other) {
        this.number = number;
        this.level = level;
        this.counts = counts;
        this.repo = repo;
        this.other = other;
    }

    List<HistoryEvent> events() {
        busy.lock();
        try {
            return List.copyOf(events);
        } finally {
            busy.unlock();
        }
    }

    /** Does something, in this thread or another one; does nothing if it is busy. */
    void act(Random random, Executor others) {
        if (!busy.tryLock()) {
            return;
        }
        try {
            repo.inSession(session, () -> {
                int choice = random.nextInt(100);
                if (choice < 7) {
                    write(random);
                } else if (choice < 11) {
                    audit(random);
                } else if (choice < 12) {
                    rollBack(random);
                } else if (choice < 14) {
                    handOver();
                } else if (choice < 17) {
                    CompletableFuture.runAsync(() -> read(random), repo.carry(others))
                            .join();
                } else {
                    read(random);
                }
                return null;
            });
        } catch (PersistenceException | java.util.concurrent.CompletionException failure) {
            counts.failures.increment();
        } finally {
            busy.unlock();
        }
    }

    // -- reads

    private void read(Random random) {
        int kind = random.nextInt(20);
        int row = random.nextInt(Registers.ROWS);
        if (kind == 0) {
            Class<? extends Register> table = table(random);
            read(random, asked -> {
                Map<String, Long> seen = new LinkedHashMap<>();
                repo.all(table, asked).forEach(register -> seen.putAll(seen(register)));
                return seen;
            });
        } else if (kind < 3) {
            Jpql<Object[]> join = Jpql.of(
                            "select j.version, a.version from Joined j join Amber a on a.id = j.id where j.id = :id",
                            Object[].class)
                    .with("id", row);
            read(random, asked -> {
                Object[] versions = repo.all(join, asked).get(0);
                return Map.of(
                        Registers.name(Joined.class, row), (Long) versions[0],
                        Registers.name(Registers.Amber.class, row), (Long) versions[1]);
            });
        } else if (kind < 4) {
            read(
                    random,
                    asked -> Map.of(
                            Registers.audit(number),
                            repo.count(Query.from(Audit.class).where("session", number), asked)));
        } else {
            read(random, table(random), row);
        }
    }

    private void read(Random random, Class<? extends Register> table, int row) {
        read(random, asked -> seen(repo.getOrThrow(table, row, asked)));
    }

    private static Map<String, Long> seen(Register register) {
        Map<String, Long> seen = new LinkedHashMap<>();
        seen.put(name(register), register.version);
        if (register instanceof Joined joined && joined.amber != null) {
            seen.put(name(joined.amber), joined.amber.version);
        }
        return seen;
    }

    private static String name(Register register) {
        return Registers.name(register.getClass().asSubclass(Register.class), register.id);
    }

    /** A read at a level. */
    private interface Reading {
        Map<String, Long> at(Consistency asked);
    }

    private void read(Random random, Reading reading) {
        Consistency asked = asked(random);
        Duration bound = asked.level() == Level.BOUNDED
                ? asked.staleness()
                : asked.level() == Level.STRONG ? Duration.ZERO : null;
        long begun = System.nanoTime();
        Map<String, Long> seen = reading.at(asked);
        long ended = System.nanoTime();
        Role role =
                Objects.requireNonNull(counts.role.get(), "role: none heard (expected: a facade with the listener)");
        seen.forEach((register, version) -> events.add(new Read(number, register, version, role, bound, begun, ended)));
        counts.operations.increment();
    }

    /** Most reads are at the session's level, and most of these wait a little for a replica. */
    private Consistency asked(Random random) {
        if (level.level() != Level.SESSION) {
            return level;
        }
        int choice = random.nextInt(30);
        if (choice == 0) {
            return Consistency.strong();
        }
        if (choice < 4) {
            return Consistency.boundedStaleness(BOUND);
        }
        return choice % 3 == 0 ? level : level.waitingUpTo(PATIENCE);
    }

    // -- writes

    private void write(Random random) {
        Class<? extends Register> table = table(random);
        int row = random.nextInt(Registers.ROWS);
        switch (random.nextInt(6)) {
            case 0 -> written(table, row, () -> bulk(table, row));
            case 1 -> written(table, row, () -> sql(table, row));
            case 2 -> written(table, row, () -> repo.transaction(() -> jpql(table, row)));
            case 3 -> written(table, row, () -> repo.transaction(() -> entity(table, row)));
            case 4 -> several(random, table, row);
            default ->
                written(
                        table,
                        row,
                        () -> repo.transaction(() -> {
                            long version = entity(table, row);
                            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(60 + random.nextInt(120)));
                            return version;
                        }));
        }
        if (random.nextInt(4) > 0) {
            read(random, table, row);
        }
    }

    private void written(Class<? extends Register> table, int row, Supplier<Long> write) {
        long begun = System.nanoTime();
        long version = write.get();
        add(Registers.name(table, row), version, begun);
        counts.operations.increment();
    }

    private void add(String register, long version, long begun) {
        events.add(new Write(number, register, version, begun, System.nanoTime()));
    }

    private long bulk(Class<? extends Register> table, int row) {
        return repo.updateAllReturning(Query.from(table).where("id", row), Change.inc("version", 1L))
                .get(0)
                .version;
    }

    private long sql(Class<? extends Register> table, int row) {
        String name = Objects.requireNonNull(table.getAnnotation(jakarta.persistence.Table.class))
                .name();
        return ((Number) repo.sql()
                        .query(
                                "update " + name + " set version = version + 1 where id = :id returning version",
                                Map.of("id", row))
                        .rows()
                        .get(0)
                        .get(0))
                .longValue();
    }

    private long jpql(Class<? extends Register> table, int row) {
        repo.updateAll(
                Jpql.statement("update " + table.getSimpleName() + " r set r.version = r.version + 1 where r.id = :id")
                        .with("id", row));
        return repo.getOrThrow(table, row).version;
    }

    private long entity(Class<? extends Register> table, int row) {
        Register locked = repo.getOrThrow(table, row, Lock.pessimisticWrite());
        locked.version++;
        return repo.update(locked).version;
    }

    /** Two tables and a line in one transaction; tables are locked in their order, so that nobody waits for ever. */
    private void several(Random random, Class<? extends Register> first, int row) {
        Class<? extends Register> second = table(random);
        int order = Integer.compare(Registers.TABLES.indexOf(first), Registers.TABLES.indexOf(second));
        List<Class<? extends Register>> tables =
                order == 0 ? List.of(first) : order < 0 ? List.of(first, second) : List.of(second, first);
        long begun = System.nanoTime();
        Map<String, Long> versions = repo.transaction(() -> {
            Map<String, Long> become = new LinkedHashMap<>();
            tables.forEach(table -> become.put(Registers.name(table, row), jpql(table, row)));
            repo.insert(new Audit(number, ++tried));
            become.put(Registers.audit(number), lines + 1);
            return become;
        });
        lines++;
        versions.forEach((register, version) -> add(register, version, begun));
        counts.operations.increment();
    }

    private void audit(Random random) {
        long begun = System.nanoTime();
        repo.insert(new Audit(number, ++tried));
        lines++;
        add(Registers.audit(number), lines, begun);
        counts.operations.increment();
        if (random.nextInt(4) == 0) {
            read(random);
        }
    }

    private void rollBack(Random random) {
        Class<? extends Register> table = table(random);
        int row = random.nextInt(Registers.ROWS);
        repo.transact(() -> {
            repo.updateAll(Query.from(table).where("id", row), Change.inc("version", 1L));
            throw repo.rollback("no");
        });
        counts.rollbacks.increment();
    }

    /** Another process goes on, by a token. */
    private void handOver() {
        repo.token().ifPresent(token -> {
            FacadeRepository next = other;
            session = next.sessionAfter(KEYS.read(KEYS.write(token)).orElseThrow());
            other = repo;
            repo = next;
            counts.handOvers.increment();
        });
    }

    private static Class<? extends Register> table(Random random) {
        return Registers.TABLES.get(random.nextInt(Registers.TABLES.size()));
    }
}
