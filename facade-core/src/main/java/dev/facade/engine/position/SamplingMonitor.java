package dev.facade.engine.position;

import dev.facade.cluster.Cluster;
import dev.facade.cluster.Node;
import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import dev.facade.spi.ReplicationProbe.TableFacts;
import dev.facade.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every server, each on a thread of its own. Thread-safe.
 *
 * <p>Who is sampled is one immutable value, changed by one thread at a time, and read without a lock.
 */
final class SamplingMonitor extends Monitor {

    private static final Duration SLOW = Duration.ofSeconds(1);
    private static final Duration FAST = Duration.ofMillis(50);
    private static final long RECENT = Duration.ofSeconds(3).toNanos();
    private static final long LATE = Duration.ofSeconds(5).toNanos();
    private static final Logger LOG = LoggerFactory.getLogger(SamplingMonitor.class);

    private final Object members = new Object();
    private final AtomicBoolean started = new AtomicBoolean(); // both guarded by members, when set
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Watched watched = Watched.nobody(); // written by whoever holds members
    private final RoleJudge judge = new RoleJudge(() -> watched, members);
    private final Arrivals arrivals = new Arrivals();
    private final Set<String> behind = ConcurrentHashMap.newKeySet();
    private volatile long wantedUntil;
    private volatile long startedAt; // written by whoever holds members
    private volatile boolean begun;
    private volatile Watcher watcher = new Watcher() {};

    SamplingMonitor(Map<? extends Node, SampleSource> sources, Ticker ticker) {
        super(ticker);
        this.wantedUntil = now();
        sources.forEach((node, source) -> add(node.name(), source));
        this.watched = watched.as(sources.keySet());
    }

    /** What the samplers tell. */
    private final class Listening implements NodeSampler.Eye {

        @Override
        public long interval() {
            boolean fast = wantedUntil - now() > 0 || judge.isInDoubt();
            return (fast ? FAST : SLOW).toNanos();
        }

        @Override
        public boolean isMaster(NodeSampler sampler) {
            return watched.master() == sampler;
        }

        @Override
        public Sample placed(Sample sample) {
            return sample.after(lastOfMaster());
        }

        @Override
        public void learned(NodeSampler sampler, Sample sample) {
            Watched present = watched;
            if (present.master() != sampler) {
                answered(sampler.name(), sample);
            } else if (sample.role() == Role.MASTER) { // one that follows nobody any more stands still
                present.log().add(sample);
            }
        }

        @Override
        public void lost(NodeSampler sampler, Exception failure) {
            watcher.lost(sampler.name(), failure);
        }

        @Override
        public void asked(boolean answered) {
            if (judge.judge(watcher)) {
                want(); // what the others say to it is known soon
            }
            if (answered || !begun) { // a failure may be what is waited for
                arrivals.add();
            }
        }
    }

    private void answered(String name, Sample sample) {
        OptionalLong staleness = staleness(sample);
        watcher.answered(name, staleness);
        Watched present = watched; // whoever was told may have taken a while
        Sample ofMaster = present.lastOfMaster();
        for (Node node : present.byNode().keySet()) {
            if (node instanceof Replica replica && replica.name().equals(name)) {
                boolean follows = sample.role() == Role.REPLICA;
                replica.knownUpTo(follows ? present.log().knownUpTo(sample.position()) : OptionalLong.empty());
            }
        }
        if (staleness.isPresent() && ofMaster != null && ofMaster.isBegunAfter(now() - RECENT)) {
            report(name, staleness.getAsLong());
        }
    }

    /** Else nobody is told why reads leave a replica that lives. */
    private void report(String name, long staleness) {
        boolean late = staleness > LATE;
        if (late && behind.add(name)) {
            LOG.warn(
                    "{} is {} s behind the master: whoever needs more is served elsewhere",
                    name,
                    Duration.ofNanos(staleness).toSeconds());
        } else if (!late && behind.remove(name)) {
            LOG.info("{} has caught up", name);
        }
    }

    @Override
    public boolean isAssuming() {
        return false;
    }

    @Override
    public void watchedBy(Watcher watcher) {
        this.watcher = Objects.requireNonNull(watcher, "watcher");
    }

    // -- who is sampled, and when

    @Override
    public List<String> rivals() {
        return judge.rivals();
    }

    @Override
    public boolean isMasterless() {
        return judge.isMasterless();
    }

    @Override
    public void add(String name, SampleSource source) {
        NodeSampler sampler = new NodeSampler(name, source, new Listening());
        synchronized (members) {
            watched = watched.with(sampler);
            if (started.getAndSet(false)) {
                start();
            }
        }
    }

    @Override
    public void forget(String name) {
        NodeSampler sampler;
        synchronized (members) {
            sampler = watched.named(name);
            if (sampler == null) {
                return;
            }
            watched = watched.without(sampler);
        }
        sampler.close();
    }

