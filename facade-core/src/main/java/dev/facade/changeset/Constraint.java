package dev.facade.changeset;

import dev.facade.engine.entity.Echo;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A constraint of the database whose violation becomes an error of a field. Immutable.
 *
 * <pre>{@code
 * Changeset<Post> changeset = Changeset.cast(new Post(""), form, "slug")
 *         .uniqueConstraint("slug")
 *         .checkConstraint("likes", "likes_not_negative");
 * }</pre>
 *
 * @param kind what it demands
 * @param name its name in the database
 * @param match how its name is compared
 * @param field the field that gets the error
 * @param message the error's message
 */
public record Constraint(Kind kind, String name, Match match, String field, String message) {

    /** The demands of constraints. */
    public enum Kind {
        /** That a value is there once. */
        UNIQUE("unique"),
        /** That another row is there, or is not. */
        FOREIGN_KEY("foreign_key"),
        /** That a row meets a condition. */
        CHECK("check"),
        /** That two rows do not overlap. */
        EXCLUSION("exclusion");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /**
         * Returns the word for it in an error's parameters.
         *
         * @return such as {@code unique}
         */
        public String word() {
            return word;
        }
    }

    /** How a constraint's name is compared. */
    public enum Match {
        /** It is the name; case does not count, since databases fold it. */
        EXACT,
        /** It ends so. */
        SUFFIX,
        /** It begins so. */
        PREFIX,
        /** It matches this regular expression. */
        REGEX
    }

    /**
     * Checks the components.
     *
     * @param kind what it demands
     * @param name its name in the database
     * @param match how its name is compared
     * @param field the field that gets the error
     * @param message the error's message
     */
    public Constraint {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(match, "match");
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(message, "message");
        if (name.isBlank()) {
            throw new IllegalArgumentException("name: '" + Echo.of(name) + "' (expected: the constraint's name)");
        }
        if (match == Match.REGEX) {
            checkPattern(name);
        }
    }

    private static void checkPattern(String name) {
        try {
            Pattern.compile(name);
        } catch (PatternSyntaxException mistake) {
            throw new IllegalArgumentException(
                    "name: '" + Echo.of(name) + "' (expected: a regular expression)", mistake);
        }
    }

    /**
     * Names it otherwise.
     *
     * @param other its name in the database
     * @return a copy
     */
    public Constraint named(String other) {
        return new Constraint(kind, other, match, field, message);
    }

    /**
     * Compares its name otherwise.
     *
     * @param other how
     * @return a copy
     */
    public Constraint matching(Match other) {
        return new Constraint(kind, name, other, field, message);
    }

    /**
     * Gives its error to another field.
     *
     * @param other the field
     * @return a copy
     */
    public Constraint on(String other) {
        return new Constraint(kind, name, match, other, message);
    }

    /**
     * Gives its error another message.
     *
     * @param other the message
     * @return a copy
     */
    public Constraint saying(String other) {
        return new Constraint(kind, name, match, field, other);
    }

    boolean isViolatedBy(Kind violated, String violatedName) {
        if (kind != violated) {
            return false;
        }
        String mine = name.toLowerCase(Locale.ROOT);
        String theirs = violatedName.toLowerCase(Locale.ROOT);
        return switch (match) {
            case EXACT -> theirs.equals(mine);
            case SUFFIX -> theirs.endsWith(mine);
            case PREFIX -> theirs.startsWith(mine);
            case REGEX -> Pattern.compile(name).matcher(violatedName).find();
        };
    }
}
