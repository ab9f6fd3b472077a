package dev.facade.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Threads that work side by side until their work ends. For one thread. */
final class Crew {

    private final String name;
    private final List<Thread> threads = new ArrayList<>();

    Crew(String name) {
        this.name = name;
    }

    /** Starts so many, each with work of its own. */
    void start(int count, IntFunction<Runnable> work) {
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(work.apply(i), name + "-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** Returns when the last one has ended. */
    void awaitEnd() {
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the threads of " + name + " end", e);
            }
        }
    }
}
