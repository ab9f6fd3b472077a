package dev.facade.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The file {@code postmaster.pid} of a running server. Its lines: process id, data folder, start time, port, socket
 * folder, address, shared memory (key, id), status; see PostgreSQL's {@code src/include/utils/pidfile.h}.
 */
record PostmasterFile(Path file) {

    private static final int SHARED_MEMORY = 6;
    private static final int STATUS = 7;

    /** Tells whether the server of this process accepts connections. */
    boolean isReady(long processId) {
        List<String> lines = lines();
        return lines.size() > STATUS
                && lines.get(0).strip().equals(Long.toString(processId))
                && lines.get(STATUS).strip().equals("ready");
    }

    /** Removes the shared memory that a killed server leaves behind, if the system has {@code ipcrm}. */
    void removeSharedMemory() {
        List<String> lines = lines();
        if (lines.size() <= SHARED_MEMORY) {
            return;
        }
        String[] keyAndId = lines.get(SHARED_MEMORY).strip().split("\\s+");
        try {
            new ProcessBuilder("ipcrm", "-m", keyAndId[keyAndId.length - 1])
                    .redirectErrorStream(true)
                    .redirectOutput(Processes.nothing())
                    .start()
                    .waitFor();
        } catch (IOException e) {
            // No ipcrm here: 56 bytes stay until the next start of the machine.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
