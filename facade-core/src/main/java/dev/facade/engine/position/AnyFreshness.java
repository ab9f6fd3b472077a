package dev.facade.engine.position;

import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;

/** Nothing is needed. */
enum AnyFreshness implements Freshness {
    ANY;

    @Override
    public boolean isMetBy(Replica replica) {
        return true;
    }

    @Override
    public boolean vouchesFor(Replica replica, long openedNanos) {
        return true;
    }

    @Override
    public boolean isMetBy(Replica replica, Sample sample) {
        return true;
    }

    @Override
    public void await(long nanos) {}
}
