package dev.facade.test;

import java.nio.file.Path;
import java.util.List;

/** A PostgreSQL server of this machine. Thread-safe. */
final class LocalPostgresServer extends LocalServer {

    private final PostgresPrograms programs;
    private final PostmasterFile postmaster;

    LocalPostgresServer(PostgresPrograms programs, String name, Path folder) {
        super(name, folder);
        this.programs = programs;
        this.postmaster = new PostmasterFile(data().resolve("postmaster.pid"));
    }

    @Override
    ProcessBuilder command(int onPort) {
        return programs.command("postgres", "-D", data().toString(), "-p", Integer.toString(onPort));
    }

    @Override
    boolean isReady(Process started) {
        return postmaster.isReady(started.pid());
    }

    @Override
    String leftOver() {
        return "is still in use";
    }

    @Override
    String portTaken() {
        return "could not bind";
    }

    /** A fast shutdown waits for replicas that are connected: one that is cut off must not hold it up for ever. */
    @Override
    List<String> stopSignals() {
        return List.of("INT", "QUIT");
    }

    @Override
    public synchronized void close() {
        thaw();
        if (!end("QUIT")) {
            kill();
        }
        postmaster.removeSharedMemory();
    }
}
