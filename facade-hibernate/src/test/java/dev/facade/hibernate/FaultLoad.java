package dev.facade.hibernate;

import dev.facade.FacadeRepository;
import dev.facade.consistency.Consistency;
import dev.facade.error.CommitOutcomeUnknownException;
import dev.facade.event.FacadeListener;
import dev.facade.event.OperationEvent;
import dev.facade.event.Role;
import dev.facade.query.Change;
import dev.facade.query.Query;
import dev.facade.query.Queryable;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.TypedQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Threads that read and write through a facade at a pace, and know what each of them must see.
 *
 * <p>There are slots, each written by one thread, which counts up; and entries, one for each write, which tell by their
 * token how often it was made. A thread is a session. It reads slots by key, half of them at level session and half at
 * level eventual. The pace is an open loop without a backlog: what a slow operation has kept a thread from doing is not
 * made up for.
 */
final class FaultLoad implements AutoCloseable {

    static final Class<?>[] ENTITIES = {Slot.class, Entry.class};

    /** No constraint may hide that a write was made twice. The position is one of the log before the write's commit. */
    static final List<String> SCHEMA = List.of(
            "CREATE TABLE slot (id BIGINT PRIMARY KEY, amount BIGINT NOT NULL, text TEXT NOT NULL)",
            "CREATE TABLE entry (id UUID PRIMARY KEY, token TEXT NOT NULL,"
                    + " position PG_LSN NOT NULL DEFAULT pg_current_wal_insert_lsn())");

    static final List<String> EMPTY = List.of(
            "TRUNCATE slot, entry",
            "INSERT INTO slot SELECT i, 0, i || '/0' FROM generate_series(0, " + (FaultLoad.SLOTS - 1) + ") i");

    private static final int SLOTS = 64;
    private static final int FIRST_KNOCK = 1_000;
    private static final long PATIENCE = TimeUnit.SECONDS.toMillis(60);

    @Entity
    @Table(name = "slot")
    static class Slot {
        @Id
        Long id;

        long amount;
        String text;
    }

    @Entity
    @Table(name = "entry")
    static class Entry {
        @Id
        @GeneratedValue(strategy = GenerationType.UUID)
        UUID id;

        String token;

        protected Entry() {}

        Entry(String token) {
            this.token = token;
        }
    }

    /**
     * How much is done.
     *
     * @param readers threads that only read
     * @param writers threads that write, and read what they have written
     * @param readPause from one read to the next
     * @param writePause from one write to the next
     * @param napMillis how long the server sleeps in each read
     */
    record Profile(int readers, int writers, Duration readPause, Duration writePause, int napMillis) {

        private static final int PAUSE_MILLIS = Integer.getInteger("facade.faults.pause", 20);

        static Profile normal() {
            return new Profile(12, 4, Duration.ofMillis(PAUSE_MILLIS), Duration.ofMillis(2L * PAUSE_MILLIS), 0);
        }

        Profile napping(int millis) {
            return new Profile(readers, writers, readPause, writePause, millis);
        }

        Profile crowded() {
            return new Profile(2 * readers, writers, readPause, writePause, napMillis);
        }
    }

    /**
     * A read that has ended. Times in nanoseconds of {@link System#nanoTime()}.
     *
     * @param least what the slot had to hold at least
     * @param most what had been written to it at most
     * @param got what was read; null if it failed
     * @param node where it was answered; null if nowhere
     * @param tried where it failed before
     * @param sound whether the row is the one that was asked for
     */
    record Read(
            int thread,
            boolean session,
            int slot,
            long least,
            long most,
            Long got,
            String node,
            boolean onReplica,
            List<String> tried,
            boolean sound,
            long begun,
            long ended,
            Throwable error) {

        boolean failed() {
            return error != null;
        }

        long nanos() {
            return ended - begun;
        }
    }

    enum Outcome {
        ACKNOWLEDGED,
        FAILED,
        UNKNOWN
    }

    /** A write that has ended; {@code slot} is -1 if it wrote an entry only. */
    record Write(
            int thread,
            int sequence,
            String token,
            int slot,
            long amount,
            Outcome outcome,
            long begun,
            long ended,
            Throwable error) {

        boolean acknowledged() {
            return outcome == Outcome.ACKNOWLEDGED;
        }

        long nanos() {
            return ended - begun;
        }
    }

    private record Nap(int slot, int millis) implements Queryable<Slot> {

        @Override
        @SuppressWarnings("unchecked")
        public TypedQuery<Slot> compile(EntityManager em) {
            return (TypedQuery<Slot>) em.createNativeQuery(
                    "SELECT s.* FROM slot s, (SELECT pg_sleep(" + millis / 1000.0 + ")) nap WHERE s.id = " + slot,
                    Slot.class);
        }

        @Override
        public String subject() {
            return "nap";
        }
    }

    private final Profile profile;
    private final FacadeRepository repo;
    private final long seed;
    private final ThreadLocal<OperationEvent> last = new ThreadLocal<>();
    private final AtomicLongArray attempted = new AtomicLongArray(SLOTS);
    private final Queue<Read> reads = new ConcurrentLinkedQueue<>();
    private final Queue<Write> writes = new ConcurrentLinkedQueue<>();
    private final LongAdder readCount = new LongAdder();
    private final List<Actor> actors = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    private FaultLoad(Profile profile, Function<FacadeListener, FacadeRepository> opening, long seed) {
        this.profile = profile;
        this.seed = seed;
        this.repo = opening.apply(last::set);
        for (int i = 0; i < profile.writers() + profile.readers(); i++) {
            actors.add(new Actor(i));
        }
    }

