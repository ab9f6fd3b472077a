package dev.facade.engine.sql;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells whether a statement may leave something behind on its connection that its transaction does not end. */
final class Traces {

    private static final Set<String> PLAIN =
            Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "VALUES", "TABLE", "SHOW");

    private static final Set<String> HARMLESS = Set.of(
            "all",
            "and",
            "any",
            "array",
            "as",
            "avg",
            "by",
            "cast",
            "coalesce",
            "concat",
            "count",
            "distinct",
            "exists",
            "extract",
            "filter",
            "from",
            "in",
            "join",
            "lateral",
            "length",
            "like",
            "lower",
            "max",
            "min",
            "not",
            "now",
            "nullif",
            "on",
            "or",
            "over",
            "row",
            "select",
            "set",
            "some",
            "sum",
            "trim",
            "union",
            "upper",
            "using",
            "values",
            "when",
            "where");

    private static final Pattern CALL = Pattern.compile("([\\w$\"]+)\\s*\\(");
    private static final Pattern TARGET = Pattern.compile("(?i)^\\s*insert\\s+into\\s+[\\w.\"]+\\s*");
    private static final Pattern INTO = Pattern.compile("(?i)\\binto\\b");

    private Traces() {}

    /** A call of a function that is not known to be harmless may set anything, and so may what is no plain statement. */
    static boolean mayBeLeftBy(NamedParameters statement) {
        String sql = statement.sql();
        if (!PLAIN.contains(statement.word()) || sql.contains("/*") || sql.contains("--")) {
            return true;
        }
        String body = TARGET.matcher(sql).replaceFirst("");
        if (INTO.matcher(body).find()) {
            return true;
        }
        Matcher call = CALL.matcher(body);
        while (call.find()) {
            if (!HARMLESS.contains(call.group(1).toLowerCase(Locale.ROOT))) {
                return true;
            }
        }
        return false;
    }
}
