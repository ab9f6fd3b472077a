package dev.facade.engine.health;

import dev.facade.cluster.Replica;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How long a replica may let a read wait that could go elsewhere: three times what 99 of 100 answers of the other replicas
 * take, at least 200 ms; one second while nothing is known of them. Used by one thread.
 */
final class Patience {

    static final long FIRST = 1_000_000_000L;
    static final long LEAST = 200_000_000L; // a collection of garbage, a flush of dirty pages

    private final Supplier<List<Replica>> replicas;
    private final double quantile;
    private final int factor;
    private final long least;
    private @Nullable PeerLatencies latencies;

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
        PeerLatencies known = latencies;
        if (known == null || !known.isFresh(now)) {
            known = PeerLatencies.of(replicas.get(), quantile, now);
            latencies = known;
        }
        long usual = known.usualFor(replica);
        return usual < 0 ? FIRST : Math.max(least, factor * usual);
    }
}
