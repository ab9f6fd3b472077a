package dev.facade.routing;

import dev.facade.cluster.Replica;
import dev.facade.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Picks the replica that a read goes to. Implementations are thread-safe and keep their state in themselves; a facade
 * has an instance of its own.
 *
 * <p>The default of a facade is {@link #peakEwma()}. An algorithm that narrows the candidates hands them on to another
 * one, {@code peakEwma()} if none is given.
 *
 * <p>An algorithm of your own is a lambda: {@code candidates -> candidates.get(0)}. If it throws, or picks no
 * candidate, the caller gets an {@link dev.facade.error.InvalidPickException}.
 *
 * <pre>{@code
 * ReadAlgorithm first = candidates -> candidates.get(0);
 * HibernateFacade facade = HibernateFacade.builder().algorithm(ReadAlgorithm.weightedRoundRobin());
 * }</pre>
 */
@FunctionalInterface
public interface ReadAlgorithm {

    /**
     * Picks each replica with the same probability, whatever its weight.
     *
     * @return the algorithm
     */
    static ReadAlgorithm random() {
        return random(RandomChoice.threadLocal());
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
     * Picks the replica with the fewest reads in flight for its weight; among equals at random. It looks at each, and
     * whoever decides at the same moment goes to the same one: among many replicas or in many threads
     * {@link #powerOfTwoChoices()} does better.
     *
     * @return the algorithm
     */
    static ReadAlgorithm leastInFlight() {
        return leastInFlight(RandomChoice.threadLocal());
    }

    /**
     * Picks as {@link #leastInFlight()} does, from a source of randomness given by the caller.
     *
     * @param source thread-safe if the facade is used by several threads
     * @return the algorithm
     */
    static ReadAlgorithm leastInFlight(RandomGenerator source) {
        return new LeastInFlight(source);
    }

    /**
     * Draws two replicas and picks the one with fewer reads in flight, heeding the weights.
     *
     * @return the algorithm
     */
    static ReadAlgorithm powerOfTwoChoices() {
        return powerOfTwoChoices(RandomChoice.threadLocal());
    }

    /**
     * Picks as {@link #powerOfTwoChoices()} does, from a source of randomness given by the caller.
     *
     * @param source thread-safe if the facade is used by several threads
     * @return the algorithm
     */
    static ReadAlgorithm powerOfTwoChoices(RandomGenerator source) {
        return TwoChoices.byReadsInFlight(source);
    }

    /**
     * Draws two replicas and picks the one that would answer earlier: with the lower product of latency and reads in
     * flight, heeding the weights. The latency is a moving average that jumps to each peak and decays with time, see
     * {@link Replica#peakLatency}; so a slow replica is avoided from its first slow answers on, and tried again after
     * some seconds. One without statistics counts as fast as the other. This is Finagle's and Linkerd's algorithm.
     *
     * @return the algorithm
     */
    static ReadAlgorithm peakEwma() {
        return peakEwma(RandomChoice.threadLocal(), Ticker.system());
    }

    /**
     * Picks as {@link #peakEwma()} does, from sources given by the caller.
     *
     * @param source thread-safe if the facade is used by several threads
     * @param ticker the facade's
     * @return the algorithm
     */
    static ReadAlgorithm peakEwma(RandomGenerator source, Ticker ticker) {
        return TwoChoices.byLatency(source, ticker);
    }

    /**
     * Picks the first replica in the order of their declaration; the others are its reserve.
     *
     * @return the algorithm
     */
    static ReadAlgorithm ordered() {
        return new Ordered();
    }

    /**
     * Picks one of the replicas that are least behind the master, by {@link #peakEwma()}. Lags that differ by less than
     * 2.5 s are taken to be equal, since while nobody waits the master and each replica are sampled once a second, give
     * or take a tenth. A replica of which no lag is known, such as an endpoint, comes after all others. Nothing is known
     * until the monitor runs, which begins with the first read above level {@code eventual}.
     *
     * @return the algorithm
     */
    static ReadAlgorithm leastLag() {
        return leastLag(Duration.ofMillis(2500), peakEwma(), Ticker.system());
    }

    /**
     * Picks as {@link #leastLag()} does.
     *
     * @param tolerance which difference counts as none; zero for the least lag alone
     * @param among picks one of those that are least behind
     * @param ticker the facade's
     * @return the algorithm
     */
    static ReadAlgorithm leastLag(Duration tolerance, ReadAlgorithm among, Ticker ticker) {
        return new LeastLag(tolerance, among, ticker);
    }

    /**
     * Picks one of the replicas that bear the first tag, by {@link #peakEwma()}; if there is none, one of those that bear
     * the next; if there is none either, one of all.
     *
     * @param tags such as the own zone, then the own region; at least one
     * @return the algorithm
     */
    static ReadAlgorithm nearest(String... tags) {
        return nearest(List.of(tags), peakEwma());
    }

    /**
     * Picks as {@link #nearest(String...)} does.
     *
     * @param tags such as the own zone, then the own region; at least one
     * @param within picks one of those that are nearest
     * @return the algorithm
     */
    static ReadAlgorithm nearest(List<String> tags, ReadAlgorithm within) {
        return new Nearest(tags, within);
    }

    /**
     * Picks one of a few replicas, others in each process, so that not every process has connections to every replica.
     * With processes that are numbered 0, 1, 2 and so on each replica gets as many of them as any other, give or take
     * one for each time that the replicas do not come out even; with other numbers (a hash of the host's name) so on
     * the average. A replica that is not among the candidates is replaced.
     *
     * @param size how many, at least 1
     * @param process this process's number, not negative
     * @param within picks one of them
     * @return the algorithm
     */
    static ReadAlgorithm subset(int size, long process, ReadAlgorithm within) {
        return new Subset(size, process, within);
    }

    /**
     * Picks one.
     *
     * @param candidates the replicas that may be picked, at least one, each of a weight of at least 1
     * @return one of them
     */
    Replica pick(List<Replica> candidates);
}
