package dev.facade.entity;

/** How many letters must be changed to turn one name into another; Levenshtein's distance. */
public final class EditDistance {

    private EditDistance() {}

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
