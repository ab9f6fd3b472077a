package dev.facade.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A small shell process that outlives this JVM when it is killed, and then kills the cluster's servers and deletes its
 * folder.
 *
 * <p>It waits for a line from the JVM. A line means that the cluster was closed in good order; the end of the pipe
 * without one means that the JVM is gone. It finds the servers by the files {@code *.pid} in their data folders, and
 * wakes those that are frozen by the process ids in their files {@code frozen}.
 */
final class Watchdog implements AutoCloseable {

    private static final String SCRIPT = """
            trap '' HUP INT QUIT TERM
            read -r word && exit 0
            cluster=$1
            for file in "$cluster"/*/frozen; do
              [ -f "$file" ] && kill -s CONT $(cat "$file")
            done
            tries=0
            signal=QUIT
            while [ -d "$cluster" ] && [ $tries -lt 200 ]; do
              tries=$((tries + 1))
              [ $tries -gt 50 ] && signal=KILL
              alive=
              for file in "$cluster"/*/data/*.pid; do
                [ -f "$file" ] && read -r pid < "$file" || continue
                if [ -r "/proc/$pid/cmdline" ]; then
                  command=$(tr '\\0' ' ' < "/proc/$pid/cmdline")
                else
                  command=$(ps -o command= -p "$pid")
                fi
                case $command in
                  *"$cluster"*) kill -s $signal "$pid" && alive=yes ;;
                esac
              done
              [ -z "$alive" ] && rm -rf "$cluster"
              sleep 0.1
            done
            """;

    private final Process process;

    private Watchdog(Process process) {
        this.process = process;
    }

    static Watchdog over(Path cluster) {
        try {
            return new Watchdog(new ProcessBuilder("/bin/sh", "-c", SCRIPT, "facade-watchdog", cluster.toString())
                    .redirectOutput(Processes.nothing())
                    .redirectError(Processes.nothing())
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends the watchdog home. */
    @Override
    public void close() {
        try (Writer writer = process.outputWriter(StandardCharsets.US_ASCII)) {
            writer.write("closed\n");
            writer.flush();
            process.waitFor();
        } catch (IOException e) {
            // The watchdog itself was killed: there is nobody left to tell.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
