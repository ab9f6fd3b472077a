package dev.facade.operation;

import dev.facade.cluster.Node;
import dev.facade.cluster.Replica;
import dev.facade.consistency.Monitor;
import dev.facade.event.FailureClass;
import dev.facade.health.FailureClassifier;
import dev.facade.health.Health;
import java.util.OptionalLong;

/** Tells the health of the replicas what the monitor sees of them. Thread-safe. */
record HealthWatch(Health health) implements Monitor.Watcher {

    @Override
    public void lag(Replica replica, OptionalLong nanos) {
        health.lag(replica, nanos);
    }

    /** Who may not ask, or finds the server full, may still be answered elsewhere. */
    @Override
    public void lost(Node node, Exception failure) {
        if (node instanceof Replica replica && FailureClassifier.classify(failure, node.role()) == FailureClass.NODE) {
            health.lost(replica, "the monitor cannot reach it: " + failure.getMessage());
        }
    }

    @Override
    public void found(Node node) {
        if (node instanceof Replica replica) {
            health.found(replica);
        }
    }
}
