package dev.facade.routing;

import dev.facade.cluster.Replica;
import dev.facade.time.Ticker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Servers with a queue each, and readers who come at random (a Poisson process), in simulated time. Service times are
 * exponential. Repeats itself for a seed; used by one thread.
 */
final class Simulation implements Ticker {

    static final long SECOND = 1_000_000_000L;

    private final RandomGenerator random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<Replica, Server> servers = new HashMap<>();
    private List<Replica> candidates = List.of();
    private long now;

    Simulation(long seed) {
        random = new SplittableRandom(seed);
    }

    private record Event(long at, Runnable action) implements Comparable<Event> {

        @Override
        public int compareTo(Event other) {
            return Long.compare(at, other.at);
        }
    }

    /** What the readers of some time have seen. */
    record Seen(Map<Replica, Integer> reads, List<Long> latencies) {

        double share(Replica replica) {
            return reads.getOrDefault(replica, 0)
                    / (double) reads.values().stream().mapToInt(each -> each).sum();
        }

        double mean() {
            return latencies.stream().mapToLong(each -> each).average().orElseThrow();
        }

        double quantile(double quantile) {
            List<Long> sorted = latencies.stream().sorted().toList();
            return sorted.get((int) (quantile * sorted.size()));
        }
    }

    final class Server {

        private final Replica replica;
        private final int workers;
        private final Deque<Long> waiting = new ArrayDeque<>();
        private int busy;
        private double mean;

        private Server(Replica replica, int workers, double mean) {
            this.replica = replica;
            this.workers = workers;
            this.mean = mean;
        }

        /** Its mean service time from now on. */
        void takes(double nanos) {
            mean = nanos;
        }

        private void arrive(Seen seen) {
            replica.begun();
            waiting.add(now);
            seen.reads.merge(replica, 1, Integer::sum);
            serve(seen);
        }

        private void serve(Seen seen) {
            if (busy < workers && !waiting.isEmpty()) {
                long arrived = waiting.remove();
                busy++;
                events.add(new Event(now + exponential(mean), () -> leave(arrived, seen)));
            }
        }

        private void leave(long arrived, Seen seen) {
            busy--;
            replica.ended();
            replica.answered(now - arrived, now);
            seen.latencies.add(now - arrived);
            serve(seen);
        }
    }

    RandomGenerator random() {
        return random;
    }

    Server add(Replica replica, int workers, double mean) {
        List<Replica> more = new ArrayList<>(candidates);
        more.add(replica);
        candidates = List.copyOf(more);
        Server server = new Server(replica, workers, mean);
        servers.put(replica, server);
        return server;
    }

    List<Replica> replicas() {
        return candidates;
    }

    /** Lets readers come for a while, so many a second; returns what those who came then have seen so far. */
    Seen run(ReadAlgorithm algorithm, double perSecond, long nanos) {
        return run(algorithm, perSecond, nanos, () -> {});
    }

    Seen run(ReadAlgorithm algorithm, double perSecond, long nanos, Runnable beforeEach) {
        Seen seen = new Seen(new HashMap<>(), new ArrayList<>());
        long end = now + nanos;
        long next = now + exponential(SECOND / perSecond);
        while (next < end) {
            advance(next);
            beforeEach.run();
            servers.get(algorithm.pick(candidates)).arrive(seen);
            next = now + exponential(SECOND / perSecond);
        }
        advance(end);
        return seen;
    }

    private void advance(long to) {
        while (!events.isEmpty() && events.peek().at <= to) {
            Event event = events.remove();
            now = event.at;
            event.action.run();
        }
        now = to;
    }

    private long exponential(double mean) {
        return (long) (-mean * Math.log(1 - random.nextDouble()));
    }

    @Override
    public long nanos() {
        return now;
    }
}
