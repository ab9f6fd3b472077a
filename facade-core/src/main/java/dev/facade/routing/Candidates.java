package dev.facade.routing;

import dev.facade.cluster.Replica;
import dev.facade.error.InvalidPickException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What goes into an algorithm, and what comes out. */
public final class Candidates {

    private Candidates() {}

    static List<Replica> checked(List<Replica> candidates) {
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("candidates: [] (expected: at least one)");
        }
        return candidates;
    }

    /** The pick of an algorithm that may be a caller's, and then may be anything. */
    public static Replica pickedBy(ReadAlgorithm algorithm, List<Replica> candidates) {
        return picked(algorithm, false, candidates);
    }

    /** What would be picked; an algorithm of a caller's knows no other way to tell than to pick. */
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

    /** Those that suit; the same list if all do. */
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
