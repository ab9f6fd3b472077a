package dev.facade.engine.position;

import dev.facade.cluster.Position;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a server that is declared as a replica is one of the master's. Immutable.
 *
 * <p>Only what is seen speaks against a server: one that cannot be compared is believed.
 *
 * @param master the last sample of the node that is the master, whatever it says that it is; null if it was never heard
 * @param others the last samples of the other nodes
 */
record Belonging(@Nullable Sample master, List<Sample> others) {

    /** The objection to a server against which nothing speaks. */
    static final String NOTHING = "";

    /**
     * The objection to reading a server.
     *
     * @param server a sample of it
     * @param mayBeMaster whether the master may answer in its place, as behind an endpoint
     * @return the reason in words; empty if there is none; null if nobody can tell yet
     */
    @Nullable
    String objection(Sample server, boolean mayBeMaster) {
        Sample present = master;
        if (present == null) {
            return isForeignToMost(server.position()) ? "is of another cluster than most of the other nodes" : null;
        }
        if (server.position().isForeignTo(present.position())) {
            return "is of another cluster than the master";
        }
        if (server.role() == Role.REPLICA) {
            return NOTHING;
        }
        if (Roles.isOneServer(present, server)) {
            return mayBeMaster ? NOTHING : "is the master itself under a second name";
        }
        return server.position().succeeds(present.position()) // it is being promoted, or a rival
                ? NOTHING
                : "follows nobody: it says that it is a master, and was not promoted";
    }

    private boolean isForeignToMost(Position position) {
        long foreign = others.stream()
                .filter(other -> position.isForeignTo(other.position()))
                .count();
        return foreign * 2 > others.size() + 1;
    }
}
