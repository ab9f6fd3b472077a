package dev.facade.test.history;

import dev.facade.FacadeRepository;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.CausalToken;
import dev.facade.consistency.Consistency;
import dev.facade.event.Role;
import dev.facade.option.Lock;
import dev.facade.test.history.ListEvent.Append;
import dev.facade.test.history.ListEvent.Missing;
import dev.facade.test.history.ListEvent.Seen;
import dev.facade.test.history.Lists.Item;
import dev.facade.test.history.Lists.Listed;
import dev.facade.test.history.Lists.Part;
import jakarta.persistence.NoResultException;
import jakarta.persistence.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One session that appends to lists and reads them. Thread-safe: it does one thing at a time. */
final class ListActor {

    private static final Consistency PATIENT = Consistency.session().waitingUpTo(Duration.ofMillis(300));
    private static final CausalToken.Keys KEYS =
            CausalToken.Keys.of("k", "sixteen bytes at least".getBytes(StandardCharsets.UTF_8));

    private final int number;
    private final boolean itemsOnly;
    private final AtomicInteger values;
    private final Workload.Counts counts;
    private final ReentrantLock busy = new ReentrantLock();
    private final List<ListEvent> events = new ArrayList<>();
    private FacadeRepository repo;
    private FacadeRepository other;
    private CausalSession session;

    /**
     * Half of the sessions write items only, so that they need nothing else of their own. All begin when the rows are there,
     * so that none may be told that one is not.
     */
    ListActor(
            int number,
            AtomicInteger values,
            Workload.Counts counts,
            CausalToken begun,
            FacadeRepository repo,
            FacadeRepository other) {
        this.number = number;
        this.itemsOnly = number % 2 == 0;
        this.values = values;
        this.counts = counts;
        this.session = repo.sessionAfter(begun);
        this.repo = repo;
        this.other = other;
    }

    List<ListEvent> events() {
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
        if (choice < 18) {
            write(random);
        } else if (choice < 20) {
            handOver();
        } else if (choice < 23) {
            CompletableFuture.runAsync(() -> read(random), repo.carry(others)).join();
        } else {
            read(random);
        }
    }

    private void read(Random random) {
        int choice = random.nextInt(10);
        int item = random.nextInt(Lists.ITEMS);
        if (choice < 7) {
            read(Item.class, item, random);
        }
        if (choice > 1) {
            read(Part.class, Lists.partOf(item), random);
        }
    }

    private void read(Class<? extends Listed> type, int id, Random random) {
        Consistency level = random.nextBoolean() ? PATIENT : Consistency.session();
        long begun = System.nanoTime();
        Optional<? extends Listed> row = repo.get(type, id, level);
        Role role = Objects.requireNonNull(counts.role.get(), "role: none heard (expected: the listener's)");
        events.add(row.<ListEvent>map(listed -> seen(listed, role, begun))
                .orElseGet(() -> missing(type, id, "an empty answer of a " + role)));
        counts.operations.increment();
    }

    private Seen seen(Listed row, Role role, long begun) {
        return new Seen(number, name(row.getClass(), row.id), part(row), named(row), row.values(), role, begun);
    }

    private ListEvent missing(Class<?> type, int id, String how) {
        return new Missing(number, name(type, id), null, how);
    }

    private static String name(Class<?> type, int id) {
        return type == Part.class ? Lists.part(id) : Lists.item(id);
    }

    private static int named(Listed row) {
        return row instanceof Item item ? item.named : 0;
    }

    private static @Nullable String part(Listed row) {
        return row instanceof Item item ? Lists.part(Lists.partOf(item.id)) : null;
    }

    private void write(Random random) {
        int item = random.nextInt(Lists.ITEMS);
        boolean ofPart = !itemsOnly && random.nextInt(3) > 0;
        if (ofPart) {
            append(Part.class, Lists.partOf(item));
        } else {
            append(Item.class, item);
        }
        if (random.nextInt(4) > 0) {
            read(ofPart ? Part.class : Item.class, ofPart ? Lists.partOf(item) : item, random);
            read(Part.class, Lists.partOf(item), random);
        }
    }

    private void append(Class<? extends Listed> type, int id) {
        int value = values.incrementAndGet();
        try {
            Listed written = repo.transaction(() -> {
                Listed row = repo.getOrThrow(type, id, Lock.pessimisticWrite());
                if (row instanceof Item item) {
                    item.named = lengthOf(Lists.partOf(id));
                }
                row.append(value);
                return repo.update(row);
            });
            events.add(appended(type, id, value, written, true));
            counts.operations.increment();
        } catch (NoResultException empty) {
            events.add(missing(type, id, empty.getMessage()));
        } catch (PersistenceException failure) {
            events.add(appended(type, id, value, null, false));
            throw failure;
        }
    }

    /** Read so that the session owes nothing to the part: it is the item alone that names it. */
    private int lengthOf(int part) {
        return repo.getOrThrow(Part.class, part, Consistency.eventual()).values().length;
    }

    private Append appended(Class<?> type, int id, int value, @Nullable Listed written, boolean acknowledged) {
        return new Append(
                number,
                name(type, id),
                written == null ? null : part(written),
                written == null ? 0 : named(written),
                value,
                acknowledged,
                System.nanoTime());
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
}
