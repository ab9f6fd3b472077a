package dev.facade.routing;

import dev.facade.cluster.Replica;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** Uniform random choice. Thread-safe if its source is. */
final class RandomChoice implements BuiltIn {

    private final RandomGenerator source;

    RandomChoice(RandomGenerator source) {
        this.source = Objects.requireNonNull(source, "source");
    }

    /** Each thread's own. */
    static RandomGenerator threadLocal() {
        return () -> ThreadLocalRandom.current().nextLong();
    }

    @Override
    public Replica pick(List<Replica> candidates) {
        return candidates.get(source.nextInt(Candidates.checked(candidates).size()));
    }

    @Override
    public String toString() {
        return "random";
    }
}
