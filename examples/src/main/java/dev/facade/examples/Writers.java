package dev.facade.examples;

import dev.facade.FacadeRepository;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that insert a traveller every few milliseconds, each once, until closed. Thread-safe. */
final class Writers implements AutoCloseable {

    private static final int PAUSE_MILLIS = 20;

    /** A write that was acknowledged. */
    record Written(String email, long endedNanos, long nanos) {}

    private final FacadeRepository repo;
    private final String party;
    private final Queue<Written> written = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Crew crew = new Crew("writer");
    private final AtomicInteger next = new AtomicInteger();
    private volatile boolean closed;

    /** {@code party} is the domain of the e-mail addresses, by which those of one scene are known. */
    Writers(FacadeRepository repo, String party) {
        this.repo = repo;
        this.party = party;
    }

    Writers start(int count) {
        crew.start(count, i -> this::writeOn);
        return this;
    }

    /** The writes that were acknowledged, in about that order. */
    List<Written> written() {
        return List.copyOf(written);
    }

    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    /** The 99th percentile of what was acknowledged since a moment, in milliseconds. */
    double p99Millis(long since) {
        long[] sorted = written.stream()
                .filter(write -> write.endedNanos - write.nanos - since >= 0)
                .mapToLong(Written::nanos)
                .sorted()
                .toArray();
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(0.99 * sorted.length) - 1] / 1e6;
    }

    @Override
    public void close() {
        stop();
    }

    /** Returns when the last write has ended. */
    void stop() {
        closed = true;
        crew.awaitEnd();
    }

    private void writeOn() {
        while (!closed) {
            String email = "traveller" + next.getAndIncrement() + "@" + party;
            Map<String, String> form = Map.of("name", "Passepartout", "email", email, "born", "1840-01-01");
            long begun = System.nanoTime();
            try {
                repo.insertOrThrow(new Traveller().with(form));
                long ended = System.nanoTime();
                written.add(new Written(email, ended, ended - begun));
            } catch (RuntimeException failure) {
                failures.add(failure);
            }
            Pause.millis(PAUSE_MILLIS);
        }
    }
}
