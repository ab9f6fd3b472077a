package dev.facade.event;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a read would go at present, and why. Immutable.
 *
 * @param route where it would go first, or null if it would fail
 * @param algorithm what picks among the candidates
 * @param replicas what became of each, in their order; empty if the call leaves no choice
 */
public record Explanation(@Nullable Route route, String algorithm, List<Considered> replicas) {

    /**
     * Checks and copies the components.
     *
     * @param route where it would go first, or null if it would fail
     * @param algorithm what picks among the candidates
     * @param replicas what became of each
     */
    public Explanation {
        Objects.requireNonNull(algorithm, "algorithm");
        replicas = List.copyOf(replicas);
    }

    /**
     * What became of a replica.
     *
     * @param replica its name
     * @param isCandidate whether the algorithm may pick it
     * @param why which rule removed it, or how it does at present
     */
    public record Considered(String replica, boolean isCandidate, String why) {}

    /** Some lines to read. */
    @Override
    public String toString() {
        String first = route == null
                ? "nowhere: no replica can serve it, and it may not use the master"
                : route.node() + " (" + route.reason() + (replicas.isEmpty() ? "" : ", " + algorithm) + ")";
        return replicas.stream()
                .map(one -> "\n  " + one.replica() + (one.isCandidate() ? ": " : " is no candidate: ") + one.why())
                .collect(Collectors.joining("", first, ""));
    }
}
