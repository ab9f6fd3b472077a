package dev.facade.routing;

import dev.facade.cluster.Replica;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Fewest reads in flight for its weight; among equals at random, in proportion to their weights. Thread-safe if its source
 * is. It looks at every candidate. (As the method {@code least_conn} of nginx.)
 */
final class LeastInFlight implements BuiltIn {

    private final RandomGenerator source;

    LeastInFlight(RandomGenerator source) {
        this.source = Objects.requireNonNull(source, "source");
    }

    @Override
    public Replica pick(List<Replica> candidates) {
        Replica best = Candidates.checked(candidates).get(0);
        int inFlight = best.inFlight();
        int equals = best.weight();
        for (int i = 1; i < candidates.size(); i++) {
            Replica candidate = candidates.get(i);
            int ofCandidate = candidate.inFlight();
            long more = (long) ofCandidate * best.weight() - (long) inFlight * candidate.weight();
            if (more > 0) {
                continue;
            }
            equals = candidate.weight() + (more == 0 ? equals : 0);
            if (more < 0 || source.nextInt(equals) < candidate.weight()) {
                best = candidate;
                inFlight = ofCandidate;
            }
        }
        return best;
    }

    @Override
    public String toString() {
        return "least in flight";
    }
}
