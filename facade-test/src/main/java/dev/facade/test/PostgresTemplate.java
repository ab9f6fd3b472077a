package dev.facade.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * The programs and a cold data folder to copy, kept between runs in a folder of this user below {@code java.io.tmpdir}.
 *
 * <p>Each part is made under another name and then renamed in one step, under a file lock: a part that exists is
 * complete, however many processes start at once and wherever one of them was killed.
 */
record PostgresTemplate(PostgresPrograms programs, Path data, String password) {

    static final String SUPERUSER = "facade";
    static final String READER = "facade_reader";
    static final String DATABASE = "facade";

    /** To be raised when {@code initialize} changes: old templates stay on the machines. */
    private static final int RECIPE = 2;

    static PostgresTemplate prepared() {
        PostgresArchive archive = PostgresArchive.onClassPath();
        String user = System.getProperty("user.name").replaceAll("[^A-Za-z0-9]", "_");
        Path cache = Folders.owned(Path.of(System.getProperty("java.io.tmpdir"))
                .resolve("facade-postgres-" + archive.fingerprint() + "-" + user));
        // A file lock is held by the whole process: threads need a lock of their own.
        synchronized (PostgresTemplate.class) {
            try (FileChannel channel = FileChannel.open(
                            cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                return prepared(archive, cache, lock);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static PostgresTemplate prepared(PostgresArchive archive, Path cache, FileLock lock) throws IOException {
        if (!lock.isValid()) {
            throw new IOException("lock: lost (expected: held)");
        }
        PostgresPrograms programs = new PostgresPrograms(part(cache.resolve("programs"), archive::unpackTo));
        Path template = part(cache.resolve("template-" + RECIPE), folder -> initialize(programs, folder));
        return new PostgresTemplate(programs, template.resolve("data"), Files.readString(template.resolve("password")));
    }

    private static Path part(Path folder, Consumer<Path> maker) throws IOException {
        if (!Files.isDirectory(folder)) {
            Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
            Folders.delete(unfinished);
            Files.createDirectory(unfinished);
            maker.accept(unfinished);
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        return folder;
    }

    private static void initialize(PostgresPrograms programs, Path folder) {
        String password = randomPassword();
        Path passwordFile = folder.resolve("password");
        String data = folder.resolve("data").toString();
        try {
            Files.writeString(passwordFile, password);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        PostgresPrograms.run(
                programs.command(
                        "initdb",
                        "--pgdata=" + data,
                        "--username=" + SUPERUSER,
                        "--pwfile=" + passwordFile,
                        "--auth=scram-sha-256",
                        "--set=scram_iterations=64",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--no-instructions",
                        "--no-sync"),
                "");
        // A replica must not have less of these than the log was written with: start from little, so that users'
        // settings
        // may be lower than PostgreSQL's defaults.
        PostgresPrograms.run(
                programs.command(
                        "postgres",
                        "--single",
                        "-F",
                        "-D",
                        data,
                        "-c",
                        "max_connections=5",
                        "-c",
                        "max_wal_senders=1",
                        "-c",
                        "max_worker_processes=1",
                        "-c",
                        "max_locks_per_transaction=10",
                        "postgres"),
                createReader(password) + "CREATE DATABASE " + DATABASE + ";\n");
    }

    static String createReader(String password) {
        return "CREATE ROLE %s LOGIN PASSWORD '%s' IN ROLE pg_read_all_data;\n".formatted(READER, password);
    }

    static String randomPassword() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
