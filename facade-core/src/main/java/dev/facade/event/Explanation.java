package dev.facade.event;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The node to which a read would go at present, and the reasons. Immutable.
 *
 * <pre>{@code
 * Explanation explanation = repo.explain(Post.class);
 * System.out.println(explanation); // where a read would go, and what speaks against each other replica
 * }</pre>
 *
 * @param route where it would go first, or null if it would fail
 * @param algorithm what picks among the candidates
 * @param replicas what became of each, in their order; empty if the call leaves no choice
 * @param onMiss where it would go next if a replica does not have the row, or null: nowhere
 */
public record Explanation(
        @Nullable Route route,
        String algorithm,
        List<Considered> replicas,
        @Nullable Route onMiss) {

    /**
     * Checks and copies the components.
     *
     * @param route where it would go first, or null if it would fail
     * @param algorithm what picks among the candidates
     * @param replicas what became of each
     * @param onMiss where it would go next, or null
     */
    public Explanation {
        Objects.requireNonNull(algorithm, "algorithm");
        replicas = List.copyOf(replicas);
    }

    /**
     * The explanation of a read that has no second place to go to.
     *
     * @param route where it would go first, or null if it would fail
     * @param algorithm what picks among the candidates
     * @param replicas what became of each
     */
    public Explanation(@Nullable Route route, String algorithm, List<Considered> replicas) {
        this(route, algorithm, replicas, null);
    }

    /**
     * Adds where it would go if a replica does not have the row.
     *
     * @param master the master's name
     * @return a copy, if it would go to a replica first
     */
    public Explanation onMiss(String master) {
        return route == null || route.role() == Role.MASTER
                ? this
                : new Explanation(route, algorithm, replicas, new Route(master, Role.MASTER, Reason.ON_MISS));
    }

    /**
     * The part of one replica in the decision.
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
        String next = onMiss == null ? "" : "\n  if it is not there: " + onMiss.node() + " (" + onMiss.reason() + ")";
        return replicas.stream()
                .map(one -> "\n  " + one.replica() + (one.isCandidate() ? ": " : " is no candidate: ") + one.why())
                .collect(Collectors.joining("", first, next));
    }
}
