package dev.facade.engine.member;

import dev.facade.cluster.Replica;
import dev.facade.engine.health.Health;
import dev.facade.engine.journey.Router;
import dev.facade.engine.position.Monitor;
import dev.facade.event.FacadeListener;
import dev.facade.event.NodeEvent;
import dev.facade.event.NodeEvent.Change;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the listener what becomes of nodes; whatever it throws, what has happened has happened. Thread-safe and lock-free.
 *
 * <p>Who takes reads, and who are rivals, is told by comparing what is so with what was told last, by one thread at a time;
 * who comes meanwhile leaves it to that one to look again. So what is told last is what is so.
 */
public final class NodeReports {

    private static final Logger LOG = LoggerFactory.getLogger(NodeReports.class);

    private final FacadeListener listener;
    private final Router router;
    private final Monitor monitor;
    private final AtomicInteger looks = new AtomicInteger();
    private final Map<Replica, Boolean> toldIn = new IdentityHashMap<>(); // these two: of the thread that looks
    private List<String> toldRivals = List.of();

    public NodeReports(FacadeListener listener, Router router, Monitor monitor) {
        this.listener = listener;
        this.router = router;
        this.monitor = monitor;
    }

    void tell(String node, Change change, String why) {
        if (listener == FacadeListener.noop()) {
            return;
        }
        NodeEvent event = new NodeEvent(node, change, why);
        try {
            listener.onNode(event);
        } catch (RuntimeException | Error failure) {
            warn(event, failure);
        }
    }

    private void warn(NodeEvent event, Throwable failure) {
        try {
            LOG.warn("listener {} failed on {}", listener, event, failure);
        } catch (RuntimeException | Error again) { // as when there is no memory to say so
            return;
        }
    }

    /** Something may have changed. */
    public void look() {
        if (looks.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        try {
            while (seen > 0) {
                lookAtReplicas();
                lookAtRivals();
                seen = looks.addAndGet(-seen);
            }
        } finally {
            if (seen > 0) {
                looks.set(0); // whoever comes next looks again
            }
        }
    }

    private void lookAtReplicas() {
        Health health = router.health();
        List<Replica> members = router.cluster().replicas();
        List<Replica> in = health.candidates();
        toldIn.keySet().removeIf(replica -> !members.contains(replica));
        for (Replica replica : members) {
            boolean now = in.contains(replica);
            Boolean before = toldIn.get(replica);
            if (replica.weight() > 0 && now != (before == null || before)) {
                tell(
                        replica.name(),
                        now ? Change.RETURNED : Change.EJECTED,
                        now ? fit(health, replica) : health.reason(replica));
            }
            toldIn.put(replica, now);
        }
    }

    private static String fit(Health health, Replica replica) {
        return health.ejected().contains(replica) ? "for want of others" : "fit to serve";
    }

    private void lookAtRivals() {
        List<String> before = toldRivals;
        List<String> now = monitor.rivals();
        for (String rival : now) {
            if (!before.contains(rival)) {
                tell(rival, Change.RIVAL, now + " all say that they are the master");
            }
        }
        for (String rival : before) {
            if (!now.contains(rival)) {
                tell(rival, Change.UNRIVALLED, now.isEmpty() ? "one master is visible" : "rivals are " + now);
            }
        }
        toldRivals = now;
    }
}
