package dev.facade.test;

import java.util.Deque;

/**
 * The resources of a cluster. They are given back when it is closed or the JVM ends, in the order of the deque.
 * Thread-safe.
 */
final class ClusterResources implements AutoCloseable {

    private final Deque<AutoCloseable> resources;
    private final Thread hook;

    ClusterResources(Deque<AutoCloseable> resources) {
        this.resources = resources;
        this.hook = new Thread(this::closeAll, "facade-cluster-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is shutting down: then the hook may run too, which does no harm.
        }
        closeAll();
    }

    private void closeAll() {
        synchronized (resources) {
            Closing.all(resources);
        }
    }
}
