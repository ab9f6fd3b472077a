package dev.facade.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The identity of a cold data folder, as {@code initdb} has written it; see {@code pg_control.h} and {@code
 * xlog_internal.h} of PostgreSQL.
 *
 * <p>The system identifier stands at the head of {@code pg_control}, whose last field is the CRC-32C of all before it, and
 * in the header of each log file's first page. The programs that could change it are not in the archive.
 */
record ControlFile(Path data) {

    private static final int WORD = 4;
    private static final int OF_A_LOG_FILE = 24;
    private static final int SMALLEST = 128;

    /** Gives the folder another system identifier. */
    void identify(long system) {
        try {
            identifyControl(system);
            try (DirectoryStream<Path> logs = Files.newDirectoryStream(data.resolve("pg_wal"), "[0-9A-F]*")) {
                for (Path log : logs) {
                    write(log, OF_A_LOG_FILE, system);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void identifyControl(long system) throws IOException {
        Path file = data.resolve("global").resolve("pg_control");
        ByteBuffer control = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
        int end = end(control);
        control.putLong(0, system);
        control.putInt(end, checksum(control, end));
        Files.write(file, control.array());
    }

    /** Where the checksum stands, which differs between versions: where it is right. */
    private int end(ByteBuffer control) {
        for (int end = SMALLEST; end <= control.capacity() - WORD; end += WORD) {
            if (control.getInt(end) == checksum(control, end)) {
                return end;
            }
        }
        throw new IllegalStateException("pg_control: no checksum in " + data + " (expected: one)");
    }

    private static int checksum(ByteBuffer control, int end) {
        CRC32C checksum = new CRC32C();
        checksum.update(control.array(), 0, end);
        return (int) checksum.getValue();
    }

    private static void write(Path file, int at, long value) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(0, value);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(bytes, at);
        }
    }
}
