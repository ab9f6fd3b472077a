package dev.facade.engine.sql;

import dev.facade.engine.entity.Echo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A statement whose {@code :names} have become question marks, with the values in their order, and its first word in
 * capitals. Strings, quoted names and
 * comments are left alone, and so is PostgreSQL's {@code ::cast}.
 *
 * <p>A database may read a text in several ways, by its settings, or because nobody knows which database it is. A text for
 * which that makes a difference is refused.
 */
record NamedParameters(String sql, String numbered, String word, List<@Nullable Object> values) {

    private static final Set<String> TRANSACTION_WORDS =
            Set.of("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "XA");

    static NamedParameters of(String database, String sql, Map<String, ?> given) {
        Objects.requireNonNull(sql, "sql");
        Objects.requireNonNull(given, "parameters");
        List<Scan> readings = new ArrayList<>();
        for (SqlLexis lexis : SqlLexis.of(database)) {
            Scan scan = Scan.of(sql, lexis);
            scan.check(sql);
            if (scan.isWhole() && !readings.contains(scan)) { // the database refuses the others itself
                readings.add(scan);
            }
        }
        if (readings.isEmpty()) {
            throw new IllegalArgumentException(
                    "sql: a string, a name or a comment has no end in '" + Echo.of(sql) + "' (expected: one)");
        }
        if (readings.size() > 1) {
            throw new IllegalArgumentException("sql: '" + Echo.of(sql)
                    + "' is read in several ways, by the settings of the database (expected: no backslash before a"
                    + " quote, and no doubtful comment; bind the text as :name)");
        }
        return readings.get(0).bound(sql, given);
    }

    /** A name behind a colon. */
    private record Name(String name, int start, int end) {}

    /** What one reading finds: the names, the words that it begins with, and whether another statement follows. */
    private record Scan(List<Name> names, List<String> words, boolean several, boolean isWhole) {

        /** As far as the first string, name or comment that has no end: what is before it may be run. */
        static Scan of(String sql, SqlLexis lexis) {
            List<Name> names = new ArrayList<>();
            List<String> words = new ArrayList<>();
            boolean ended = false;
            boolean several = false;
            int i = 0;
            while (i < sql.length()) {
                int end = lexis.comment(sql, i);
                if (end == i) {
                    char c = sql.charAt(i);
                    several |= ended && c != ';' && !Character.isWhitespace(c);
                    ended |= c == ';';
                    end = lexis.quoted(sql, i);
                }
                if (end == SqlLexis.UNENDED) {
                    return new Scan(names, words, several, false);
                }
                if (end == i) {
                    end = piece(sql, i, names, words);
                }
                i = end;
            }
            return new Scan(names, words, several, true);
        }

        private static int piece(String sql, int i, List<Name> names, List<String> words) {
            char c = sql.charAt(i);
            if (sql.startsWith("::", i)) {
                return i + 2;
            }
            if (c == ':'
                    && i + 1 < sql.length()
                    && SqlLexis.isOfName(sql.charAt(i + 1))
                    && !isDigit(sql.charAt(i + 1))) {
                int end = word(sql, i + 1);
                names.add(new Name(sql.substring(i + 1, end), i, end));
                return end;
            }
            if (SqlLexis.isOfName(c) && !isDigit(c)) {
                int end = word(sql, i);
                words.add(sql.substring(i, end).toUpperCase(Locale.ROOT));
                return end;
            }
            return i + 1;
        }

        private static int word(String sql, int from) {
            int end = from;
            while (end < sql.length() && SqlLexis.isOfName(sql.charAt(end))) {
                end++;
            }
            return end;
        }

        private static boolean isDigit(char c) {
            return c >= '0' && c <= '9';
        }

        private String word() {
            return words.isEmpty() ? "" : words.get(0);
        }

        void check(String sql) {
            String first = word();
            String second = words.size() < 2 ? "" : words.get(1);
            boolean prepared = first.equals("PREPARE") && (second.equals("TRANSACTION") || second.equals("COMMIT"));
            boolean switched = first.equals("SET") && words.contains("AUTOCOMMIT");
            if (TRANSACTION_WORDS.contains(first) || prepared || switched) {
                throw new IllegalArgumentException("sql: " + first + " in '" + Echo.of(sql)
                        + "' (expected: transaction, transact or rollback of the repository)");
            }
            if (several) {
                throw new IllegalArgumentException(
                        "sql: several statements in '" + Echo.of(sql) + "' (expected: one; use queryMany)");
            }
        }

        NamedParameters bound(String sql, Map<String, ?> given) {
            StringBuilder text = new StringBuilder();
            StringBuilder numbered = new StringBuilder();
            List<@Nullable Object> values = new ArrayList<>();
            Set<String> used = new LinkedHashSet<>();
            int from = 0;
            for (Name name : names) {
                used.add(name.name());
                int before = values.size();
                boolean none = !add(sql, name.name(), given, values);
                text.append(sql, from, name.start()).append(none ? "null" : marks(before, values.size(), i -> "?"));
                numbered.append(sql, from, name.start())
                        .append(none ? "null" : marks(before, values.size(), i -> "?" + i));
                from = name.end();
            }
            text.append(sql, from, sql.length());
            numbered.append(sql, from, sql.length());
            for (String name : given.keySet()) {
                if (!used.contains(name)) {
                    throw new IllegalArgumentException("parameter: :" + Echo.of(name) + " does not occur in '"
                            + Echo.of(sql) + "' (expected: one of " + Echo.of(used) + ")");
                }
            }
            return new NamedParameters(text.toString(), numbered.toString(), word(), values);
        }

        /** False if there is no value, which is to be written as null. */
        private static boolean add(String sql, String name, Map<String, ?> given, List<@Nullable Object> values) {
            if (!given.containsKey(name)) {
                throw new IllegalArgumentException("parameter: :" + Echo.of(name) + " is missing for '" + Echo.of(sql)
                        + "' (expected: a value for it beside those of " + Echo.of(given.keySet()) + ")");
            }
            Object value = given.get(name);
            if (value instanceof Collection<?> many) {
                values.addAll(many);
                return !many.isEmpty();
            }
            values.add(value);
            return true;
        }

        private static String marks(int from, int to, IntFunction<String> mark) {
            return IntStream.rangeClosed(from + 1, to).mapToObj(mark).collect(Collectors.joining(", "));
        }
    }
}
