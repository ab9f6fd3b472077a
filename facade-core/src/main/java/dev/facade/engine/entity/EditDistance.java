package dev.facade.engine.entity;

import java.util.Collection;
import java.util.Comparator;

/** How many letters must be changed to turn one name into another; Levenshtein's distance. */
public final class EditDistance {

    private static final int NEAR = 2;

    private EditDistance() {}

    /**
     * Says which of some names was meant, if one is near.
     *
     * @param known the names
     * @param name what was given instead
     * @return for the end of a message; empty if none is near
     */
    public static String advice(Collection<String> known, String name) {
        return known.stream()
                .filter(candidate -> Math.abs(candidate.length() - name.length()) <= NEAR)
                .filter(candidate -> between(candidate, name) <= NEAR)
                .min(Comparator.comparingInt(candidate -> between(candidate, name)))
                .map(candidate -> "; did you mean " + candidate + "?")
                .orElse("");
    }

    /**
     * Computes the distance.
     *
     * @param left a name
     * @param right another one
     * @return insertions, deletions and replacements, 0 for equal names
     */
    public static int between(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[right.length()];
    }
}
