package dev.facade.cluster;

import dev.facade.event.Role;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node that follows the master and takes reads; what an algorithm sees of it as a candidate. Thread-safe.
 *
 * <p>It is one server, or an endpoint with many servers behind it, of which any may answer.
 */
public final class Replica implements Node {

    private final String name;
    private final Weight weight;
    private final boolean endpoint;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LatencyWindow latencies = new LatencyWindow();
    private final LatencyWindow failures = new LatencyWindow();

    private Replica(String name, Weight weight, boolean endpoint) {
        this.name = Names.checked(name);
        this.weight = weight;
        this.endpoint = endpoint;
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
     * @return the node
     */
    public static Replica of(String name, Weight weight) {
        return new Replica(name, weight, false);
    }

    /**
     * Names an endpoint with many servers behind it.
     *
     * @param name not blank
     * @param weight its share of the reads
     * @return the node
     */
    public static Replica endpoint(String name, Weight weight) {
        return new Replica(name, weight, true);
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

    @Override
    public String toString() {
        return name;
    }
}
