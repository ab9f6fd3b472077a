package dev.facade.routing;

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
                TwoChoices {}
