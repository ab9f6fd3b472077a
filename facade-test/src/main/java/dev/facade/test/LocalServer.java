package dev.facade.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A server of this machine.
 *
 * <p>Its folder holds {@code data}, {@code log} and, while the server is frozen, {@code frozen} with the process ids.
 * Thread-safe.
 */
abstract class LocalServer implements Server {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final int START_ATTEMPTS = 10;

    private final String name;
    private final Path folder;
    private final ServerLog log;
    private volatile int port;
    private volatile @Nullable Process process;

    LocalServer(String name, Path folder) {
        this.name = name;
        this.folder = folder;
        this.log = new ServerLog(folder.resolve("log"));
    }

    /** The command that runs the server in the foreground on a port of 127.0.0.1. */
    abstract ProcessBuilder command(int onPort);

    /** Tells whether the server of this process accepts connections. */
    abstract boolean isReady(Process started);

    /** The words of the log if somebody else has the port. */
    abstract String portTaken();

    /**
     * The words of the log if a process of the run before has not ended yet: one may appear just when a run is killed.
     * It may have the port, too.
     */
    abstract String leftOver();

    /** Signals that end the server in good order, and then less so. */
    abstract List<String> stopSignals();

    Path data() {
        return folder.resolve("data");
    }

    @Override
    public synchronized void start() {
        if (isRunning()) {
            return;
        }
        boolean known = port != 0;
        long begun = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            if (!known) {
                port = FreePort.find();
            }
            Process started = launch();
            process = started;
            if (awaitReady(started)) {
                return;
            }
            String why = log.tail();
            boolean left = why.contains(leftOver()) || (known && why.contains(portTaken()));
            boolean passes = left && System.nanoTime() - begun < STOP_LIMIT.toNanos();
            if (!passes && (known || attempt >= START_ATTEMPTS || !why.contains(portTaken()))) {
                throw new IllegalStateException(name + ": exited with status " + started.exitValue()
                        + " (expected: to start); its log ends with\n" + log());
            }
        }
    }

    @Override
    public synchronized void stop() {
        thaw();
        for (String signal : stopSignals()) {
            if (end(signal)) {
                return;
            }
        }
        throw new IllegalStateException(name + ": still running (expected: stopped); its log ends with\n" + log());
    }

    @Override
    public synchronized void kill() {
        Process running = process;
        if (running == null || !running.isAlive()) {
            return;
        }
        // The parent first: a child that appears later would outlive it, and keep its shared memory from the next
        // start.
        Processes.signal("STOP", List.of(running.pid()));
        List<ProcessHandle> children = running.descendants().toList();
        running.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        Await.until(
                STOP_LIMIT,
                () -> !running.isAlive() && children.stream().noneMatch(LocalServer::runs),
                () -> name + ": survived being killed");
        forgetFrozen();
    }

    @Override
    public synchronized void freeze() {
        Process running = process;
        if (running == null || !running.isAlive()) {
            throw new IllegalStateException(name + ": stopped (expected: running)");
        }
        List<Long> processes = new ArrayList<>(List.of(running.pid()));
        // The parent first: then no further child can appear.
        Processes.signal("STOP", processes);
        List<Long> children = running.descendants().map(ProcessHandle::pid).toList();
        processes.addAll(children);
        rememberFrozen(processes);
        Processes.signal("STOP", children);
    }

    @Override
    public synchronized void thaw() {
        List<Long> processes = frozen();
        if (!processes.isEmpty()) {
            Processes.signal("CONT", processes);
            forgetFrozen();
        }
    }

    @Override
    public boolean isRunning() {
        Process running = process;
        return running != null && running.isAlive();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String log() {
        return log.tail();
    }

    @Override
    public String toString() {
        return "Server[" + name + ", 127.0.0.1:" + port + "]";
    }

    private Process launch() {
        try {
            return command(port)
                    .redirectErrorStream(true)
                    .redirectInput(Processes.nothing())
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.sink()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the server is ready; if not, it has exited. */
    private boolean awaitReady(Process started) {
        Await.until(
                START_LIMIT,
                () -> !started.isAlive() || isReady(started),
                () -> name + ": not ready after " + START_LIMIT + "; its log ends with\n" + log());
        return started.isAlive();
    }

    /** Signals the server to end; returns whether it has. */
    boolean end(String signal) {
        Process running = process;
        if (running == null || !running.isAlive()) {
            return true;
        }
        Processes.signal(signal, List.of(running.pid()));
        try {
            return running.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A dead process that its new parent has not noticed yet has no command any more. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    private List<Long> frozen() {
        try {
            Path file = folder.resolve("frozen");
            return Files.exists(file)
                    ? Files.readAllLines(file).stream().map(Long::valueOf).toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void rememberFrozen(List<Long> processes) {
        try {
            Files.writeString(
                    folder.resolve("frozen"),
                    processes.stream().map(pid -> pid + "\n").collect(Collectors.joining()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void forgetFrozen() {
        try {
            Files.deleteIfExists(folder.resolve("frozen"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
