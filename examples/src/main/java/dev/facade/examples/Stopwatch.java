package dev.facade.examples;

/** The time since it was started. Thread-safe. */
final class Stopwatch {

    private final long start = System.nanoTime();

    private Stopwatch() {}

    static Stopwatch started() {
        return new Stopwatch();
    }

    double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public String toString() {
        return "%.1f s".formatted(seconds());
    }
}
