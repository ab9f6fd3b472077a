package dev.facade.operation;

import dev.facade.entity.Echo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A statement whose {@code :names} have become question marks, with the values in their order. What stands in quotes or
 * comments is left alone, and so is PostgreSQL's {@code ::cast}.
 */
record NamedParameters(String sql, List<@Nullable Object> values) {

    static NamedParameters of(String sql, Map<String, ?> given) {
        StringBuilder text = new StringBuilder();
        List<@Nullable Object> values = new ArrayList<>();
        Set<String> used = new LinkedHashSet<>();
        int i = 0;
        while (i < sql.length()) {
            int end = opaque(sql, i);
            if (end > i) {
                text.append(sql, i, end);
                i = end;
            } else if (isParameter(sql, i)) {
                end = i + 1;
                while (end < sql.length() && Character.isJavaIdentifierPart(sql.charAt(end))) {
                    end++;
                }
                String name = sql.substring(i + 1, end);
                used.add(name);
                text.append(bound(name, given, values));
                i = end;
            } else if (sql.charAt(i) == ';' && !firstWord(sql.substring(i)).isEmpty()) {
                throw new IllegalArgumentException(
                        "sql: several statements in '" + Echo.of(sql) + "' (expected: one; use queryMany)");
            } else {
                text.append(sql.charAt(i++));
            }
        }
        for (String name : given.keySet()) {
            if (!used.contains(name)) {
                throw new IllegalArgumentException("parameter: :" + Echo.of(name) + " does not occur in '"
                        + Echo.of(sql) + "' (expected: one of " + used + ")");
            }
        }
        return new NamedParameters(text.toString(), values);
    }

    private static String bound(String name, Map<String, ?> given, List<@Nullable Object> values) {
        if (!given.containsKey(name)) {
            throw new IllegalArgumentException(
                    "parameter: :" + Echo.of(name) + " is missing (expected: one of " + given.keySet() + ")");
        }
        Object value = given.get(name);
        if (value instanceof Collection<?> many) {
            values.addAll(many);
            return many.isEmpty() ? "null" : "?" + ", ?".repeat(many.size() - 1);
        }
        values.add(value);
        return "?";
    }

    private static boolean isParameter(String sql, int i) {
        return sql.charAt(i) == ':'
                && i + 1 < sql.length()
                && Character.isJavaIdentifierStart(sql.charAt(i + 1))
                && (i == 0 || sql.charAt(i - 1) != ':');
    }

    /** The first word of a statement, in capitals. */
    static String firstWord(String sql) {
        int start = 0;
        while (start < sql.length() && !Character.isLetter(sql.charAt(start))) {
            start = Math.max(start + 1, opaque(sql, start));
        }
        int end = start;
        while (end < sql.length() && Character.isLetter(sql.charAt(end))) {
            end++;
        }
        return sql.substring(start, end).toUpperCase(Locale.ROOT);
    }

    /** The end of what begins here and must be left alone; the same place if nothing does. */
    private static int opaque(String sql, int i) {
        char c = sql.charAt(i);
        if (c == '\'' && isEscaping(sql, i)) {
            return afterEscapes(sql, i + 1);
        }
        if (c == '\'' || c == '"') {
            return after(sql, i + 1, String.valueOf(c));
        }
        if (sql.startsWith("--", i)) {
            return after(sql, i, "\n");
        }
        if (sql.startsWith("/*", i)) {
            return after(sql, i, "*/");
        }
        if (c == '$' && (i == 0 || !Character.isJavaIdentifierPart(sql.charAt(i - 1)))) {
            return dollarQuoted(sql, i);
        }
        return sql.startsWith("::", i) ? i + 2 : i;
    }

    /** PostgreSQL's E'…', in which a backslash takes the next character with it. */
    private static boolean isEscaping(String sql, int quote) {
        return quote > 0
                && Character.toUpperCase(sql.charAt(quote - 1)) == 'E'
                && (quote == 1 || !Character.isJavaIdentifierPart(sql.charAt(quote - 2)));
    }

    private static int afterEscapes(String sql, int from) {
        int i = from;
        while (i < sql.length() && sql.charAt(i) != '\'') {
            i += sql.charAt(i) == '\\' ? 2 : 1;
        }
        return Math.min(i + 1, sql.length());
    }

    /** PostgreSQL's $tag$ … $tag$. */
    private static int dollarQuoted(String sql, int i) {
        int end = i + 1;
        while (end < sql.length() && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '_')) {
            end++;
        }
        boolean opened = end < sql.length() && sql.charAt(end) == '$' && !Character.isDigit(sql.charAt(i + 1));
        return opened ? after(sql, end + 1, sql.substring(i, end + 1)) : i;
    }

    private static int after(String sql, int from, String end) {
        int found = sql.indexOf(end, from);
        return found < 0 ? sql.length() : found + end.length();
    }
}
