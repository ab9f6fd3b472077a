package dev.facade.engine.health;

import dev.facade.cluster.Replica;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The judgement of slowness, by how long the peers of a replica take. Thread-safe and lock-free.
 *
 * <p>Slow answers in a row must come over some time, while most peers give quick ones: when this process or the network
 * stands still, all that was on its way comes late at once.
 */
final class Pace {

    enum Verdict {
        FINE,
        SLOW,
        TOO_SLOW
    }

    private static final double QUANTILE = 0.9;
    private static final int IN_A_ROW = 8;
    private static final int OF_AN_ABANDONED = 3;
    private static final long LASTING = 250_000_000L;
    private static final int TIMES = 3;
    private static final long MARGIN = 10_000_000L;

    private final Supplier<List<Replica>> members;
    private final AtomicReference<@Nullable Figures> figures = new AtomicReference<>();

    Pace(Supplier<List<Replica>> members) {
        this.members = members;
    }

    private record Figures(PeerLatencies latencies, Map<Replica, OfPeers> peers) {}

    /** What is slow by the peers, in nanoseconds, -1 if that is not known; and the replica's own slow answers. */
    private record OfPeers(long slowFrom, Row row) {

        /** Tells whether the usual latency of the peers is known; otherwise all may be as slow. */
        boolean isKnown() {
            return slowFrom >= 0;
        }
    }

    /** Slow answers in a row. */
    private static final class Row {

        private final AtomicInteger slowOnes = new AtomicInteger();
        private volatile long begun;

        boolean isEmpty() {
            return slowOnes.get() == 0;
        }

        void end() {
            if (!isEmpty()) {
                slowOnes.set(0);
            }
        }

        boolean isTooLong(int more, long now) {
            int before = slowOnes.getAndAdd(more);
            if (before == 0) {
                begun = now;
            }
            return before + more >= IN_A_ROW && now - begun >= LASTING;
        }
    }

    Verdict judge(Replica replica, long nanos, long now) {
        OfPeers peers = peers(replica, now);
        if (peers == null) {
            return Verdict.FINE;
        }
        if (!peers.isKnown() || nanos < peers.slowFrom) {
            peers.row.end();
            return Verdict.FINE;
        }
        return isAloneTooSlow(peers, 1, now) ? Verdict.TOO_SLOW : Verdict.SLOW;
    }

    /** Tells whether it can be told what is slow for a replica. */
    boolean isKnown(Replica replica, long now) {
        OfPeers peers = peers(replica, now);
        return peers != null && peers.isKnown();
    }

    /** Nobody knows how long it would have taken, so it counts for more; true if that makes too many. */
    boolean abandoned(Replica replica, long now) {
        OfPeers peers = peers(replica, now);
        return peers != null && peers.isKnown() && isAloneTooSlow(peers, OF_AN_ABANDONED, now);
    }

    private boolean isAloneTooSlow(OfPeers slow, int more, long now) {
        return slow.row.isTooLong(more, now) && areMostQuick(slow);
    }

    private boolean areMostQuick(OfPeers slow) {
        Figures known = figures.get();
        int quick = 0;
        int all = 0;
        for (OfPeers peer : known == null ? List.<OfPeers>of() : known.peers.values()) {
            if (peer.row != slow.row) {
                all++;
                quick += peer.row.isEmpty() ? 1 : 0;
            }
        }
        return 2 * quick >= all;
    }

    /** Begins to count anew. */
    void forget(Replica replica) {
        Figures known = figures.get();
        OfPeers peers = known == null ? null : known.peers.get(replica);
        if (peers != null) {
            peers.row.end();
        }
    }

    private @Nullable OfPeers peers(Replica replica, long now) {
        Figures known = figures.get();
        if (known == null || !known.latencies.isFresh(now)) {
            Figures fresh = made(known, now);
            known = figures.compareAndSet(known, fresh) ? fresh : figures.get();
        }
        return known == null ? null : known.peers.get(replica);
    }

    private Figures made(@Nullable Figures before, long now) {
        List<Replica> all = members.get();
        PeerLatencies latencies = PeerLatencies.of(all, QUANTILE, now);
        Map<Replica, OfPeers> peers = new IdentityHashMap<>();
        for (Replica replica : all) {
            OfPeers last = before == null ? null : before.peers.get(replica);
            long usual = latencies.usualFor(replica);
            long slowFrom = usual < 0 ? -1 : Math.max(TIMES * usual, usual + MARGIN);
            peers.put(replica, new OfPeers(slowFrom, last == null ? new Row() : last.row));
        }
        return new Figures(latencies, peers);
    }
}
