package dev.facade.test.history;

import dev.facade.FacadeRepository;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.CausalToken;
import dev.facade.consistency.Consistency;
import dev.facade.consistency.Consistency.Level;
import dev.facade.event.Role;
import dev.facade.query.Change;
import dev.facade.query.Query;
import dev.facade.test.history.HistoryEvent.Read;
import dev.facade.test.history.HistoryEvent.Write;
import dev.facade.test.history.Registers.Audit;
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
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One session: what it does, and what it has recorded. Thread-safe: it does one thing at a time. */
final class Actor {

    private static final Duration BOUND = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final CausalToken.Keys KEYS =
            CausalToken.Keys.of("k", "sixteen bytes at least".getBytes(StandardCharsets.UTF_8));

    private final int number;
    private final Consistency level;
    private final List<Writing> writings;
    private final Workload.Counts counts;
    private final ReentrantLock busy = new ReentrantLock();
    private final List<HistoryEvent> events = new ArrayList<>();
    private FacadeRepository repo;
    private FacadeRepository other;
    private CausalSession session = CausalSession.begin();
    private long lines;
    private long tried;

    Actor(
            int number,
            Consistency level,
            List<Writing> writings,
            Workload.Counts counts,
            FacadeRepository repo,
            FacadeRepository other) {
        this.number = number;
        this.level = level;
        this.writings = writings;
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
                choose(random, others);
                return session;
            });
        } catch (PersistenceException failure) {
            counts.failures.increment();
        } catch (CompletionException failure) {
            if (!(failure.getCause() instanceof PersistenceException)) {
                throw failure;
            }
            counts.failures.increment();
        } finally {
            busy.unlock();
        }
    }

    private void choose(Random random, Executor others) {
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
            CompletableFuture.runAsync(() -> read(random), repo.carry(others)).join();
        } else {
            read(random);
        }
    }

    private void read(Random random) {
        int kind = random.nextInt(20);
        if (kind == 0) {
            read(random, Reading.table(table(random)));
        } else if (kind < 3) {
            read(random, Reading.join(row(random)));
        } else if (kind < 4) {
            read(random, Reading.audit(number));
        } else {
            read(random, Reading.row(table(random), row(random)));
        }
    }

    private void read(Random random, Reading reading) {
        Consistency asked = asked(random);
        long begun = System.nanoTime();
        Map<String, Long> seen = reading.from(repo, asked);
        long ended = System.nanoTime();
        Role role =
                Objects.requireNonNull(counts.role.get(), "role: none heard (expected: a facade with the listener)");
        seen.forEach((register, version) ->
                events.add(new Read(number, register, version, role, bound(asked), begun, ended)));
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

    private static @Nullable Duration bound(Consistency asked) {
        return switch (asked.level()) {
            case BOUNDED -> asked.staleness();
            case STRONG -> Duration.ZERO;
            default -> null;
        };
    }

    private void write(Random random) {
        Class<? extends Register> table = table(random);
        int row = row(random);
        int kind = random.nextInt(writings.size() + 1);
        if (kind == writings.size()) {
            several(random, table, row);
        } else {
            long begun = System.nanoTime();
            long version = writings.get(kind).count(repo, table, row, random);
            written(Map.of(Registers.name(table, row), version), begun);
        }
        if (random.nextInt(4) > 0) {
            read(random, Reading.row(table, row));
        }
    }

    /** Two tables and a line in one transaction; tables are locked in their order, so that nobody waits for ever. */
    private void several(Random random, Class<? extends Register> first, int row) {
        Class<? extends Register> second = table(random);
        long begun = System.nanoTime();
        Map<String, Long> versions = repo.transaction(() -> {
            Map<String, Long> become = new LinkedHashMap<>();
            for (Class<? extends Register> table : Registers.TABLES) {
                if (table == first || table == second) {
                    become.put(Registers.name(table, row), Writing.JPQL.count(repo, table, row, random));
                }
            }
            repo.insert(new Audit(number, ++tried));
            become.put(Registers.audit(number), lines + 1);
            return become;
        });
        lines++;
        written(versions, begun);
    }

    private void audit(Random random) {
        long begun = System.nanoTime();
        repo.insert(new Audit(number, ++tried));
        lines++;
        written(Map.of(Registers.audit(number), lines), begun);
        if (random.nextInt(4) == 0) {
            read(random);
        }
    }

    private void written(Map<String, Long> versions, long begun) {
        long ended = System.nanoTime();
        versions.forEach((register, version) -> events.add(new Write(number, register, version, begun, ended)));
        counts.operations.increment();
    }

    private void rollBack(Random random) {
        Class<? extends Register> table = table(random);
        int row = row(random);
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

    private static int row(Random random) {
        return random.nextInt(Registers.ROWS);
    }
}
