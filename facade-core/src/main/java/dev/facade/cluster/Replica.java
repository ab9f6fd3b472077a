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

    @Override
    public String toString() {
        return name;
    }
}
