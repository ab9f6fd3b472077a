package dev.facade.routing;

import dev.facade.cluster.Replica;
import java.util.List;

/** The first that is there. Thread-safe, without state: candidates keep the order in which they were declared. */
final class Ordered implements BuiltIn {

    @Override
    public Replica pick(List<Replica> candidates) {
        return Candidates.checked(candidates).get(0);
    }

    @Override
    public String toString() {
        return "ordered";
    }
}
