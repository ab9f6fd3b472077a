package dev.facade.routing;

import dev.facade.cluster.Replica;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Picks the replica that a read goes to. Implementations are thread-safe and keep their state in themselves; a facade
 * has an instance of its own.
 *
 * <p>One of your own is a lambda: {@code candidates -> candidates.get(0)}. What it throws, or a pick that is no
 * candidate, reaches the caller as {@link dev.facade.error.InvalidPickException}.
 */
@FunctionalInterface
public interface ReadAlgorithm {

    /**
     * Picks each replica with the same probability, whatever its weight.
     *
     * @return the algorithm
     */
    static ReadAlgorithm random() {
        return RandomChoice.threadLocal();
    }

    /**
     * Picks each replica with the same probability, from a source of randomness given by the caller.
     *
     * @param source thread-safe if the facade is used by several threads
     * @return the algorithm
     */
    static ReadAlgorithm random(RandomGenerator source) {
        return new RandomChoice(source);
    }

    /**
     * Picks the replicas in turn, whatever their weight: A B C A B C.
     *
     * @return the algorithm
     */
    static ReadAlgorithm roundRobin() {
        return new RoundRobin(0);
    }

    /**
     * Picks the replicas in turn and in proportion to their weights, without bursts: with the weights 5, 1, 1 the
     * sequence is A A B A C A A.
     *
     * @return the algorithm
     */
    static ReadAlgorithm weightedRoundRobin() {
        return new SmoothWeightedRoundRobin();
    }

    /**
     * Picks one.
     *
     * @param candidates the replicas that may be picked, at least one, each of a weight of at least 1
     * @return one of them
     */
    Replica pick(List<Replica> candidates);
}
