package dev.facade.test.history;

import dev.facade.FacadeRepository;
import dev.facade.consistency.Consistency;
import dev.facade.event.FacadeListener;
import dev.facade.event.OperationEvent;
import dev.facade.event.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Many sessions that read and write registers through two facades, as two processes would, while the replicas suffer
 * faults. A session goes from thread to thread, and by a token from one facade to the other. It reads single rows, rows
 * with an eager association, joins and whole tables; it writes entities, in bulk, with JPQL and with SQL, in transactions
 * that are short, or are open for long, or are rolled back.
 *
 * <pre>{@code
 * Workload workload = Workload.of(listener -> HibernateFacade.builder()
 *         .master(...).replica(...)
 *         .entities(Workload.entities())
 *         .listener(listener)
 *         .build(), cluster.replicas());
 * Workload.Run run = workload.run(Duration.ofMinutes(1), 0, so -> false);
 * assertThat(run.history().check(Duration.ofMillis(250)).violations()).isEmpty();
 * }</pre>
 *
 * <p>Defaults: level {@code session}, 48 sessions on 24 threads, a seed of 1. A workload runs once; it is not thread-safe.
 */
public final class Workload {

    private static final int SESSIONS = 48;
    private static final int THREADS = 24;
    private static final int LOOK_MILLIS = 1_000;

    /**
     * The results of a run.
     *
     * @param history what was read and written
     * @param operations how many reads and writes were called and have succeeded; one can leave several events
     * @param handOvers how many times a session went on in the other facade
     * @param rollbacks how many transactions were rolled back
     * @param failures how many operations failed, as they may while nodes die
     * @param faults how many times each fault has happened
     */
    public record Run(
            History history, long operations, long handOvers, long rollbacks, long failures, Map<Fault, Long> faults) {

        /**
         * Copies the counts.
         *
         * @param history what was read and written
         * @param operations how many reads and writes were called and have succeeded
         * @param handOvers how many times a session went on in the other facade
         * @param rollbacks how many transactions were rolled back
         * @param failures how many operations failed
         * @param faults how many times each fault has happened
         */
        public Run {
            faults = Map.copyOf(faults);
        }

        @Override
        public String toString() {
            return "%,d operations, %d hand-overs, %d rollbacks, %d failures, faults %s"
                    .formatted(operations, handOvers, rollbacks, failures, new EnumMap<>(faults));
        }
    }

    private final Function<FacadeListener, FacadeRepository> opening;
    private final List<FaultyNode> replicas;
    private final Consistency level;
    private final long seed;
    private final boolean returning;
    private final Counts counts = new Counts();
    private final Pace pace = new Pace(THREADS);
    private final Faults faults;

    private Workload(
            Function<FacadeListener, FacadeRepository> opening,
            List<FaultyNode> replicas,
            Consistency level,
            long seed,
            boolean returning) {
        this.opening = opening;
        this.replicas = replicas;
        this.faults = new Faults(replicas, pace);
        this.level = level;
        this.seed = seed;
        this.returning = returning;
    }

    /**
     * Makes a workload.
     *
     * @param opening builds a facade of {@link #entities()} that tells the listener; the workload closes it
     * @param replicas the replicas of the facade that faults may befall
     * @return the workload
     */
    public static Workload of(Function<FacadeListener, FacadeRepository> opening, List<? extends FaultyNode> replicas) {
        return new Workload(
                Objects.requireNonNull(opening, "opening"), List.copyOf(replicas), Consistency.session(), 1, true);
    }

    /**
     * The entities that are read and written.
     *
     * @return entity classes
     */
    public static Class<?>[] entities() {
        return Registers.ENTITIES.toArray(Class<?>[]::new);
    }

    /**
     * Sets the level of the sessions' reads.
     *
     * @param level {@code session}, or {@code eventual} to see what happens without it
     * @return a copy
     */
    public Workload level(Consistency level) {
        return new Workload(opening, replicas, Objects.requireNonNull(level, "level"), seed, returning);
    }

    /**
     * Sets the seed of all that is random.
     *
     * @param seed any number
     * @return a copy
     */
    public Workload seed(long seed) {
        return new Workload(opening, replicas, level, seed, returning);
    }

    /**
     * Leaves out what is written by SQL's {@code UPDATE ... RETURNING}, for databases that lack it.
     *
     * @return a copy
     */
    public Workload withoutReturning() {
        return new Workload(opening, replicas, level, seed, false);
    }

    /**
     * Runs until enough time has passed and enough operations have succeeded. Afterwards all replicas are as before.
     *
     * @param time how long at least
     * @param operations how many at least
     * @param enough is shown the history so far each second, and may end the run
     * @return what came of it
     */
    public Run run(Duration time, long operations, Predicate<History> enough) {
        FacadeListener listener = this::heard;
        try (FacadeRepository one = opening.apply(listener);
                FacadeRepository two = opening.apply(listener)) {
            Registers.clear(one);
            List<Writing> writings = Writing.all(returning);
            List<Actor> actors = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                actors.add(new Actor(i, level, writings, counts, i % 2 == 0 ? one : two, i % 2 == 0 ? two : one));
            }
            new Stage(THREADS, seed, pace)
                    .run(
                            (random, others) ->
                                    actors.get(random.nextInt(actors.size())).act(random, others),
                            faults::next,
                            () -> watch(actors, time, operations, enough));
            faults.recover();
            return new Run(
                    history(actors),
                    counts.operations.sum(),
                    counts.handOvers.sum(),
                    counts.rollbacks.sum(),
                    counts.failures.sum(),
                    faults.counts());
        }
    }

    private void heard(OperationEvent event) {
        counts.role.set(event.route() == null ? null : event.route().role());
    }

    private void watch(List<Actor> actors, Duration time, long operations, Predicate<History> enough) {
        long end = System.nanoTime() + time.toNanos();
        while (!pace.isOver() && (end - System.nanoTime() > 0 || counts.operations.sum() < operations)) {
            pace.pass(LOOK_MILLIS);
            if (enough.test(history(actors))) {
                return;
            }
        }
    }

    private static History history(List<Actor> actors) {
        List<HistoryEvent> events = new ArrayList<>();
        actors.forEach(actor -> events.addAll(actor.events()));
        return new History(events);
    }

    /** The counts of everything that has happened so far. Thread-safe. */
    static final class Counts {

        final LongAdder operations = new LongAdder();
        final LongAdder handOvers = new LongAdder();
        final LongAdder rollbacks = new LongAdder();
        final LongAdder failures = new LongAdder();
        final ThreadLocal<@Nullable Role> role = new ThreadLocal<>();
    }
}
