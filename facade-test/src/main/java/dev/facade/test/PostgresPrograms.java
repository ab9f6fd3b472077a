package dev.facade.test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The unpacked PostgreSQL programs and how to run them. */
record PostgresPrograms(Path home) {

    private static final Path UNSHARE = Path.of("/usr/bin/unshare");

    /** A command of PostgreSQL, in a clean environment. */
    ProcessBuilder command(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (Processes.isRoot()) {
            // PostgreSQL refuses to run as root; in a user namespace without a mapping it sees itself as nobody.
            command.add(Files.isExecutable(UNSHARE) ? UNSHARE.toString() : "unshare");
            command.add("-U");
        }
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        return builder;
    }
}
