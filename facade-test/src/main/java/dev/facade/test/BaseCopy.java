package dev.facade.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;

/** A copy of a running server's data folder, from which another one can follow it; see "Base Backup" of the manual. */
record BaseCopy(Path from, Path to) {

    private static final Set<String> OF_A_RUN = Set.of("postmaster.pid", "postmaster.opts", "pg_internal.init");
    private static final Set<String> EMPTY = Set.of("pg_wal", "pg_replslot", "pg_dynshmem", "pg_notify", "pg_stat_tmp");

    void run(Connection source) throws SQLException {
        Folders.delete(to);
        PostgresNode.answer(source, "SELECT pg_backup_start('copy', true)");
        try {
            copy();
        } finally {
            String label = PostgresNode.answer(source, "SELECT labelfile FROM pg_backup_stop(false)");
            write("backup_label", Objects.requireNonNull(label));
        }
    }

    private void copy() {
        Folders.create(to);
        try {
            Folders.copyMode(from, to);
            Files.walkFileTree(from, new Copying());
            Folders.create(to.resolve("pg_wal").resolve("archive_status"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String file, String text) {
        try {
            Files.writeString(to.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What disappears meanwhile is made good by the log. */
    private final class Copying extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            Folders.create(to.resolve(from.relativize(folder)));
            return EMPTY.contains(name(folder)) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (!OF_A_RUN.contains(name(file))) {
                try {
                    Files.copy(file, to.resolve(from.relativize(file)));
                } catch (NoSuchFileException gone) {
                    return FileVisitResult.CONTINUE;
                }
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        private String name(Path path) {
            return Objects.toString(path.getFileName());
        }
    }
}
