package dev.facade.operation;

import dev.facade.changeset.Changeset;
import dev.facade.changeset.Constraint.Kind;
import dev.facade.error.UndeclaredConstraintException;
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

    /** PostgreSQL says {@code … constraint "name"}. */
    private static final Pattern POSTGRESQL = Pattern.compile("constraint \"([^\"]+)\"");

    /** H2 says {@code …: "SCHEMA.NAME ON …} or {@code …: "NAME: …}, or ends with the name in quotes. */
    private static final Pattern H2 = Pattern.compile(": \"(?:\"?PUBLIC\"?\\.)?\"?([A-Za-z0-9_]+)");

    static Optional<Violation> in(Throwable failure) {
        Throwable current = failure;
        for (int depth = 0; current != null && depth < DEPTH; depth++) {
            if (current instanceof SQLException sql && sql.getSQLState() != null) {
                Kind kind = KINDS.get(sql.getSQLState());
                return kind == null ? Optional.empty() : Optional.of(new Violation(kind, name(sql)));
            }
            current = current.getCause();
        }
        return Optional.empty();
    }

    private static String name(SQLException sql) {
        String message = String.valueOf(sql.getMessage());
        for (Pattern pattern : new Pattern[] {POSTGRESQL, H2}) {
            Matcher matcher = pattern.matcher(message);
            if (matcher.find()) {
                return matcher.group(1);
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
                        + "; declare it with " + method() + " to make it an error of a field",
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