    /** Opens the facade, and owns it. */
    static FaultLoad on(Profile profile, Function<FacadeListener, FacadeRepository> opening, long seed) {
        return new FaultLoad(profile, opening, seed);
    }

    FacadeRepository repo() {
        return repo;
    }

    /** Starts the threads, or starts them again. */
    void start() {
        over = false;
        for (Actor actor : actors) {
            Thread thread = new Thread(actor, "load-" + actor.number);
            threads.add(thread);
            thread.start();
        }
    }

    /** One write more, on a thread of its own. */
    void knock() {
        Actor actor = new Actor(FIRST_KNOCK + threads.size());
        Thread thread = new Thread(() -> actor.write(0), "load-" + actor.number);
        threads.add(thread);
        thread.start();
    }

    /** Ends the threads; the facade stays open. */
    void stop() {
        over = true;
        try {
            for (Thread thread : threads) {
                thread.join(PATIENCE);
                if (thread.isAlive()) {
                    throw new IllegalStateException(
                            thread.getName() + ": goes on after " + PATIENCE + " ms (expected: to end)");
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", interrupted);
        }
        threads.clear();
    }

    /** Those that have ended so far. */
    List<Read> reads() {
        return List.copyOf(reads);
    }

    List<Write> writes() {
        return List.copyOf(writes);
    }

    long readCount() {
        return readCount.sum();
    }

    /** Drops what has been looked at, so that the heap holds what the facade keeps. */
    void forget() {
        reads.clear();
        writes.clear();
    }

    @Override
    public void close() {
        try {
            stop();
        } finally {
            repo.close();
        }
    }

    /** One thread's part. */
    private final class Actor implements Runnable {

        private final int number;
        private final Random random;
        private final long[] least = new long[SLOTS];
        private int sequence;

        Actor(int number) {
            this.number = number;
            this.random = new Random(seed + number);
        }

        @Override
        public void run() {
            boolean writing = number < profile.writers();
            long period = (writing ? profile.writePause() : profile.readPause()).toNanos();
            long next = System.nanoTime() + (long) (random.nextDouble() * period);
            while (pauseUntil(next)) {
                if (writing) {
                    write(number + profile.writers() * random.nextInt(SLOTS / profile.writers()));
                } else {
                    read(random.nextInt(SLOTS), random.nextBoolean());
                }
                next = Math.max(next + period, System.nanoTime());
            }
        }

        private boolean pauseUntil(long moment) {
            long left = moment - System.nanoTime();
            while (!over && left > 0) {
                LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(20)));
                left = moment - System.nanoTime();
            }
            return !over;
        }

        private void write(int slot) {
            sequence++;
            String token = number + "-" + sequence;
            boolean both = sequence % 2 == 0;
            long amount = both ? attempted.incrementAndGet(slot) : 0;
            Outcome outcome = Outcome.ACKNOWLEDGED;
            Throwable error = null;
            long begun = System.nanoTime();
            try {
                if (both) {
                    repo.transaction(() -> {
                        repo.insert(new Entry(token));
                        repo.updateAll(
                                Query.from(Slot.class).where("id", (long) slot),
                                Change.set("amount", amount),
                                Change.set("text", slot + "/" + amount));
                    });
                    least[slot] = amount;
                } else {
                    repo.insert(new Entry(token));
                }
            } catch (RuntimeException failure) {
                error = failure;
                outcome = failure instanceof CommitOutcomeUnknownException ? Outcome.UNKNOWN : Outcome.FAILED;
            }
            long ended = System.nanoTime();
            writes.add(new Write(number, sequence, token, both ? slot : -1, amount, outcome, begun, ended, error));
            if (both) {
                read(slot, true);
            }
        }

        private void read(int slot, boolean session) {
            Consistency level = session ? Consistency.session() : Consistency.eventual();
            long floor = session ? least[slot] : 0;
            Slot row = null;
            Throwable error = null;
            last.remove();
            long begun = System.nanoTime();
            try {
                row = profile.napMillis() == 0
                        ? repo.get(Slot.class, (long) slot, level).orElse(null)
                        : repo.oneOrThrow(new Nap(slot, profile.napMillis()), level);
            } catch (RuntimeException failure) {
                error = failure;
            }
            long ended = System.nanoTime();
            OperationEvent event = last.get();
            boolean routed = error == null && event != null && event.route() != null;
            Long got = row == null ? null : Long.valueOf(row.amount);
            boolean sound = row != null && row.id == slot && row.text.equals(slot + "/" + row.amount);
            if (session && got != null) {
                least[slot] = Math.max(floor, got);
            }
            readCount.increment();
            reads.add(new Read(
                    number,
                    session,
                    slot,
                    floor,
                    attempted.get(slot),
                    got,
                    routed ? event.route().node() : null,
                    routed && event.route().role() == Role.REPLICA,
                    event == null
                            ? List.of()
                            : event.attempts().stream().map(a -> a.node()).toList(),
                    sound,
                    begun,
                    ended,
                    error));
        }
    }
}
