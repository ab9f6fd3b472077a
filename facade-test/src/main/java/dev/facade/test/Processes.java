package dev.facade.test;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs commands of this machine, and signals its processes. */
final class Processes {

    private Processes() {}

    /** Runs a command to its end, with this as its standard input. */
    static void run(ProcessBuilder builder, String input) {
        try {
            Process process = builder.start();
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output;
            try (InputStream stdout = process.getInputStream()) {
                output = new String(stdout.readAllBytes(), StandardCharsets.UTF_8);
            }
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException("status: " + status + " (expected: 0) of "
                        + String.join(" ", builder.command()) + "\n" + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        }
    }

    /** Sends a signal, such as {@code STOP}; processes that are gone are passed over. */
    static void signal(String signal, List<Long> processes) {
        List<String> command = new ArrayList<>(List.of(
                "/bin/sh", "-c", "s=$1; shift; for p; do kill -s \"$s\" \"$p\" 2>/dev/null; done; :", "sh", signal));
        processes.forEach(process -> command.add(Long.toString(process)));
        run(new ProcessBuilder(command).redirectErrorStream(true), "");
    }

    static File nothing() {
        return new File("/dev/null");
    }

    /** Tells whether this JVM is run by the superuser of Linux. */
    static boolean isRoot() {
        try {
            return System.getProperty("os.name").contains("Linux")
                    && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
