package dev.facade.routing;

import dev.facade.cluster.Replica;
import java.util.List;
import java.util.Objects;

/**
 * One of those that bear the first tag, or else the next, or else any. Thread-safe if the algorithm within them is.
 */
final class Nearest implements BuiltIn {

    private final List<String> tags;
    private final ReadAlgorithm within;
    private final Remembered<List<Replica>> groups = new Remembered<>(this::group);

    Nearest(List<String> tags, ReadAlgorithm within) {
        this.tags = List.copyOf(tags);
        this.within = Objects.requireNonNull(within, "within");
        if (tags.isEmpty()) {
            throw new IllegalArgumentException("tags: [] (expected: at least one)");
        }
    }

    @Override
    public Replica pick(List<Replica> candidates) {
        return Candidates.pickedBy(within, groups.of(candidates));
    }

    @Override
    public Replica peek(List<Replica> candidates) {
        return Candidates.peekedBy(within, groups.of(candidates));
    }

    private List<Replica> group(List<Replica> candidates) {
        for (String tag : tags) {
            List<Replica> group =
                    Candidates.kept(candidates, candidate -> candidate.tags().contains(tag));
            if (!group.isEmpty()) {
                return group;
            }
        }
        return candidates;
    }

    @Override
    public String toString() {
        return "nearest of " + tags + ", then " + within;
    }
}
