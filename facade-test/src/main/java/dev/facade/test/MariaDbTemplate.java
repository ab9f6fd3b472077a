package dev.facade.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The programs and a cold data folder to copy, kept between runs. */
record MariaDbTemplate(Path programs, Path data, String password) {

    static final String SUPERUSER = "facade";
    static final String READER = "facade_reader";
    static final String DATABASE = "facade";

    /** To be raised when {@code initialize} changes: old templates stay on the machines. */
    private static final int RECIPE = 1;

    private static final List<String> COMMON =
            List.of("--no-defaults", "--innodb-log-file-size=4M", "--skip-name-resolve");

    static MariaDbTemplate prepared() {
        MariaDbArchive archive = MariaDbArchive.onClassPath();
        return Kept.in("facade-mariadb-" + archive.fingerprint(), kept -> {
            Path programs = kept.part("programs", archive::unpackTo);
            Path template = kept.part("template-" + RECIPE, folder -> initialize(programs, folder));
            return new MariaDbTemplate(programs, template.resolve("data"), Folders.read(template.resolve("password")));
        });
    }

    private static void initialize(Path programs, Path folder) {
        String password = PostgresTemplate.randomPassword();
        try {
            Files.writeString(folder.resolve("password"), password);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path data = folder.resolve("data");
        List<String> install = arguments(programs, data);
        install.addAll(
                0,
                List.of(
                        "/bin/sh",
                        programs.resolve("scripts/mariadb-install-db").toString()));
        install.addAll(List.of("--auth-root-authentication-method=normal", "--skip-test-db", "--force"));
        Processes.run(new ProcessBuilder(install).redirectErrorStream(true), "");
        Processes.run(server(programs, data, List.of("--bootstrap")), users(password));
    }

    /** Nobody but these may connect, and only from this machine. */
    private static String users(String password) {
        return """
                FLUSH PRIVILEGES;
                DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys';
                FLUSH PRIVILEGES;
                CREATE DATABASE %1$s;
                CREATE USER %2$s@'127.0.0.1' IDENTIFIED BY '%4$s';
                GRANT ALL ON *.* TO %2$s@'127.0.0.1' WITH GRANT OPTION;
                CREATE USER %3$s@'127.0.0.1' IDENTIFIED BY '%4$s';
                GRANT SELECT, SLAVE MONITOR ON *.* TO %3$s@'127.0.0.1';
                """.formatted(DATABASE, SUPERUSER, READER, password);
    }

    /** Runs the server on a data folder. */
    static ProcessBuilder server(Path programs, Path data, List<String> settings) {
        List<String> command = arguments(programs, data);
        command.add(0, programs.resolve("bin/mariadbd").toString());
        command.addAll(settings);
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    private static List<String> arguments(Path programs, Path data) {
        List<String> arguments = new ArrayList<>(COMMON);
        arguments.add("--basedir=" + programs);
        arguments.add("--datadir=" + data);
        if (Processes.isRoot()) {
            arguments.add("--user=root"); // MariaDB runs as root only if it is told to
        }
        return arguments;
    }
}
