package dev.facade.hibernate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an update assigns, in SQL.
 *
 * @param alias of the table
 * @param text the assignments
 */
record Assignments(String alias, String text) {

    private static final Pattern UPDATE = Pattern.compile("update (?:\"[^\"]*\"|[^\\s\"])+ (\\w+) set ");

    /** Of an update without a condition. */
    static Assignments of(Translation update) {
        Matcher matcher = UPDATE.matcher(update.sql());
        if (!matcher.lookingAt()) {
            throw new UnsupportedOperationException(
                    "onConflict: " + update.sql() + " (expected: an update of one table)");
        }
        return new Assignments(matcher.group(1), update.sql().substring(matcher.end()));
    }
}
