package dev.facade.engine.write;

import dev.facade.changeset.Changeset;
import dev.facade.changeset.Constraint.Kind;
import dev.facade.error.UndeclaredConstraintException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A constraint that the database has found violated: its kind by SQLSTATE (class 23 of the standard, 23P01 of PostgreSQL),
 * its name by the words of the error, since JPA does not tell it.
 */
record Violation(Kind kind, String name) {

    private static final int DEPTH = 16;

    private static final Map<String, Kind> KINDS = Map.of(
            "23505", Kind.UNIQUE,
            "23503", Kind.FOREIGN_KEY,
            "23506", Kind.FOREIGN_KEY,
            "23514", Kind.CHECK,
            "23513", Kind.CHECK,
            "23P01", Kind.EXCLUSION);

    private static final String H2_QUOTED = "\"\"([^\"]+)\"\"";
    private static final String H2_PLAIN = "([\\p{L}\\p{N}_$]+)";

    /**
     * PostgreSQL says {@code … constraint "name"}; H2 says {@code …: "SCHEMA.NAME ON …} or {@code …: "NAME: …}, each part
     * maybe between doubled quotes. The first place counts: values of the row, which anybody may have typed, stand behind.
     */
    private static final Pattern NAME = Pattern.compile("constraint \"([^\"]+)\"|: \"(?:(?:" + H2_QUOTED + "|"
            + H2_PLAIN + ")\\.)?(?:" + H2_QUOTED + "|" + H2_PLAIN + ")");

    private static final int[] NAME_GROUPS = {1, 4, 5};

    static Optional<Violation> in(Throwable failure) {
        Throwable current = failure;
        for (int depth = 0; current != null && depth < DEPTH; depth++) {
            if (current instanceof SQLException sql && sql.getSQLState() != null) {
                Kind kind = KINDS.get(sql.getSQLState());
                return kind == null ? Optional.empty() : Optional.of(new Violation(kind, name(single(sql))));
            }
            current = current.getCause();
        }
        return Optional.empty();
    }

    /** The message of a batch begins with the values of its row. */
    private static SQLException single(SQLException sql) {
        SQLException next = sql instanceof BatchUpdateException ? sql.getNextException() : null;
        return next == null ? sql : next;
    }

    private static String name(SQLException sql) {
        String message = String.valueOf(sql.getMessage());
        Matcher matcher = NAME.matcher(message);
        if (matcher.find()) {
            for (int group : NAME_GROUPS) {
                if (matcher.group(group) != null) {
                    return matcher.group(group);
                }
            }
        }
        return message;
    }

    /** H2 names the index behind a constraint: its name, and {@code _INDEX_} with a letter or two. */
    <T> Optional<Changeset<T>> declaredIn(Changeset<T> changeset) {
        Optional<Changeset<T>> exact = changeset.withViolation(kind, name);
        return exact.isPresent()
                ? exact
                : changeset.withViolation(kind, name.replaceFirst("(?i)_INDEX_[0-9A-F]+$", ""));
    }

    UndeclaredConstraintException undeclared(Changeset<?> changeset, Throwable cause) {
        String declared = changeset.constraints().stream()
                .map(constraint -> constraint.name() + " (" + constraint.kind().word() + ")")
                .collect(Collectors.joining(", ", "[", "]"));
        return new UndeclaredConstraintException(
                changeset.action() + " of " + changeset.type().getSimpleName() + ": the constraint " + name + " ("
                        + kind.word() + ") was violated, and the changeset declares " + declared
                        + "; declare it with " + method()
                        + ", or give a declared one this name with lastConstraint(rule ->"
                        + " rule.named(\"" + name + "\")), to make it an error of a field",
                name,
                cause);
    }

    private String method() {
        return switch (kind) {
            case UNIQUE -> "uniqueConstraint(...)";
            case FOREIGN_KEY -> "foreignKeyConstraint(...) or noAssocConstraint(...)";
            case CHECK -> "checkConstraint(...)";
            case EXCLUSION -> "exclusionConstraint(...)";
        };
    }
}
