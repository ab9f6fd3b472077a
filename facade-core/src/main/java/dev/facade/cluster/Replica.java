package dev.facade.cluster;

import dev.facade.event.Role;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A node that follows the master and takes reads, as an algorithm sees it. Thread-safe.
 *
 * <p>It is one server, or an endpoint with many servers behind it, of which any may answer.
 *
 * <pre>{@code
 * ReadAlgorithm leastBusy = candidates ->
 *         candidates.stream().min(Comparator.comparingInt(Replica::inFlight)).orElseThrow();
 * }</pre>
 */
public final class Replica implements Node {

    private final String name;
    private final Weight weight;
    private final boolean endpoint;
    private final Set<String> tags;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LatencyWindow latencies = new LatencyWindow();
    private final LatencyWindow failures = new LatencyWindow();
    private final PeakEwma peaks = new PeakEwma();
    private volatile @Nullable Long upTo;
    private final AtomicInteger givenUp = new AtomicInteger();
    private volatile long heardAt;
    private volatile boolean heard;

    private Replica(String name, Weight weight, boolean endpoint, String... tags) {
        this.name = Names.checked(name);
        this.weight = Objects.requireNonNull(weight, "weight");
        this.endpoint = endpoint;
        this.tags = Set.copyOf(List.of(tags));
        if (this.tags.size() < tags.length) {
            throw new IllegalArgumentException("tags: " + List.of(tags) + " (expected: each once)");
        }
    }

    /**
     * Names a replica of weight 1.
     *
     * @param name not blank
     * @return the node
     */
    public static Replica of(String name) {
        return of(name, Weight.of(1));
    }

    /**
     * Names a replica.
     *
     * @param name not blank
     * @param weight its share of the reads
     * @param tags where it is or what it is, such as its zone and region; each once
     * @return the node
     */
    public static Replica of(String name, Weight weight, String... tags) {
        return new Replica(name, weight, false, tags);
    }

    /**
     * Names an endpoint with many servers behind it.
     *
     * @param name not blank
     * @param weight its share of the reads
     * @param tags where it is or what it is, such as its zone and region; each once
     * @return the node
     */
    public static Replica endpoint(String name, Weight weight, String... tags) {
        return new Replica(name, weight, true, tags);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Role role() {
        return Role.REPLICA;
    }

    /**
     * Tells whether any of many servers may answer, so that what one of them has says nothing of the next read.
     *
     * @return true for an endpoint
     */
    public boolean isEndpoint() {
        return endpoint;
    }

    /**
     * Returns the replica's share of the reads.
     *
     * @return its weight, 0 to 1000
     */
    public int weight() {
        return weight.value();
    }

    /**
     * Returns where the replica is or what it is.
     *
     * @return its tags, maybe none
     */
    public Set<String> tags() {
        return tags;
    }

    /**
     * Returns how many reads run on the replica through this facade right now; open streams and read-only transactions
     * count until they end.
     *
     * @return a number that is never negative
     */
    public int inFlight() {
        return inFlight.get();
    }

    /** Notes that a read has begun; each call is paired with one of {@link #ended()}. */
    public void begun() {
        inFlight.incrementAndGet();
    }

    /** Notes that a read has ended. */
    public void ended() {
        inFlight.decrementAndGet();
    }

    /**
     * Notes that a read was answered.
     *
     * @param nanos how long it took, in nanoseconds, the wait for a connection included
     * @param now when it had ended, by the facade's ticker
     */
    public void answered(long nanos, long now) {
        latencies.add(nanos, now);
        peaks.add(nanos, now);
        heard(now);
    }

    /**
     * Notes that a read was given up; it counts as an answer that took so long, and is no sign of life.
     *
     * @param nanos how long it was waited for, in nanoseconds
     * @param now when it was given up, by the facade's ticker
     * @return how many were given up since the last sign of life
     */
    public int givenUp(long nanos, long now) {
        latencies.add(nanos, now);
        peaks.add(nanos, now);
        return givenUp.incrementAndGet();
    }

    /**
     * Notes a sign of life.
     *
     * @param now when, by the facade's ticker
     */
    public void heard(long now) {
        heardAt = now;
        heard = true;
        if (givenUp.get() > 0) {
            givenUp.set(0);
        }
    }

    /**
     * Tells how long the replica has given no sign of life.
     *
     * @param now the present, by the facade's ticker
     * @return nanoseconds; {@code Long.MAX_VALUE} if there was none ever
     */
    public long silence(long now) {
        return heard ? now - heardAt : Long.MAX_VALUE;
    }

    /**
     * Tells how long answers took lately: those of the last five to ten seconds.
     *
     * @param quantile 0 to 1, such as 0.99
     * @param fewest how many answers there must be
     * @param now the present, by the facade's ticker
     * @return nanoseconds, at most 6.25 % too many; -1 if there were fewer answers
     */
    public long latency(double quantile, int fewest, long now) {
        return latencies.quantile(quantile, fewest, now);
    }

    /**
     * Tells how many reads were answered lately: in the last five to ten seconds.
     *
     * @param now the present, by the facade's ticker
     * @return their number
     */
    public int answers(long now) {
        return latencies.count(now);
    }

    /**
     * Notes that a statement failed in the database.
     *
     * @param now when, by the facade's ticker
     */
    public void failed(long now) {
        failures.add(0, now);
    }

    /**
     * Tells how many statements failed lately: in the last five to ten seconds.
     *
     * @param now the present, by the facade's ticker
     * @return their number
     */
    public int failures(long now) {
        return failures.count(now);
    }

    /**
     * Tells how long an answer takes at present: a moving average (peak EWMA) that a slow answer raises at once, and that
     * decays by {@code exp(-seconds / 1.5)}.
     *
     * @param now the present, by the facade's ticker
     * @return nanoseconds; -1 if the last answer is more than four seconds old, or if there was none
     */
    public long peakLatency(long now) {
        return peaks.value(now);
    }

    /** Forgets how long answers took, as is fair to a replica that comes back. */
    public void forget() {
        latencies.clear();
        peaks.clear();
    }

    /**
     * Notes up to when the replica has all that was committed; empty if that is not known any more.
     *
     * @param moment by the facade's ticker
     */
    public void knownUpTo(OptionalLong moment) {
        upTo = moment.isPresent() ? (Long) moment.getAsLong() : null;
    }

    /**
     * Tells how far behind the replica is at most, as last observed: it grows as long as nothing new is heard.
     *
     * @param now the present, by the facade's ticker
     * @return nanoseconds, never negative; -1 if nothing is known
     */
    public long lag(long now) {
        Long moment = upTo;
        return moment == null ? -1 : Math.max(0, now - moment);
    }

    @Override
    public String toString() {
        return name;
    }
}
