package dev.facade.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The last word of the demo. */
record Verdict(boolean good, String text) {

    /**
     * Prints the verdict of a file, and ends the process with its exit code. In Maven's own process that ends the build,
     * so nothing stands below the verdict.
     *
     * @param args the file
     * @throws IOException if the file cannot be read
     */
    public static void main(String[] args) throws IOException {
        Verdict verdict = readFrom(Path.of(args[0]));
        new Screen().last(verdict.text());
        System.exit(verdict.exitCode());
    }

    private static Verdict readFrom(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        Files.delete(file);
        return new Verdict(Boolean.parseBoolean(lines.get(0)), lines.get(1));
    }

    void writeTo(Path file) throws IOException {
        Files.write(file, List.of(Boolean.toString(good), text));
    }

    int exitCode() {
        return good ? 0 : 1;
    }
}
