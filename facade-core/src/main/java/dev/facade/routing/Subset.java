package dev.facade.routing;

import dev.facade.cluster.Replica;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/**
 * One of a few that belong to this process. Thread-safe if the algorithm within them is.
 *
 * <p>Deterministic subsetting as in Google's Site Reliability Engineering, chapter 20: with n replicas there are
 * {@code n / size} subsets, as many processes with successive numbers form a round, each round shuffles the replicas by a
 * seed of its own, and each process of a round takes another piece of them. So each full round gives each replica at most
 * one process, and the remainder changes from round to round.
 *
 * <p>If some are missing among the candidates (ejected, or too far behind for a read), the next in the round's order take
 * their place, and the others of the subset stay. The order is that of the names of all that were there when the last new
 * one was seen.
 */
final class Subset implements BuiltIn {

    private final int size;
    private final long process;
    private final ReadAlgorithm within;
    private volatile Members members;

    Subset(int size, long process, ReadAlgorithm within) {
        if (size < 1) {
            throw new IllegalArgumentException("size: " + size + " (expected: >= 1)");
        }
        if (process < 0) {
            throw new IllegalArgumentException("process: " + process + " (expected: >= 0)");
        }
        this.size = size;
        this.process = process;
        this.within = Objects.requireNonNull(within, "within");
        this.members = new Members(List.of());
    }

    @Override
    public Replica pick(List<Replica> candidates) {
        return Candidates.pickedBy(within, few(candidates));
    }

    @Override
    public Replica peek(List<Replica> candidates) {
        return Candidates.peekedBy(within, few(candidates));
    }

    private List<Replica> few(List<Replica> candidates) {
        if (candidates.size() <= size) {
            return Candidates.checked(candidates);
        }
        List<Replica> mine = members.subsets.of(candidates);
        if (mine.isEmpty()) { // a new one is there
            members = new Members(candidates);
            mine = members.subsets.of(candidates);
        }
        return mine.isEmpty() ? candidates : mine;
    }

    @Override
    public String toString() {
        return size + " of process " + process + ", then " + within;
    }

    /** All that are known, from this process's point of view. */
    private final class Members {

        private final List<Replica> mineFirst;
        private final Remembered<List<Replica>> subsets = new Remembered<>(this::subset);

        Members(List<Replica> all) {
            List<Replica> order = new ArrayList<>(all);
            int pieces = Math.max(1, order.size() / size);
            order.sort(Comparator.comparing(Replica::name));
            Collections.shuffle(order, new Random(process / pieces));
            Collections.rotate(order, -(int) (process % pieces) * size);
            mineFirst = order;
        }

        /** Empty if one of the candidates is unknown. */
        private List<Replica> subset(List<Replica> candidates) {
            if (!mineFirst.containsAll(candidates)) {
                return List.of();
            }
            return mineFirst.stream().filter(candidates::contains).limit(size).toList();
        }
    }
}
