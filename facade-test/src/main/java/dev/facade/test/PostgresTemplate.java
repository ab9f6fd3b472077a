package dev.facade.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The programs and a cold data folder to copy, kept between runs. */
record PostgresTemplate(PostgresPrograms programs, Path data, String password) {

    static final String SUPERUSER = "facade";
    static final String READER = "facade_reader";
    static final String DATABASE = "facade";

    /** To be raised when {@code initialize} changes: old templates stay on the machines. */
    private static final int RECIPE = 2;

    static PostgresTemplate prepared() {
        PostgresArchive archive = PostgresArchive.onClassPath();
        return Kept.in("facade-postgres-" + archive.fingerprint(), kept -> {
            PostgresPrograms programs = new PostgresPrograms(kept.part("programs", archive::unpackTo));
            Path template = kept.part("template-" + RECIPE, folder -> initialize(programs, folder));
            return new PostgresTemplate(programs, template.resolve("data"), Folders.read(template.resolve("password")));
        });
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
        Processes.run(
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
        Processes.run(
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
