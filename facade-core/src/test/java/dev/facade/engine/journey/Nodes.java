package dev.facade.engine.journey;

import dev.facade.cluster.Node;
import dev.facade.event.FailureClass;
import dev.facade.event.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Servers that answer with their own name, or with the failure that a test has given them, and a diary of what was asked
 * of them. Used by one thread.
 */
public final class Nodes implements NodeCall<String>, RouteObserver {

    private final Map<String, Supplier<? extends RuntimeException>> broken = new HashMap<>();
    private final Deque<String> asked = new ArrayDeque<>();
    private final List<String> routes = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    public Nodes broken(String node, Supplier<? extends RuntimeException> failure) {
        broken.put(node, failure);
        return this;
    }

    public Nodes repaired(String node) {
        broken.remove(node);
        return this;
    }

    @Override
    public String on(Node node) {
        asked.add(node.name());
        Supplier<? extends RuntimeException> failure = broken.get(node.name());
        if (failure != null) {
            throw failure.get();
        }
        return node.name();
    }

    @Override
    public void routed(Node node, Reason reason) {
        routes.add(node + " " + reason);
    }

    @Override
    public void failed(Node node, FailureClass failure, Throwable error) {
        failures.add(node + " " + failure);
    }

    /** The nodes that were asked since the last look. */
    public List<String> asked() {
        List<String> since = List.copyOf(asked);
        asked.clear();
        return since;
    }

    public List<String> routes() {
        List<String> since = List.copyOf(routes);
        routes.clear();
        return since;
    }

    public List<String> failures() {
        return failures;
    }
}
