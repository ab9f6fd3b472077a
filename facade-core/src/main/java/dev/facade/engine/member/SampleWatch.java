package dev.facade.engine.member;

import dev.facade.cluster.Replica;
import dev.facade.engine.journey.Router;
import dev.facade.engine.position.Monitor;
import dev.facade.event.FailureClass;
import dev.facade.event.NodeEvent.Change;
import dev.facade.event.Role;
import dev.facade.spi.FailureClassifier;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Tells the health of the replicas, and the membership, what the monitor sees. Thread-safe. */
public record SampleWatch(Router router, Membership membership, NodeReports reports) implements Monitor.Watcher {

    @Override
    public void answered(String name, OptionalLong nanos) {
        Replica replica = replica(name);
        if (replica != null) {
            router.health().lag(replica, nanos);
            router.health().found(replica);
        }
    }

    /**
     * Tells that the monitor has lost a node. A server that does not let the monitor in, or is full, may still answer
     * reads.
     */
    @Override
    public void lost(String name, Exception failure) {
        Replica replica = replica(name);
        if (replica == null) {
            return;
        }
        if (FailureClassifier.classify(failure, Role.REPLICA) == FailureClass.NODE) {
            router.health().lost(replica, "the monitor cannot reach it: " + failure.getMessage());
        } else {
            router.health().untold(replica);
        }
    }

    /** Notes an objection to a replica; one that tells more takes the place of the one before. */
    @Override
    public void objected(String name) {
        Replica replica = replica(name);
        if (replica == null) {
            return;
        }
        String told;
        String known = objection(replica);
        do {
            told = known;
            router.health().objection(replica, told);
            known = objection(replica);
        } while (!known.equals(told));
    }

    private String objection(Replica replica) {
        return Objects.requireNonNullElse(membership.objection(replica), "");
    }

    @Override
    public void promoted(String name) {
        membership.promoted(name);
    }

    @Override
    public void follows(String name) {
        membership.follows(name);
    }

    @Override
    public void masterless(String name, boolean begun) {
        reports.tell(
                name,
                begun ? Change.MASTERLESS : Change.MASTERED,
                begun ? "it follows another server, and no node is the master" : "there is a master");
    }

    @Override
    public void rivalsChanged() {
        reports.look();
    }

    private @Nullable Replica replica(String name) {
        return router.cluster().replica(name);
    }
}
