package dev.facade.operation;

import dev.facade.cluster.Replica;
import dev.facade.event.FacadeListener;
import dev.facade.event.NodeEvent;
import dev.facade.event.NodeEvent.Change;
import dev.facade.health.Health;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listener what becomes of nodes; whatever it throws, what has happened has happened. Thread-safe. */
record NodeReports(FacadeListener listener) implements Health.Watcher {

    private static final Logger LOG = LoggerFactory.getLogger(NodeReports.class);

    void tell(String node, Change change, String why) {
        NodeEvent event = new NodeEvent(node, change, why);
        try {
            listener.onNode(event);
        } catch (RuntimeException | Error failure) {
            LOG.warn("listener {} failed on {}", listener, event, failure);
        }
    }

    @Override
    public void changed(Replica replica, boolean in, String why) {
        tell(replica.name(), in ? Change.RETURNED : Change.EJECTED, why);
    }
}
