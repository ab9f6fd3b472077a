package dev.facade.routing;

import dev.facade.cluster.Replica;
import dev.facade.error.InvalidPickException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Checks of what goes into an algorithm and what comes out. An algorithm that hands the choice on to another one asks it by
 * {@link #pickedBy}. Thread-safe.
 *
 * <pre>{@code
 * ReadAlgorithm byDay = ReadAlgorithm.random();
 * ReadAlgorithm byNight = ReadAlgorithm.roundRobin();
 * ReadAlgorithm chosen = candidates ->
 *         Candidates.pickedBy(LocalTime.now().getHour() < 6 ? byNight : byDay, candidates);
 * }</pre>
 */
public final class Candidates {

    private Candidates() {}

    static List<Replica> checked(List<Replica> candidates) {
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("candidates: [] (expected: at least one)");
        }
        return candidates;
    }

    /**
     * Lets an algorithm pick, and checks its pick.
     *
     * @param algorithm the algorithm
     * @param candidates at least one
     * @return one of the candidates
     * @throws InvalidPickException if the algorithm fails, or picks something else
     */
    public static Replica pickedBy(ReadAlgorithm algorithm, List<Replica> candidates) {
        return picked(algorithm, false, candidates);
    }

    /**
     * Tells what an algorithm would pick, without a turn taken. Only the built-in algorithms can tell; another one picks.
     *
     * @param algorithm the algorithm
     * @param candidates at least one
     * @return one of the candidates
     * @throws InvalidPickException if the algorithm fails, or picks something else
     */
    public static Replica peekedBy(ReadAlgorithm algorithm, List<Replica> candidates) {
        return picked(algorithm, true, candidates);
    }

    private static Replica picked(ReadAlgorithm algorithm, boolean peek, List<Replica> candidates) {
        Replica picked;
        try {
            picked = peek && algorithm instanceof BuiltIn known ? known.peek(candidates) : algorithm.pick(candidates);
        } catch (InvalidPickException inner) {
            throw inner; // of an algorithm that this one delegates to
        } catch (RuntimeException failure) {
            throw new InvalidPickException("algorithm: " + algorithm + " threw " + failure, failure);
        }
        if (!(algorithm instanceof BuiltIn) && (picked == null || !candidates.contains(picked))) {
            throw new InvalidPickException(
                    "algorithm: " + algorithm + " picked " + picked + " (expected: one of " + candidates + ")", null);
        }
        return picked;
    }

    /** The candidates that suit; the same list if all do. */
    static List<Replica> kept(List<Replica> candidates, Predicate<Replica> suits) {
        List<Replica> kept = null;
        for (int i = 0; i < candidates.size(); i++) {
            boolean suitable = suits.test(candidates.get(i));
            if (!suitable && kept == null) {
                kept = new ArrayList<>(candidates.subList(0, i));
            } else if (suitable && kept != null) {
                kept.add(candidates.get(i));
            }
        }
        return kept == null ? candidates : kept;
    }
}
