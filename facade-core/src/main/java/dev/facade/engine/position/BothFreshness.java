package dev.facade.engine.position;

import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import org.jspecify.annotations.Nullable;

/** A session's own need, and that of all. */
record BothFreshness(Freshness own, Freshness other) implements Freshness {

    @Override
    public boolean isMetBy(Replica replica) {
        return own.isMetBy(replica) && other.isMetBy(replica);
    }

    @Override
    public boolean vouchesFor(Replica replica, long openedNanos) {
        return own.vouchesFor(replica, openedNanos) && other.vouchesFor(replica, openedNanos);
    }

    @Override
    public boolean isMetBy(Replica replica, Sample sample) {
        return own.isMetBy(replica, sample) && other.isMetBy(replica, sample);
    }

    @Override
    public void await(long nanos) {
        own.await(nanos);
        other.await(0);
    }

    @Override
    public @Nullable Replica only() {
        return own.only();
    }

    @Override
    public long patience() {
        return own.patience();
    }

    @Override
    public void met() {
        own.met();
    }

    @Override
    public @Nullable Position position() {
        Position ours = own.position();
        Position theirs = other.position();
        return ours == null || theirs == null ? ours : Position.later(ours, theirs);
    }
}
