package dev.facade.test.history;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Faults that befall replicas, one after the other, each kind as often as it weighs. One thread lets them happen. */
final class Faults {

    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    private final Pace pace;
    private final Deque<Fault> ahead = new ArrayDeque<>();
    private final Map<Fault, LongAdder> happened = new ConcurrentHashMap<>();
    private List<? extends FaultyNode> replicas;

    Faults(List<? extends FaultyNode> replicas, Pace pace) {
        this.replicas = List.copyOf(replicas);
        this.pace = pace;
    }

    /** From now on others are the replicas. */
    void among(List<? extends FaultyNode> others) {
        replicas = List.copyOf(others);
    }

    void next(Random random) {
        if (ahead.isEmpty()) {
            ahead.addAll(Fault.shuffled(random));
        }
        befall(ahead.pop(), replicas.get(random.nextInt(replicas.size())), random);
    }

    private void befall(Fault fault, FaultyNode node, Random random) {
        pace.gust(random);
        try {
            fault.happen(node, random, pace);
            happened.computeIfAbsent(fault, any -> new LongAdder()).increment();
        } catch (RuntimeException late) {
            LOG.warn("{} did not happen to {}: {}", fault, node.name(), late.toString());
            node.recover();
        }
    }

    void recover() {
        replicas.forEach(FaultyNode::recover);
    }

    Map<Fault, Long> counts() {
        Map<Fault, Long> counts = new EnumMap<>(Fault.class);
        happened.forEach((fault, count) -> counts.put(fault, count.sum()));
        return counts;
    }
}
