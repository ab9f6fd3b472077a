package dev.facade.examples;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Aligned columns, printed row by row: names at the left, figures right-aligned. For one thread. */
final class Table {

    private static final int NARROWEST = 8;

    private final Screen screen;
    private final List<Integer> widths;

    /** Prints the head. */
    Table(Screen screen, int firstWidth, String... heads) {
        this.screen = screen;
        this.widths = Arrays.stream(heads)
                .map(head -> head.equals(heads[0]) ? -firstWidth : Math.max(NARROWEST, head.length()))
                .toList();
        row((Object[]) heads);
        screen.say(widths.stream().map(width -> "─".repeat(Math.abs(width))).collect(Collectors.joining("  ")));
    }

    /** Prints a row; a cell beyond the columns is a note at its end. */
    void row(Object... cells) {
        screen.say(line(cells));
    }

    String line(Object... cells) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.length; column++) {
            line.append(column == 0 ? "" : "  ");
            line.append(column < widths.size() ? aligned(cells[column], widths.get(column)) : cells[column]);
        }
        return line.toString().stripTrailing();
    }

    private static String aligned(Object cell, int width) {
        String text = cell.toString();
        String space = " ".repeat(Math.max(0, Math.abs(width) - text.length()));
        return width < 0 ? text + space : space + text;
    }
}
