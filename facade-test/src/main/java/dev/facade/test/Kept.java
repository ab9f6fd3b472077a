package dev.facade.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A folder of this user below {@code java.io.tmpdir} whose parts are kept between runs.
 *
 * <p>Each part is made under another name and then renamed in one step, under a file lock: a part that exists is
 * complete, however many processes start at once and wherever one of them was killed.
 */
record Kept(Path folder) {

    /** Uses the folder of a name, alone. */
    static <T> T in(String name, Function<Kept, T> use) {
        String user = System.getProperty("user.name").replaceAll("[^A-Za-z0-9]", "_");
        Path folder =
                Folders.owned(Path.of(System.getProperty("java.io.tmpdir")).resolve(name + "-" + user));
        // A file lock is held by the whole process: threads need a lock of their own.
        synchronized (Kept.class) {
            try (FileChannel channel = FileChannel.open(
                            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (!lock.isValid()) {
                    throw new IOException("lock: lost (expected: held)");
                }
                return use.apply(new Kept(folder));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A part, made if it is not there yet. */
    Path part(String name, Consumer<Path> maker) {
        Path part = folder.resolve(name);
        if (Files.isDirectory(part)) {
            return part;
        }
        Path unfinished = folder.resolve(name + ".unfinished");
        Folders.delete(unfinished);
        try {
            Files.createDirectory(unfinished);
            maker.accept(unfinished);
            return Files.move(unfinished, part, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
