package dev.facade.health;

import dev.facade.cluster.Replica;
import dev.facade.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps replicas that cannot be reached out of the candidates for a while. Thread-safe and lock-free.
 *
 * <p>The first {@link dev.facade.event.FailureClass#NODE} failure ejects a replica for one second; every failed return
 * doubles that, up to 30 seconds. When the time is over exactly one read is handed the replica as a probe; if it
 * succeeds the replica is back, else it stays away for longer. While nobody is ejected all of it costs one volatile
 * read, and allocates nothing.
 */
public final class Quarantine {

    /** How long the first ejection lasts. */
    public static final Duration FIRST = Duration.ofSeconds(1);
    /** How long any ejection lasts at most. */
    public static final Duration LONGEST = Duration.ofSeconds(30);

    private final List<Replica> all;
    private final Ticker ticker;
    private final AtomicReference<View> view;

    private Quarantine(List<Replica> replicas, Ticker ticker) {
        this.ticker = ticker;
        this.all = List.copyOf(replicas);
        this.view = new AtomicReference<>(new View(all, List.of()));
    }

    /**
     * Starts with everybody in.
     *
     * @param replicas the replicas to watch
     * @param ticker the source of time
     * @return the quarantine
     */
    public static Quarantine of(List<Replica> replicas, Ticker ticker) {
        return new Quarantine(replicas, ticker);
    }

    /**
     * Returns the replicas that are in; the same list as long as nothing changes.
     *
     * @return an immutable list, maybe empty
     */
    public List<Replica> candidates() {
        return view.get().in;
    }

    /**
     * Hands out the one replica, if any, whose time is over and that nobody else was handed.
     *
     * @return the replica to try, or null
     */
    public @Nullable Replica probe() {
        return probe(replica -> true);
    }

    /**
     * Returns a replica whose stay has ended, for exactly one of all callers, if it suits this one.
     *
     * @param suits tells whether the caller could read there
     * @return the replica to try, or null
     */
    public @Nullable Replica probe(Predicate<Replica> suits) {
        List<Ejection> out = view.get().out;
        if (out.isEmpty()) {
            return null;
        }
        long now = ticker.nanos();
        for (Ejection ejection : out) {
            if (ejection.isOver(now) && suits.test(ejection.replica) && ejection.claim(now)) {
                return ejection.replica;
            }
        }
        return null;
    }

    /**
     * Returns the replicas that are out.
     *
     * @return a new list
     */
    public List<Replica> ejected() {
        List<Replica> ejected = new ArrayList<>();
        view.get().out.forEach(ejection -> ejected.add(ejection.replica));
        return ejected;
    }

    /**
     * Notes that a replica has answered; brings it back in if it was out.
     *
     * @param replica the replica
     * @return true if it was out
     */
    public boolean answered(Replica replica) {
        if (view.get().out.isEmpty()) {
            return false;
        }
        View before = view.getAndUpdate(current -> current.with(replica, all));
        return before.out.stream().anyMatch(ejection -> ejection.replica == replica);
    }

    /**
     * Notes that a replica could not be reached; ejects it, or lengthens its stay if it failed as a probe.
     *
     * @param replica the replica
     * @return true if it was in
     */
    public boolean unreachable(Replica replica) {
        long now = ticker.nanos();
        View before = view.getAndUpdate(current -> current.without(replica, now));
        return before.in.contains(replica);
    }

    /**
     * Notes that a read was abandoned since the replica let it wait for so much longer than the others do. It stays in: one
     * query may be slow by itself.
     *
     * @param replica the replica
     */
    public void abandoned(Replica replica) {
        Objects.requireNonNull(replica, "replica");
    }

    private record View(List<Replica> in, List<Ejection> out) {

        /** The candidates keep their declared order, so that an algorithm finds a returned replica where it was. */
        View with(Replica replica, List<Replica> all) {
            List<Ejection> fewer =
                    out.stream().filter(ejection -> ejection.replica != replica).toList();
            if (fewer.size() == out.size()) {
                return this;
            }
            return new View(
                    all.stream()
                            .filter(other -> fewer.stream().noneMatch(ejection -> ejection.replica == other))
                            .toList(),
                    fewer);
        }

        View without(Replica replica, long now) {
            if (!in.contains(replica)) {
                return this;
            }
            List<Ejection> more = new ArrayList<>(out);
            more.add(new Ejection(replica, now));
            return new View(in.stream().filter(other -> other != replica).toList(), List.copyOf(more));
        }
    }

    /** One stay; a claim moves its end to after the next, longer stay, so a probe that never reports blocks nobody. */
    private static final class Ejection {

        final Replica replica;
        private final AtomicLong end;
        private volatile long length = FIRST.toNanos();

        Ejection(Replica replica, long now) {
            this.replica = replica;
            this.end = new AtomicLong(now + FIRST.toNanos());
        }

        boolean isOver(long now) {
            return now - end.get() >= 0;
        }

        boolean claim(long now) {
            long until = end.get();
            long longer = Math.min(2 * length, LONGEST.toNanos());
            if (now - until < 0 || !end.compareAndSet(until, now + longer)) {
                return false;
            }
            length = longer;
            return true;
        }
    }
}
