package dev.facade.routing;

import dev.facade.cluster.Replica;
import java.util.List;

/**
 * An algorithm of this package. The laws in its tests say that it picks candidates only, so nobody looks for its pick
 * among them, which would take the longer the more there are.
 */
sealed interface BuiltIn extends ReadAlgorithm
        permits LeastInFlight,
                LeastLag,
                Nearest,
                Ordered,
                RandomChoice,
                RoundRobin,
                SmoothWeightedRoundRobin,
                Subset,
                TwoChoices {

    /** The replica that it would pick next, though it stays where it is. */
    default Replica peek(List<Replica> candidates) {
        return pick(candidates);
    }
}
