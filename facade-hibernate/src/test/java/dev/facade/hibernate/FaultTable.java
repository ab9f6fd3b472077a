package dev.facade.hibernate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The tables of what came of the faults, between two marks of a document. */
final class FaultTable {

    private static final String BEGIN = "<!-- faults: written by FaultsProof -->";
    private static final String END = "<!-- end of faults -->";

    private FaultTable() {}

    static String of(Collection<FaultRow> rows) {
        List<String> lines = new ArrayList<>();
        lines.add("| " + String.join(" | ", FaultRow.HEAD) + " |");
        lines.add("| --- " + "| ---: ".repeat(FaultRow.HEAD.size() - 1) + "|");
        rows.forEach(row -> lines.add(row.line()));
        lines.add("");
        lines.add("| fault | demanded | at most | measured | |");
        lines.add("| --- | --- | ---: | ---: | --- |");
        rows.forEach(
                row -> row.figures().forEach(figure -> lines.add("| " + row.fault() + " | " + figure.line() + " |")));
        return String.join("\n", lines);
    }

    /** Replaces what stands between the marks. */
    static void write(Path document, Collection<FaultRow> rows) {
        try {
            String text = Files.readString(document);
            int begin = text.indexOf(BEGIN);
            int end = text.indexOf(END);
            if (begin < 0 || end < begin) {
                throw new IllegalArgumentException(
                        "document: " + document + " (expected: one with the lines " + BEGIN + " and " + END + ")");
            }
            Files.writeString(
                    document, text.substring(0, begin) + BEGIN + "\n\n" + of(rows) + "\n\n" + text.substring(end));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
