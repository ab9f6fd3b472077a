package dev.facade.test.history;

import dev.facade.FacadeRepository;
import dev.facade.consistency.CausalSession;
import dev.facade.consistency.CausalToken;
import dev.facade.consistency.Consistency;
import dev.facade.event.FacadeListener;
import dev.facade.event.OperationEvent;
import dev.facade.test.history.Lists.Listed;
import jakarta.persistence.PersistenceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Sessions that append to lists and read them through two facades, as two processes would, while replicas suffer faults,
 * the master is killed and started again, and in the end another node is promoted. There are two tables: an item names the
 * length that the list of its part had when the item was written, so that it shows if a part is older than an item that
 * names it. Half of the sessions write items only. A session goes from thread to thread, and by a token from one facade to
 * the other.
 *
 * <pre>{@code
 * ListWorkload workload = ListWorkload.of(listener -> HibernateFacade.builder()
 *         .master(...).replica(...)
 *         .entities(ListWorkload.entities())
 *         .listener(listener)
 *         .build(), new ListWorkload.Roles(cluster.master(), cluster.replicas()));
 * ListWorkload.Run run = workload.run(Duration.ofMinutes(1), so -> false);
 * assertThat(run.verdict().violations()).isEmpty();
 * }</pre>
 *
 * <p>Defaults: no failover, 24 sessions on 12 threads, a seed of 1. A workload runs once; it is not thread-safe.
 */
public final class ListWorkload {

    private static final int SESSIONS = 24;
    private static final int THREADS = 12;
    private static final int LOOK_MILLIS = 2_000;
    private static final int FAULTS_OF_A_KILL = 5;
    private static final UnaryOperator<Roles> NO_FAILOVER = roles -> roles;

    /**
     * Which node is what at present.
     *
     * @param master takes the writes
     * @param replicas the others
     */
    public record Roles(FaultyNode master, List<? extends FaultyNode> replicas) {

        /**
         * Copies the components.
         *
         * @param master takes the writes
         * @param replicas the others
         */
        public Roles {
            Objects.requireNonNull(master, "master");
            replicas = List.copyOf(replicas);
        }
    }

    /**
     * The results of a run.
     *
     * @param verdict what the checker says
     * @param operations how many reads and writes were called and have succeeded
     * @param handOvers how many times a session went on in the other facade
     * @param failures how many operations failed, as they may while nodes die
     * @param kills how many times the master was killed and started again
     * @param failovers how many times another node was promoted
     * @param faults how many times each fault has happened to a replica
     */
    public record Run(
            ListVerdict verdict,
            long operations,
            long handOvers,
            long failures,
            int kills,
            int failovers,
            Map<Fault, Long> faults) {

        /**
         * Copies the counts.
         *
         * @param verdict what the checker says
         * @param operations how many reads and writes were called and have succeeded
         * @param handOvers how many times a session went on in the other facade
         * @param failures how many operations failed
         * @param kills how many times the master was killed and started again
         * @param failovers how many times another node was promoted
         * @param faults how many times each fault has happened to a replica
         */
        public Run {
            faults = Map.copyOf(faults);
        }

        @Override
        public String toString() {
            return "%,d operations, %d hand-overs, %d failures, %d kills of the master, %d failovers, faults %s; %s"
                    .formatted(
                            operations,
                            handOvers,
                            failures,
                            kills,
                            failovers,
                            faults.isEmpty() ? faults : new EnumMap<>(faults),
                            verdict);
        }
    }

    private final Function<FacadeListener, FacadeRepository> opening;
    private final UnaryOperator<Roles> failover;
    private final long seed;
    private final Workload.Counts counts = new Workload.Counts();
    private final Pace pace = new Pace(THREADS);
    private final List<ListActor> actors = new ArrayList<>();
    private final Faults faults;
    private Roles roles;
    private int disturbances;
    private volatile int kills;
    private volatile int failovers;
    private volatile boolean failoverIsDue;

    private ListWorkload(
            Function<FacadeListener, FacadeRepository> opening, Roles roles, UnaryOperator<Roles> failover, long seed) {
        this.opening = opening;
        this.roles = roles;
        this.failover = failover;
        this.seed = seed;
        this.faults = new Faults(roles.replicas(), pace);
    }

