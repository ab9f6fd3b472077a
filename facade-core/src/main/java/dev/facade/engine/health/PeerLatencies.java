package dev.facade.engine.health;

import dev.facade.cluster.Replica;
import java.util.Arrays;
import java.util.List;

/**
 * The time that a share of each replica's answers took at most, and so the usual time of its peers. Immutable; made
 * anew after 100 ms.
 *
 * <p>Of several peers the lower median counts, so that one that is slow as well does not make slowness normal.
 */
final class PeerLatencies {

    private static final long FRESH = 100_000_000L;
    private static final int FEWEST = 20;

    private final List<Replica> replicas;
    private final long[] nanos;
    private final long madeAt;

    private PeerLatencies(List<Replica> replicas, long[] nanos, long madeAt) {
        this.replicas = replicas;
        this.nanos = nanos;
        this.madeAt = madeAt;
    }

    static PeerLatencies of(List<Replica> replicas, double quantile, long now) {
        long[] nanos = replicas.stream()
                .mapToLong(replica -> replica.latency(quantile, FEWEST, now))
                .toArray();
        return new PeerLatencies(replicas, nanos, now);
    }

    boolean isFresh(long now) {
        return now - madeAt < FRESH;
    }

    /** The usual time of its peers, in nanoseconds; -1 while nothing is known of them. */
    long usualFor(Replica replica) {
        long[] known = new long[nanos.length];
        int count = 0;
        for (int i = 0; i < nanos.length; i++) {
            if (replicas.get(i) != replica && nanos[i] >= 0) {
                known[count++] = nanos[i];
            }
        }
        Arrays.sort(known, 0, count);
        return count == 0 ? -1 : known[(count - 1) / 2];
    }
}
