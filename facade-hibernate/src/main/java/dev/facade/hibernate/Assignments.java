package dev.facade.hibernate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The assignments of an update, in SQL.
 *
 * @param before the text before the assignments
 * @param text the assignments
 * @param size how many values they bind, the first ones of the update
 */
record Assignments(String before, String text, int size) {

    private static final Pattern UPDATE = Pattern.compile("update (?:\"[^\"]*\"|[^\\s\"])+ (\\w+) set ");

    /** The assignments of an update to which the caller adds no condition. */
    static Assignments of(Translation update, VisibleRows visible) {
        Matcher matcher = UPDATE.matcher(update.sql());
        String where = visible.condition().isEmpty() ? "" : " where " + visible.condition();
        boolean known = matcher.lookingAt()
                && matcher.group(1).equals(visible.alias())
                && update.sql().endsWith(where);
        if (!known) {
            throw new UnsupportedOperationException(
                    "onConflict: " + update.sql() + " (expected: an update of one table)");
        }
        return new Assignments(
                matcher.group(),
                update.sql().substring(matcher.end(), update.sql().length() - where.length()),
                update.size() - visible.delete().size());
    }

    /** The condition of an update with the same assignments, or an empty text. */
    String conditionOf(Translation update) {
        String same = before + text;
        if (!update.sql().startsWith(same)) {
            throw new UnsupportedOperationException("onConflict: " + update.sql() + " (expected: " + same + " …)");
        }
        return update.sql().substring(same.length()).replaceFirst("^ where ", "");
    }
}
