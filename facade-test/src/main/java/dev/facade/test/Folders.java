package dev.facade.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Folders that belong to this user alone. */
final class Folders {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final long ENOUGH_MEMORY = 2L << 30;

    private Folders() {}

    /** A fresh folder below {@code java.io.tmpdir}. */
    static Path temporary(String prefix) {
        return temporary(Path.of(System.getProperty("java.io.tmpdir")), prefix);
    }

    /** A fresh folder below this one. */
    static Path temporary(Path parent, String prefix) {
        try {
            return Files.createTempDirectory(parent, prefix, ownerOnly()).toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The best parent folder for the data of servers that live for seconds: in memory, if the system offers enough of
     * it. ext4 takes half a millisecond to create a file where thousands have just been deleted, and a cluster has
     * thousands.
     */
    static Path fastParent() {
        Path memory = Path.of("/dev/shm");
        return memory.toFile().getUsableSpace() >= ENOUGH_MEMORY && Files.isWritable(memory)
                ? memory
                : Path.of(System.getProperty("java.io.tmpdir"));
    }

    /** The folder, made if there is none; one that others own or may write to is refused. */
    static Path owned(Path folder) {
        Path sample = temporary("facade-owner-");
        try {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                createQuietly(folder);
            }
            boolean safe = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(sample))
                    && (!isPosix()
                            || Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS)
                                    .equals(OWNER_ONLY));
            if (!safe) {
                throw new IllegalStateException(
                        "folder: " + folder + " (expected: a folder of this user with the mode 0700; delete it)");
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(sample);
        }
    }

    /** A folder with those above it, made where there is none. */
    static Path create(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the owner run a file as a program. */
    static void allowExecution(Path file) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(file));
        permissions.add(PosixFilePermission.OWNER_EXECUTE);
        Files.setPosixFilePermissions(file, permissions);
    }

    /** The contents of a file. */
    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets a folder be accessible to whom another one is. */
    static void copyMode(Path from, Path to) throws IOException {
        if (isPosix()) {
            Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
        }
    }

    /** Copies a folder with everything in it to a place where there is nothing yet. */
    static void copy(Path from, Path to) {
        try {
            Files.walkFileTree(from, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) throws IOException {
                    Files.createDirectory(to.resolve(from.relativize(dir)), ownerOnly());
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes a folder with everything in it; what is gone already is no error. */
    static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e) throws IOException {
                    Files.deleteIfExists(dir);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void createQuietly(Path folder) throws IOException {
        try {
            Files.createDirectory(folder, ownerOnly());
        } catch (FileAlreadyExistsException e) {
            // Another process was faster, or it is no folder: the caller looks.
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        return isPosix()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
