package dev.facade.engine.position;

import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import java.util.OptionalLong;

/** Data must not be older than a limit. */
record BoundedFreshness(Monitor monitor, long limitNanos) implements Freshness {

    @Override
    public boolean isMetBy(Replica replica) {
        Sample sample = monitor.last(replica);
        return monitor.mustBeAsked(replica) || (sample != null && isMetBy(replica, sample));
    }

    @Override
    public boolean vouchesFor(Replica replica, long openedNanos) {
        Sample sample = monitor.last(replica);
        return sample != null && sample.isBegunAfter(openedNanos) && isMetBy(replica, sample);
    }

    @Override
    public boolean isMetBy(Replica replica, Sample sample) {
        OptionalLong staleness = monitor.staleness(sample);
        return staleness.isPresent() && staleness.getAsLong() <= limitNanos;
    }

    @Override
    public void await(long nanos) {
        monitor.hurry();
        monitor.awaitSample(monitor.heard(), nanos);
    }
}
