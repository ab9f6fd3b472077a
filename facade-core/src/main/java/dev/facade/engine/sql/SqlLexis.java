package dev.facade.engine.sql;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How a database cuts SQL into pieces: where strings, quoted names and comments end. Immutable.
 *
 * <p>As the lexers have it: PostgreSQL's scan.l, H2's Tokenizer, MariaDB's sql_lex.cc.
 */
record SqlLexis(Set<Trait> traits) {

    /** What databases differ in. */
    private enum Trait {
        NESTED_COMMENTS,
        RETURN_ENDS_COMMENT,
        SLASH_COMMENTS,
        HASH_COMMENTS,
        SPACED_DASHES,
        EXECUTED_COMMENTS,
        BACKTICKS,
        BACKSLASH_IN_STRINGS,
        BACKSLASH_IN_DOUBLE_QUOTES,
        ESCAPE_STRINGS,
        DOLLARS,
        TAGGED_DOLLARS
    }

    /** Nothing ends where it should. */
    static final int UNENDED = -1;

    private static final SqlLexis POSTGRES = with(
            Trait.NESTED_COMMENTS,
            Trait.RETURN_ENDS_COMMENT,
            Trait.ESCAPE_STRINGS,
            Trait.DOLLARS,
            Trait.TAGGED_DOLLARS);

    private static final SqlLexis H2 = with(
            Trait.NESTED_COMMENTS, Trait.RETURN_ENDS_COMMENT, Trait.SLASH_COMMENTS, Trait.BACKTICKS, Trait.DOLLARS);

    private static final SqlLexis MARIADB =
            with(Trait.HASH_COMMENTS, Trait.SPACED_DASHES, Trait.EXECUTED_COMMENTS, Trait.BACKTICKS);

    /** Without and with {@code standard_conforming_strings}. */
    private static final List<SqlLexis> ALL_POSTGRES = List.of(POSTGRES, POSTGRES.and(Trait.BACKSLASH_IN_STRINGS));

    /** With {@code NO_BACKSLASH_ESCAPES}, with {@code ANSI_QUOTES} and without. */
    private static final List<SqlLexis> ALL_MARIADB = List.of(
            MARIADB,
            MARIADB.and(Trait.BACKSLASH_IN_STRINGS),
            MARIADB.and(Trait.BACKSLASH_IN_STRINGS, Trait.BACKSLASH_IN_DOUBLE_QUOTES));

    private static final List<SqlLexis> ALL = Stream.of(ALL_POSTGRES, ALL_MARIADB, List.of(H2))
            .flatMap(List::stream)
            .toList();

    private static SqlLexis with(Trait first, Trait... others) {
        return new SqlLexis(EnumSet.of(first, others));
    }

    private SqlLexis and(Trait... more) {
        Set<Trait> all = EnumSet.copyOf(traits);
        all.addAll(List.of(more));
        return new SqlLexis(all);
    }

    /** The lexical rules that a database may have, by its settings; all of them if the database is not known. */
    static List<SqlLexis> of(String database) {
        return switch (database.toLowerCase(Locale.ROOT)) {
            case "postgresql" -> ALL_POSTGRES;
            case "mariadb", "mysql" -> ALL_MARIADB;
            case "h2" -> List.of(H2);
            default -> ALL;
        };
    }

    private boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /** The end of a comment that begins here; the same place if none does. */
    int comment(String sql, int i) {
        boolean dashed = sql.startsWith("--", i) && (!has(Trait.SPACED_DASHES) || isSpaced(sql, i + 2));
        boolean slashed = has(Trait.SLASH_COMMENTS) && sql.startsWith("//", i);
        boolean hashed = has(Trait.HASH_COMMENTS) && sql.charAt(i) == '#';
        if (dashed || slashed || hashed) {
            return endOfLine(sql, i);
        }
        if (!sql.startsWith("/*", i)) {
            return i;
        }
        if (has(Trait.EXECUTED_COMMENTS) && (sql.startsWith("!", i + 2) || sql.startsWith("M!", i + 2))) {
            throw new IllegalArgumentException("sql: a comment that is executed, " + sql.substring(i, i + 3)
                    + " (expected: the statement itself)");
        }
        return has(Trait.NESTED_COMMENTS) ? afterNested(sql, i + 2) : after(sql, i + 2, "*/");
    }

