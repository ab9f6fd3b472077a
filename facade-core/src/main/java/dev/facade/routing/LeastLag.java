package dev.facade.routing;

import dev.facade.cluster.Replica;
import dev.facade.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * One of those that are least behind, as last observed. Thread-safe if the algorithm among them is.
 *
 * <p>An observed lag is an upper bound, too high by the time between two samples of the master and the age of the
 * replica's; so a difference within the tolerance is none. A replica of which nothing is known comes after all others.
 */
final class LeastLag implements BuiltIn {

    private final long tolerance;
    private final ReadAlgorithm among;
    private final Ticker ticker;

    LeastLag(Duration tolerance, ReadAlgorithm among, Ticker ticker) {
        if (tolerance.isNegative()) {
            throw new IllegalArgumentException("tolerance: " + tolerance + " (expected: not negative)");
        }
        this.tolerance = tolerance.toNanos();
        this.among = Objects.requireNonNull(among, "among");
        this.ticker = Objects.requireNonNull(ticker, "ticker");
    }

    @Override
    public Replica pick(List<Replica> candidates) {
        return Candidates.pickedBy(among, fresh(candidates));
    }

    @Override
    public Replica peek(List<Replica> candidates) {
        return Candidates.peekedBy(among, fresh(candidates));
    }

    private List<Replica> fresh(List<Replica> candidates) {
        long now = ticker.nanos();
        long least = least(Candidates.checked(candidates), now);
        if (least < 0) {
            return candidates;
        }
        return Candidates.kept(candidates, candidate -> {
            long lag = candidate.lag(now);
            return lag >= 0 && lag - least <= tolerance;
        });
    }

    private static long least(List<Replica> candidates, long now) {
        long least = -1;
        for (int i = 0; i < candidates.size(); i++) {
            long lag = candidates.get(i).lag(now);
            least = lag < 0 || (least >= 0 && least <= lag) ? least : lag;
        }
        return least;
    }

    @Override
    public String toString() {
        return "least lag, then " + among;
    }
}
