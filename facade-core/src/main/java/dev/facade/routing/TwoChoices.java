package dev.facade.routing;

import dev.facade.cluster.Replica;
import dev.facade.time.Ticker;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * The less loaded of two candidates drawn at random; the first of them if both are equal. Thread-safe if its source is;
 * no garbage, and no dearer with many candidates than with few.
 *
 * <p>Why two: with one choice the fullest of n servers has about {@code ln n / ln ln n} reads, with two
 * {@code ln ln n / ln 2}; and unlike with the least loaded of all, those who decide at the same moment do not all go to the same
 * server. (Azar, Broder, Karlin, Upfal: Balanced Allocations, SIAM J. Comput. 29, 1999; Mitzenmacher: The Power of Two
 * Choices in Randomized Load Balancing, IEEE Trans. Parallel Distrib. Syst. 12, 2001.)
 *
 * <p>The load is {@code latency * (reads in flight + 1)}, as Finagle's. If the latency of one of the two is not known, it is
 * taken to be the other's, so that a replica without statistics is neither flooded nor starved.
 *
 * <p>A replica has a lot for each part of its weight, and two different lots are drawn. Where weights differ both may be
 * of one replica; then it is picked, unless another one is clearly less loaded, so that no weight keeps the reads on a
 * replica that has become slow. So while nothing else differs the shares are exactly those of the weights, and under load
 * about those. Reads in flight count the less the greater the weight.
 */
final class TwoChoices implements BuiltIn {

    private static final double CLEARLY = 1.5;
    private static final long LOW = 0xFFFF_FFFFL;

    private final String name;
    private final Latency latency;
    private final RandomGenerator source;
    private final Ticker ticker;
    private final Remembered<Lots> lots = new Remembered<>(Lots::of);

    /** How long an answer takes at present, in nanoseconds; negative if that is not known. */
    @FunctionalInterface
    interface Latency {
        long of(Replica replica, long now);
    }

    private TwoChoices(String name, Latency latency, RandomGenerator source, Ticker ticker) {
        this.name = name;
        this.latency = latency;
        this.source = Objects.requireNonNull(source, "source");
        this.ticker = Objects.requireNonNull(ticker, "ticker");
    }

    static TwoChoices byReadsInFlight(RandomGenerator source) {
        return new TwoChoices("power of two choices", (replica, now) -> -1, source, () -> 0);
    }

    static TwoChoices byLatency(RandomGenerator source, Ticker ticker) {
        return new TwoChoices("peak EWMA", Replica::peakLatency, source, ticker);
    }

    @Override
    public Replica pick(List<Replica> candidates) {
        Lots drawnFrom = lots.of(candidates);
        if (candidates.size() == 1) {
            return candidates.get(0);
        }
        long random = source.nextLong();
        int one = scaled(random >>> 32, drawnFrom.size());
        int two = scaled(random & LOW, drawnFrom.size() - 1);
        Replica first = drawnFrom.get(one);
        Replica second = drawnFrom.get(two < one ? two : two + 1);
        if (first != second) {
            return isMoreLoaded(first, second, 1) ? second : first;
        }
        Replica rival = another(candidates, first, scaled(random & LOW, candidates.size()));
        return isMoreLoaded(first, rival, CLEARLY) ? rival : first;
    }

    private boolean isMoreLoaded(Replica one, Replica other, double times) {
        long now = ticker.nanos();
        long ofOne = latency.of(one, now);
        long ofOther = latency.of(other, now);
        boolean known = ofOne >= 0 && ofOther >= 0;
        double loadOfOne = (known ? ofOne : 1) * (1 + inFlight(one, other));
        double loadOfOther = (known ? ofOther : 1) * (1 + inFlight(other, one));
        return loadOfOne > times * loadOfOther;
    }

    /** As if both had the mean of their weights. */
    private static double inFlight(Replica replica, Replica other) {
        int weight = replica.weight();
        int weightOfOther = other.weight();
        return weight == weightOfOther
                ? replica.inFlight()
                : replica.inFlight() * (weight + weightOfOther) / (2.0 * Math.max(1, weight));
    }

    private static Replica another(List<Replica> candidates, Replica than, int at) {
        Replica found = candidates.get(at);
        return found == than ? candidates.get((at + 1) % candidates.size()) : found;
    }

    /** From 32 random bits, off from uniform by less than a billionth for each candidate. */
    private static int scaled(long bits, int bound) {
        return (int) ((bits * bound) >>> 32);
    }

    @Override
    public String toString() {
        return name;
    }
}
