package dev.facade.routing;

import dev.facade.cluster.Replica;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Nginx's smooth weighted round robin: each turn every candidate gains its weight, the richest is picked and pays the
 * sum of all weights. (Described in nginx, commit 52327e0627f4, "Upstream: smooth weighted round-robin balancing".)
 *
 * <p>The sequence repeats after {@code sum / gcd} turns, so it is computed once for a list of candidates and then walked
 * by an atomic counter: thread-safe, lock-free, no garbage. For the weights 5, 1, 1:
 *
 * <pre>
 * turn     gained      picked  left
 * 1        5  1  1     A       -2  1  1
 * 2        3  2  2     A       -4  2  2
 * 3        1  3  3     B        1 -4  3
 * 4        6 -3  4     A       -1 -3  4
 * 5        4 -2  5     C        4 -2 -2
 * 6        9 -1 -1     A        2 -1 -1
 * 7        7  0  0     A        0  0  0
 * </pre>
 */
final class SmoothWeightedRoundRobin implements BuiltIn {

    private final Remembered<Schedule> schedules = new Remembered<>(Schedule::new);

    @Override
    public Replica pick(List<Replica> candidates) {
        return schedules.of(candidates).next();
    }

    @Override
    public Replica peek(List<Replica> candidates) {
        return schedules.of(candidates).ahead();
    }

    @Override
    public String toString() {
        return "smooth weighted round robin";
    }

    private static final class Schedule {

        private final Replica[] sequence;
        private final AtomicLong turn = new AtomicLong();

        Schedule(List<Replica> candidates) {
            this.sequence = sequence(candidates);
        }

        Replica next() {
            return at(turn.getAndIncrement());
        }

        Replica ahead() {
            return at(turn.get());
        }

        private Replica at(long turn) {
            return sequence[(int) Math.floorMod(turn, (long) sequence.length)];
        }

        private static Replica[] sequence(List<Replica> candidates) {
            int sum = 0;
            int gcd = 0;
            for (Replica candidate : candidates) {
                sum += candidate.weight();
                gcd = Lots.gcd(candidate.weight(), gcd);
            }
            if (sum == 0) {
                throw new IllegalArgumentException(
                        "candidates: " + candidates + " all have weight 0 (expected: at least one of >= 1)");
            }
            Replica[] sequence = new Replica[sum / gcd];
            int[] credit = new int[candidates.size()];
            for (int turn = 0; turn < sequence.length; turn++) {
                sequence[turn] = candidates.get(richest(candidates, credit, sum));
            }
            return sequence;
        }

        private static int richest(List<Replica> candidates, int[] credit, int sum) {
            int best = -1;
            for (int i = 0; i < credit.length; i++) {
                credit[i] += candidates.get(i).weight();
                if (candidates.get(i).weight() > 0 && (best < 0 || credit[i] > credit[best])) {
                    best = i;
                }
            }
            credit[best] -= sum;
            return best;
        }
    }
}
