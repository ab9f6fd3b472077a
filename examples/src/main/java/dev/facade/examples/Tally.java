package dev.facade.examples;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts by node. Thread-safe. */
final class Tally {

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    void add(String node) {
        add(node, 1);
    }

    void add(String node, long count) {
        counts.computeIfAbsent(node, name -> new LongAdder()).add(count);
    }

    long of(String node) {
        LongAdder count = counts.get(node);
        return count == null ? 0 : count.sum();
    }

    long total() {
        return counts.values().stream().mapToLong(LongAdder::sum).sum();
    }
}
