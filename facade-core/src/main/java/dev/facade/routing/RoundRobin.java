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
        return at(Candidates.checked(candidates), turn.getAndIncrement());
    }

    @Override
    public Replica peek(List<Replica> candidates) {
        return at(Candidates.checked(candidates), turn.get());
    }

    private static Replica at(List<Replica> candidates, long turn) {
        return candidates.get((int) Math.floorMod(turn, (long) candidates.size()));
    }

    @Override
    public String toString() {
        return "round robin";
    }
}