    private static boolean isSpaced(String sql, int i) {
        return i >= sql.length() || sql.charAt(i) <= ' ';
    }

    private int endOfLine(String sql, int from) {
        int i = from;
        while (i < sql.length()
                && sql.charAt(i) != '\n'
                && !(sql.charAt(i) == '\r' && has(Trait.RETURN_ENDS_COMMENT))) {
            i++;
        }
        return i;
    }

    private static int afterNested(String sql, int from) {
        int depth = 1;
        int i = from;
        while (depth > 0 && i < sql.length()) {
            if (sql.startsWith("/*", i)) {
                depth++;
                i += 2;
            } else if (sql.startsWith("*/", i)) {
                depth--;
                i += 2;
            } else {
                i++;
            }
        }
        return depth == 0 ? i : UNENDED;
    }

    /** The end of a string or a quoted name that begins here; the same place if none does. */
    int quoted(String sql, int i) {
        return switch (sql.charAt(i)) {
            case '\'' -> string(sql, i);
            case '"' -> afterQuote(sql, i, has(Trait.BACKSLASH_IN_DOUBLE_QUOTES));
            case '`' -> has(Trait.BACKTICKS) ? afterQuote(sql, i, false) : i;
            case '$' -> has(Trait.DOLLARS) && !isInName(sql, i) ? dollarQuoted(sql, i) : i;
            default -> i;
        };
    }

    private static boolean isInName(String sql, int i) {
        return i > 0 && isOfName(sql.charAt(i - 1));
    }

    /** Tells whether a name without quotes may have it. */
    static boolean isOfName(char c) {
        return c == '_'
                || c == '$'
                || c >= 0x80
                || (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z');
    }

    private int string(String sql, int i) {
        boolean escaping = has(Trait.ESCAPE_STRINGS) && isMarkedE(sql, i);
        int end = afterQuote(sql, i, escaping || has(Trait.BACKSLASH_IN_STRINGS));
        while (escaping && end != UNENDED) { // a string on the next line goes on with it, and is one of the same kind
            int next = continued(sql, end);
            if (next == end) {
                return end;
            }
            end = afterQuote(sql, next, true);
        }
        return end;
    }

    /** PostgreSQL's E'…', in which a backslash takes the next character with it. */
    private static boolean isMarkedE(String sql, int quote) {
        return quote > 0 && (sql.charAt(quote - 1) == 'E' || sql.charAt(quote - 1) == 'e') && !isInName(sql, quote - 1);
    }

    /** The quote behind a line's end, and maybe comments of a line; the same place if there is none. */
    private int continued(String sql, int end) {
        int i = end;
        boolean line = false;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            if (c == '\'' && line) {
                return i;
            }
            if (c == '\n' || c == '\r') {
                line = true;
                i++;
            } else if (c == ' ' || c == '\t' || c == '\f' || c == 0x0b) {
                i++;
            } else if (sql.startsWith("--", i)) {
                i = endOfLine(sql, i);
            } else {
                return end;
            }
        }
        return end;
    }

    /** A quote that is doubled ends one and begins another. */
    private static int afterQuote(String sql, int quote, boolean escaping) {
        char mark = sql.charAt(quote);
        int i = quote + 1;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            if (c == mark) {
                boolean doubled = i + 1 < sql.length() && sql.charAt(i + 1) == mark;
                if (!doubled) {
                    return i + 1;
                }
                i += 2;
            } else {
                i += escaping && c == '\\' ? 2 : 1;
            }
        }
        return UNENDED;
    }

    /** PostgreSQL's $tag$ … $tag$; H2 knows no tags. */
    private int dollarQuoted(String sql, int i) {
        int end = i + 1;
        while (has(Trait.TAGGED_DOLLARS) && end < sql.length() && isTag(sql.charAt(end), end == i + 1)) {
            end++;
        }
        boolean opened = end < sql.length() && sql.charAt(end) == '$';
        return opened ? after(sql, end + 1, sql.substring(i, end + 1)) : i;
    }

    private static boolean isTag(char c, boolean first) {
        boolean digit = c >= '0' && c <= '9';
        return isOfName(c) && c != '$' && !(first && digit);
    }

    private static int after(String sql, int from, String end) {
        int found = sql.indexOf(end, from);
        return found < 0 ? UNENDED : found + end.length();
    }
}
