package dev.facade.routing;

import dev.facade.cluster.Replica;
import java.util.List;

/** Checks the candidates at an algorithm's door. */
final class Candidates {

    private Candidates() {}

    static List<Replica> checked(List<Replica> candidates) {
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("candidates: [] (expected: at least one)");
        }
        return candidates;
    }
}
