package dev.facade.engine.journey;

import dev.facade.cluster.Cluster;
import dev.facade.cluster.Node;
import dev.facade.cluster.Replica;
import dev.facade.consistency.Consistency;
import dev.facade.engine.health.Health;
import dev.facade.engine.health.Hedging;
import dev.facade.engine.health.Watchdog;
import dev.facade.event.Explanation;
import dev.facade.event.Reason;
import dev.facade.option.Target;
import dev.facade.routing.Candidates;
import dev.facade.routing.ReadAlgorithm;
import dev.facade.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a read goes. Thread-safe.
 *
 * <p>The first rule that applies wins: the master when the caller names it, for a locking read, and in master-only mode;
 * the replica that the caller names; the master when there is no replica that takes reads; else the algorithm picks among
 * the replicas that are healthy. A read that fails because of its node goes elsewhere, see {@link ReadJourney}. It knows nodes by identity
 * only, so what runs on them is the caller's business.
 */
public final class Router implements AutoCloseable {

    private final ReadAlgorithm algorithm;
    private final MasterUse masterUse;
    private final Health health;
    private final Ticker ticker;
    private final ReadLimits limits;
    private final Permits permits;
    private final Watchdog watchdog;
    private final Hedging hedging;
    private volatile Cluster cluster;
    private volatile boolean
            hasReaders; // ever, so that what replicas have served does not drown the master without them

    private Router(
            Cluster cluster,
            ReadAlgorithm algorithm,
            MasterUse masterUse,
            ReadLimits limits,
            Ticker ticker,
            RandomGenerator random) {
        this.cluster = Objects.requireNonNull(cluster, "cluster");
        this.algorithm = Objects.requireNonNull(algorithm, "algorithm");
        this.masterUse = Objects.requireNonNull(masterUse, "masterUse");
        this.ticker = Objects.requireNonNull(ticker, "ticker");
        this.limits = Objects.requireNonNull(limits, "limits");
        this.permits = new Permits(limits.guard());
        this.watchdog = Watchdog.of(() -> this.cluster.replicas(), limits.budget(), ticker);
        this.hedging = limits.hedged() == 0
                ? Hedging.off()
                : Hedging.of(() -> this.cluster.replicas(), limits.hedged(), ticker);
        List<Replica> readers = readers(cluster);
        this.hasReaders = !readers.isEmpty();
        this.health = Health.of(readers, ticker, random);
    }

    /**
     * Makes a router.
     *
     * @param cluster the nodes
     * @param algorithm picks among the replicas; used by this router only
     * @param masterUse when reads may use the master
     * @param ticker the source of time
     * @return the router
     */
    public static Router of(Cluster cluster, ReadAlgorithm algorithm, MasterUse masterUse, Ticker ticker) {
        return of(cluster, algorithm, masterUse, ReadLimits.standard(ticker), ticker);
    }

    /**
     * Makes a router.
     *
     * @param cluster the nodes
     * @param algorithm picks among the replicas; used by this router only
     * @param masterUse when reads may use the master
     * @param limits of its reads; used by this router only
     * @param ticker the source of time
     * @return the router
     */
    public static Router of(
            Cluster cluster, ReadAlgorithm algorithm, MasterUse masterUse, ReadLimits limits, Ticker ticker) {
        return of(
                cluster,
                algorithm,
                masterUse,
                limits,
                ticker,
                () -> ThreadLocalRandom.current().nextLong());
    }

    /**
     * Makes a router.
     *
     * @param cluster the nodes
     * @param algorithm picks among the replicas; used by this router only
     * @param masterUse when reads may use the master
     * @param limits of its reads; used by this router only
     * @param ticker the source of time
     * @param random what replicas are kept out and brought back by, see {@link Health}
     * @return the router
     */
    public static Router of(
            Cluster cluster,
            ReadAlgorithm algorithm,
            MasterUse masterUse,
            ReadLimits limits,
            Ticker ticker,
            RandomGenerator random) {
        return new Router(cluster, algorithm, masterUse, limits, ticker, random);
    }

    /**
     * Returns the nodes.
     *
     * @return the cluster
     */
    public Cluster cluster() {
        return cluster;
    }

    private static List<Replica> readers(Cluster cluster) {
        return cluster.replicas().stream()
                .filter(replica -> replica.weight() > 0)
                .toList();
    }

