package dev.facade.examples;

import dev.facade.FacadeRepository;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.Function;

/** Threads that read countries without pause, and check what they get, until closed. Thread-safe. */
final class Readers implements AutoCloseable {

    private final FacadeRepository repo;
    private final Function<Country, String> server;
    private final Map<String, String> names;
    private final List<String> codes;
    private final Crew crew = new Crew("reader");
    private final Tally answered = new Tally();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final LongAccumulator slowestNanos = new LongAccumulator(Long::max, 0);
    private volatile boolean closed;

    /** {@code names} is what they shall find: names by code. */
    Readers(FacadeRepository repo, Function<Country, String> server, Map<String, String> names) {
        this.repo = repo;
        this.server = server;
        this.names = names;
        this.codes = List.copyOf(names.keySet());
    }

    Readers start(int count) {
        crew.start(count, i -> {
            Random random = new Random(i);
            return () -> readOn(random);
        });
        return this;
    }

    Tally answered() {
        return answered;
    }

    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    /** The slowest read since this was asked before. */
    double takeSlowestMillis() {
        return slowestNanos.getThenReset() / 1e6;
    }

    @Override
    public void close() {
        stop();
    }

    /** Returns when the last read has ended. */
    void stop() {
        closed = true;
        crew.awaitEnd();
    }

    private void readOn(Random random) {
        while (!closed) {
            String code = codes.get(random.nextInt(codes.size()));
            long start = System.nanoTime();
            try {
                Country country = repo.getOrThrow(Country.class, code);
                slowestNanos.accumulate(System.nanoTime() - start);
                answered.add(server.apply(country));
                if (!country.name().equals(names.get(code))) {
                    failures.add(new IllegalStateException(code + " is " + country + ", not " + names.get(code)));
                }
            } catch (RuntimeException failure) {
                failures.add(failure);
            }
        }
    }
}
