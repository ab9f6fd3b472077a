package dev.facade.routing;

import dev.facade.cluster.Replica;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Each in its turn. Thread-safe and lock-free: one atomic counter, which may overflow. */
final class RoundRobin implements BuiltIn {

    private final AtomicLong turn;

    RoundRobin(long firstTurn) {
        turn = new AtomicLong(firstTurn);
    }

    @Override
    public Replica pick(List<Replica> candidates) {
        int size = Candidates.checked(candidates).size();
        return candidates.get((int) Math.floorMod(turn.getAndIncrement(), (long) size));
    }

    @Override
    public String toString() {
        return "round robin";
    }
}