    /**
     * Replaces the nodes; reads that are on their way end where they are. Of a node that stays the same object all that is
     * known is kept. Not to be called by two threads at once.
     *
     * @param next the nodes from now on
     */
    public void members(Cluster next) {
        List<Replica> readers = readers(next);
        cluster = next;
        hasReaders |= !readers.isEmpty();
        health.members(readers);
    }

    /**
     * Runs a read where it belongs, and elsewhere if its node fails.
     *
     * @param intent what is asked
     * @param call the read
     * @param observer is told of every attempt
     * @param <T> what the read returns
     * @return what the first successful attempt returned
     * @throws dev.facade.error.NoReplicaAvailableException if no replica could serve it, and fallback is off or the master
     *     serves enough of such reads
     * @throws dev.facade.error.DeadlineExceededException if it was not answered in time
     */
    public <T> T read(ReadIntent intent, NodeCall<T> call, RouteObserver observer) {
        return new ReadJourney<>(this, intent, call, observer).run();
    }

    /**
     * Picks a replica for a read without wishes; the whole of a routing decision while all replicas are healthy.
     *
     * @return a replica
     */
    public Replica pick() {
        return pick(health.candidates());
    }

    /**
     * Tells where a read would go, without running it. A round robin stays where it is; an algorithm of the caller's is
     * asked.
     *
     * @param intent what is asked
     * @return what the rules say now
     */
    public Explanation explain(ReadIntent intent) {
        return new Forecast(this, intent).told();
    }

    /** The algorithm, in words. */
    String algorithm() {
        return algorithm.toString();
    }

    /**
     * Notes that something was written on the master: reads that no replica could serve must not slow it down.
     *
     * @param nanos how long it took, in nanoseconds
     */
    public void wrote(long nanos) {
        limits.guard().wrote(nanos);
    }

    /** Ends its threads, if it has begun any. Reads go on unwatched. */
    @Override
    public void close() {
        hedging.close();
        watchdog.close();
    }

    /** The node that a read must use, whatever the algorithm would say, or the master as the rule "no replica". */
    Fixed fixed(ReadIntent intent) {
        Cluster cluster = this.cluster;
        Target target = intent.target();
        if (target.replicaName() != null && cluster.replica(target.replicaName()) == null) {
            throw new IllegalArgumentException("target: " + target + " (expected: one of " + cluster.replicas() + ")");
        }
        if (target.isMaster()) {
            return new Fixed(cluster.master(), Reason.EXPLICIT);
        }
        if (intent.locking()) {
            return new Fixed(cluster.master(), Reason.LOCKING_READ);
        }
        if (masterUse == MasterUse.ALWAYS) {
            return new Fixed(cluster.master(), Reason.MASTER_ONLY);
        }
        if (intent.consistency().level() == Consistency.Level.STRONG) {
            return new Fixed(cluster.master(), Reason.CONSISTENCY);
        }
        if (target.replicaName() != null) {
            return new Fixed(Objects.requireNonNull(cluster.replica(target.replicaName())), Reason.EXPLICIT);
        }
        return hasReaders || !mayFallBack() ? Fixed.NONE : new Fixed(cluster.master(), Reason.NO_REPLICAS);
    }

    /**
     * Returns what is known of the replicas' health.
     *
     * @return the one that decides who is a candidate
     */
    public Health health() {
        return health;
    }

    /**
     * Returns how long a read may take that does not say.
     *
     * @return the time
     */
    public Duration deadline() {
        return limits.deadline();
    }

    ReadLimits limits() {
        return limits;
    }

    Permits permits() {
        return permits;
    }

    Hedging hedging() {
        return hedging;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    Ticker ticker() {
        return ticker;
    }

    boolean mayFallBack() {
        return masterUse != MasterUse.NEVER;
    }

    Replica pick(List<Replica> candidates) {
        Replica picked = Candidates.pickedBy(algorithm, candidates);
        if (health.holdsBack(picked)) {
            List<Replica> warm = health.warm(candidates);
            return warm == candidates ? picked : Candidates.pickedBy(algorithm, warm);
        }
        return picked;
    }

    /** The replica that would be picked next. */
    Replica peek(List<Replica> candidates) {
        return Candidates.peekedBy(algorithm, candidates);
    }

    /** A node that needs no algorithm. */
    record Fixed(@Nullable Node node, Reason reason) {

        static final Fixed NONE = new Fixed(null, Reason.ALGORITHM);
    }
}
