package dev.facade.health;

import dev.facade.cluster.Replica;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is slow, by how long the peers of a replica take. Thread-safe and lock-free; the figures are made anew after 100 ms.
 *
 * <p>Of the peers' percentiles the lower median counts, so that a slow one among them does not excuse another.
 */
final class Pace {

    enum Verdict {
        FINE,
        SLOW,
        TOO_SLOW
    }

    private static final long FRESH = 100_000_000L;
    private static final int FEWEST = 20;
    private static final int IN_A_ROW = 8;
    private static final int OF_AN_ABANDONED = 3;
    private static final int TIMES = 3;
    private static final long MARGIN = 10_000_000L;

    private final Supplier<List<Replica>> members;
    private final AtomicReference<@Nullable Figures> figures = new AtomicReference<>();

    Pace(Supplier<List<Replica>> members) {
        this.members = members;
    }

    private record Figures(long madeAt, Map<Replica, OfPeers> peers) {}

    /** In nanoseconds, -1 if not known; and how many answers in a row were slow. */
    private record OfPeers(long p99, long slowFrom, AtomicInteger slowOnes) {}

    Verdict judge(Replica replica, long nanos, long now) {
        OfPeers peers = peers(replica, now);
        if (peers == null) {
            return Verdict.FINE;
        }
        if (peers.slowFrom < 0 || nanos < peers.slowFrom) {
            if (peers.slowOnes.get() != 0) {
                peers.slowOnes.set(0);
            }
            return Verdict.FINE;
        }
        return peers.slowOnes.incrementAndGet() >= IN_A_ROW ? Verdict.TOO_SLOW : Verdict.SLOW;
    }

    /** Nobody knows how long it would have taken, so it counts for more; true if that makes too many. */
    boolean abandoned(Replica replica, long now) {
        OfPeers peers = peers(replica, now);
        return peers != null && peers.slowOnes.addAndGet(OF_AN_ABANDONED) >= IN_A_ROW;
    }

    /** Begins to count anew. */
    void forget(Replica replica) {
        Figures known = figures.get();
        OfPeers peers = known == null ? null : known.peers.get(replica);
        if (peers != null) {
            peers.slowOnes.set(0);
        }
    }

    /** In nanoseconds; -1 if too little is known of the others. */
    long p99OfPeers(Replica replica, long now) {
        OfPeers peers = peers(replica, now);
        return peers == null ? -1 : peers.p99;
    }

    private @Nullable OfPeers peers(Replica replica, long now) {
        Figures known = figures.get();
        if (known == null || now - known.madeAt >= FRESH) {
            Figures fresh = made(known, now);
            known = figures.compareAndSet(known, fresh) ? fresh : figures.get();
        }
        return known == null ? null : known.peers.get(replica);
    }

    private Figures made(@Nullable Figures before, long now) {
        List<Replica> all = members.get();
        Map<Replica, OfPeers> peers = new IdentityHashMap<>();
        long[] p90 = quantiles(all, 0.9, now);
        long[] p99 = quantiles(all, 0.99, now);
        for (int i = 0; i < all.size(); i++) {
            OfPeers last = before == null ? null : before.peers.get(all.get(i));
            long usual = lowerMedian(p90, i);
            peers.put(
                    all.get(i),
                    new OfPeers(
                            lowerMedian(p99, i),
                            usual < 0 ? -1 : Math.max(TIMES * usual, usual + MARGIN),
                            last == null ? new AtomicInteger() : last.slowOnes));
        }
        return new Figures(now, peers);
    }

    private static long[] quantiles(List<Replica> all, double quantile, long now) {
        return all.stream()
                .mapToLong(each -> each.latency(quantile, FEWEST, now))
                .toArray();
    }

    private static long lowerMedian(long[] values, int without) {
        long[] known = new long[values.length];
        int count = 0;
        for (int i = 0; i < values.length; i++) {
            if (i != without && values[i] >= 0) {
                known[count++] = values[i];
            }
        }
        Arrays.sort(known, 0, count);
        return count == 0 ? -1 : known[(count - 1) / 2];
    }
}