    @Override
    public void roles(Cluster cluster) {
        List<Node> nodes = new ArrayList<>(cluster.replicas());
        nodes.add(cluster.master());
        synchronized (members) {
            watched = watched.as(nodes);
        }
        arrivals.add(); // who waits looks again
        hurry();
    }

    @Override
    public void start() {
        if (started.get() || closed.get()) {
            return;
        }
        synchronized (members) {
            if (!closed.get() && !started.get()) {
                startedAt = System.nanoTime();
                watched.all().forEach(NodeSampler::start);
                started.set(true); // not before: whoever fails to begin is begun by the next call
            }
        }
    }

    @Override
    public void begin(long nanos) {
        if (!begun) {
            begin(nanos, this::isMasterHeard);
        }
    }

    @Override
    public void beginWithAll(long nanos) {
        if (!begun) {
            begin(nanos, () -> false);
        }
    }

    /** Waits until it is known what is enough, or everybody was asked: without the master most of the others tell. */
    private void begin(long nanos, BooleanSupplier enough) {
        start();
        long left = startedAt + nanos - System.nanoTime();
        long heard = heard();
        while (!enough.getAsBoolean()
                && !isEverybodyTried()
                && left > 0
                && !Thread.currentThread().isInterrupted()) {
            awaitSample(heard, left);
            left = startedAt + nanos - System.nanoTime();
            heard = heard();
        }
        begun = true;
    }

    private boolean isMasterHeard() {
        NodeSampler master = watched.master();
        return master == null || master.last() != null;
    }

    private boolean isEverybodyTried() {
        return closed.get() || watched.all().stream().allMatch(NodeSampler::isTried);
    }

    @Override
    public void hurry() {
        want();
        watched.all().forEach(NodeSampler::hurry);
    }

    @Override
    public void want() {
        if (closed.get()) {
            return;
        }
        start();
        long now = now();
        boolean slow = wantedUntil - now <= 0;
        wantedUntil = now + SLOW.toNanos();
        if (slow) {
            watched.all().forEach(NodeSampler::hurry);
        }
    }

    @Override
    public void close() {
        synchronized (members) {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
        }
        watched.all().forEach(NodeSampler::close);
    }

    // -- waiting

    @Override
    public boolean awaitMaster(long after, long nanos) {
        long deadline = System.nanoTime() + nanos;
        long left = nanos;
        while (!isMasterSeen(after)) {
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            want();
            awaitSample(heard(), left);
            left = deadline - System.nanoTime();
        }
        return true;
    }

    private boolean isMasterSeen(long after) {
        Sample master = lastOfMaster();
        return master != null && master.isBegunAfter(after) && rivals().isEmpty();
    }

    @Override
    public void awaitSample(Replica replica, long after, long nanos) {
        Watched present = watched;
        NodeSampler sampler = present.byNode().get(replica);
        if (sampler == null) {
            return;
        }
        for (NodeSampler other : present.byNode().values()) {
            if (other != present.master()) {
                other.hurry();
            }
        }
        long deadline = System.nanoTime() + nanos;
        long left = nanos;
        Sample last = sampler.last();
        while ((last == null || !last.isBegunAfter(after)) && left > 0) {
            awaitSample(heard(), left);
            left = deadline - System.nanoTime();
            last = sampler.last();
        }
    }

    @Override
    public long heard() {
        return arrivals.count();
    }

    @Override
    public void awaitSample(long after, long nanos) {
        arrivals.await(after, nanos);
    }

    // -- what is known

    @Override
    public @Nullable Sample last(Replica replica) {
        return watched.last(replica);
    }

    @Override
    public @Nullable String objection(Replica replica) {
        return watched.objection(replica);
    }

    @Override
    public @Nullable String objection(Replica replica, Sample sample) {
        Watched present = watched;
        return present.belonging(present.byNode().get(replica)).objection(sample, replica.isEndpoint());
    }

    @Override
    public @Nullable Sample lastOfMaster() {
        return watched.lastOfMaster();
    }

    @Override
    public TableFacts facts() {
        NodeSampler master = watched.master();
        return master == null ? TableFacts.none() : master.facts();
    }

    @Override
    public OptionalLong staleness(Sample sample) {
        return watched.staleness(sample, now());
    }

    @Override
    public long leastStaleness() {
        return watched.leastStaleness(now());
    }

    @Override
    public boolean isEverywhere(Position position) {
        return watched.isEverywhere(position, now() - RECENT);
    }

    @Override
    public boolean isAssumedEverywhere(long nanos) {
        return false;
    }

    @Override
    public boolean isLost(Replica replica) {
        return watched.isLost(replica);
    }
}
