package dev.facade.health;

import dev.facade.cluster.Replica;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How long a replica may let a read wait that could go elsewhere: three times what 99 of 100 answers of the other replicas
 * take, at least 200 ms; one second while nothing is known of them. Used by one thread.
 *
 * <p>Of several others it is the lower median that counts, so one that is slow as well does not make slowness normal.
 */
final class Patience {

    static final long FIRST = 1_000_000_000L;
    static final long LEAST = 200_000_000L; // a collection of garbage, a flush of dirty pages
    private static final int FEWEST = 20;
    private static final long FRESH = 100_000_000L;

    private final Supplier<List<Replica>> replicas;
    private final double quantile;
    private final int factor;
    private final long least;
    private final Map<Replica, Long> slowest = new IdentityHashMap<>();
    private long askedAt;
    private boolean asked;

    Patience(Supplier<List<Replica>> replicas) {
        this(replicas, 0.99, 3, LEAST);
    }

    Patience(Supplier<List<Replica>> replicas, double quantile, int factor, long least) {
        this.replicas = replicas;
        this.quantile = quantile;
        this.factor = factor;
        this.least = least;
    }

    boolean isOver(Replica replica, long waited, long now) {
        return waited >= least && waited >= with(replica, now);
    }

    long with(Replica replica, long now) {
        refresh(now);
        List<Long> others = new ArrayList<>();
        slowest.forEach((other, nanos) -> {
            if (other != replica) {
                others.add(nanos);
            }
        });
        if (others.isEmpty()) {
            return FIRST;
        }
        Collections.sort(others);
        return Math.max(least, factor * others.get((others.size() - 1) / 2));
    }

    private void refresh(long now) {
        if (asked && now - askedAt < FRESH) {
            return;
        }
        asked = true;
        askedAt = now;
        slowest.clear();
        for (Replica replica : replicas.get()) {
            long nanos = replica.latency(quantile, FEWEST, now);
            if (nanos >= 0) {
                slowest.put(replica, nanos);
            }
        }
    }
}
