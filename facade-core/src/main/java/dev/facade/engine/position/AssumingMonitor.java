package dev.facade.engine.position;

import dev.facade.cluster.Cluster;
import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import dev.facade.spi.ReplicationProbe.TableFacts;
import dev.facade.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/** Asks nobody and goes by time alone: each replica is as far as the master was some time ago. Immutable. */
final class AssumingMonitor extends Monitor {

    private static final String SERVER = "assumed";
    private static final long LOOK = Duration.ofMillis(5).toNanos();

    private final long lag;

    AssumingMonitor(long lag, Ticker ticker) {
        super(ticker);
        this.lag = lag;
    }

    private Sample assumed(Role role, long nanosAgo) {
        long now = now();
        return new Sample(role, Position.ofMoment(now - nanosAgo), SERVER, now, now);
    }

    @Override
    public boolean isAssuming() {
        return true;
    }

    @Override
    public Sample last(Replica replica) {
        return assumed(Role.REPLICA, lag);
    }

    @Override
    public Sample lastOfMaster() {
        return assumed(Role.MASTER, 0);
    }

    @Override
    public OptionalLong staleness(Sample sample) {
        return OptionalLong.of(lag);
    }

    @Override
    public long leastStaleness() {
        return lag;
    }

    @Override
    public boolean isEverywhere(Position position) {
        return assumed(Role.REPLICA, lag).position().covers(position);
    }

    @Override
    public boolean isAssumedEverywhere(long nanos) {
        return now() - nanos > lag;
    }

    @Override
    public TableFacts facts() {
        return TableFacts.none();
    }

    @Override
    public List<String> rivals() {
        return List.of();
    }

    @Override
    public boolean isMasterless() {
        return false;
    }

    @Override
    public boolean isLost(Replica replica) {
        return true;
    }

    @Override
    public void begin(long nanos) {}

    @Override
    public void beginWithAll(long nanos) {}

    /** Nobody can tell, and nobody will. */
    @Override
    public String objection(Replica replica) {
        return Belonging.NOTHING;
    }

    @Override
    public String objection(Replica replica, Sample sample) {
        return Belonging.NOTHING;
    }

    @Override
    public boolean awaitMaster(long after, long nanos) {
        return true;
    }

    @Override
    public void awaitSample(Replica replica, long after, long nanos) {}

    @Override
    public long heard() {
        return 0;
    }

    /** None comes: time goes by. */
    @Override
    public void awaitSample(long after, long nanos) {
        LockSupport.parkNanos(Math.min(nanos, LOOK));
    }

    @Override
    public void watchedBy(Watcher watcher) {}

    @Override
    public void add(String name, SampleSource source) {}

    @Override
    public void forget(String name) {}

    @Override
    public void roles(Cluster cluster) {}

    @Override
    public void start() {}

    @Override
    public void hurry() {}

    @Override
    public void want() {}

    @Override
    public void close() {}
}