    /**
     * Makes a workload.
     *
     * @param opening builds a facade of {@link #entities()} that tells the listener; the workload closes it
     * @param roles the nodes of the facade that faults may befall
     * @return the workload
     */
    public static ListWorkload of(Function<FacadeListener, FacadeRepository> opening, Roles roles) {
        return new ListWorkload(
                Objects.requireNonNull(opening, "opening"), Objects.requireNonNull(roles, "roles"), NO_FAILOVER, 1);
    }

    /**
     * The entities that are read and written.
     *
     * @return entity classes
     */
    public static Class<?>[] entities() {
        return Lists.ENTITIES.toArray(Class<?>[]::new);
    }

    /**
     * Lets another node become the master after two thirds of the time, while the sessions work.
     *
     * @param change kills the master, promotes another node and lets the others follow it; tells who is what then
     * @return a copy
     */
    public ListWorkload failover(UnaryOperator<Roles> change) {
        return new ListWorkload(opening, roles, Objects.requireNonNull(change, "change"), seed);
    }

    /**
     * Sets the seed of all that is random.
     *
     * @param number any number
     * @return a copy
     */
    public ListWorkload seed(long number) {
        return new ListWorkload(opening, roles, failover, number);
    }

    /**
     * Runs until enough time has passed. Afterwards all nodes run.
     *
     * @param time how long
     * @param enough is shown the verdict so far now and then, and may end the run
     * @return what came of it
     */
    public Run run(Duration time, Predicate<ListVerdict> enough) {
        FacadeListener listener = this::heard;
        try (FacadeRepository one = opening.apply(listener);
                FacadeRepository two = opening.apply(listener)) {
            CausalToken begun = one.inSession(CausalSession.begin(), () -> {
                Lists.clear(one);
                return one.token().orElseThrow();
            });
            AtomicInteger values = new AtomicInteger();
            for (int i = 0; i < SESSIONS; i++) {
                actors.add(new ListActor(i, values, counts, begun, i % 4 < 2 ? one : two, i % 4 < 2 ? two : one));
            }
            new Stage(THREADS, seed, pace)
                    .run(
                            (random, others) ->
                                    actors.get(random.nextInt(actors.size())).act(random, others),
                            this::disturb,
                            () -> watch(one, time, enough));
            faults.recover();
            return new Run(
                    verdict(one).orElseThrow(() -> new IllegalStateException("workload: no master in the end")),
                    counts.operations.sum(),
                    counts.handOvers.sum(),
                    counts.failures.sum(),
                    kills,
                    failovers,
                    faults.counts());
        }
    }

    private void heard(OperationEvent event) {
        counts.role.set(event.route() == null ? null : event.route().role());
    }

    /** The failover comes late, since it may lose what nobody can judge then. */
    private void watch(FacadeRepository repo, Duration time, Predicate<ListVerdict> enough) {
        long begun = System.nanoTime();
        while (!pace.isOver() && System.nanoTime() - begun < time.toNanos()) {
            pace.pass(LOOK_MILLIS);
            failoverIsDue = System.nanoTime() - begun > time.toNanos() * 2 / 3;
            if (verdict(repo).filter(enough).isPresent()) {
                return;
            }
        }
    }

    /** Nobody can tell while there is no master. */
    private Optional<ListVerdict> verdict(FacadeRepository repo) {
        List<ListEvent> events = new ArrayList<>();
        actors.forEach(actor -> events.addAll(actor.events()));
        try {
            Map<String, int[]> end = new HashMap<>();
            repo.all(Lists.Part.class, Consistency.strong()).forEach(part -> end.put(Lists.part(part.id), of(part)));
            repo.all(Lists.Item.class, Consistency.strong()).forEach(item -> end.put(Lists.item(item.id), of(item)));
            return Optional.of(new ListCheck(end, failovers > 0).run(events));
        } catch (PersistenceException gone) {
            return Optional.empty();
        }
    }

    private static int[] of(Listed row) {
        return row.values();
    }

    private void disturb(Random random) {
        disturbances++;
        if (failoverIsDue && failovers == 0 && failover != NO_FAILOVER) {
            failovers++;
            roles = failover.apply(roles);
            faults.among(roles.replicas());
        } else if (disturbances % FAULTS_OF_A_KILL == 0) {
            roles.master().kill();
            pace.pass(random, 300);
            roles.master().start();
            kills++;
        } else {
            faults.next(random);
        }
    }
}
