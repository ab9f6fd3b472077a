package dev.facade.changeset;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The error of a field. Immutable.
 *
 * <p>The message is a template, to be translated as it is; its parameters stand as {@code %{count}}. Other parameters say
 * where the error comes from: {@code validation}, or {@code constraint} and {@code constraintName}.
 *
 * <pre>{@code
 * for (FieldError error : Changeset.cast(new Post(""), form, "title").validateRequired("title").errors()) {
 *     System.out.println(error.field() + " " + error.text());
 * }
 * }</pre>
 *
 * @param field the field's name
 * @param message the template, such as {@code should be at least %{count} character(s)}
 * @param parameters its parameters
 */
public record FieldError(String field, String message, Map<String, @Nullable Object> parameters) {

    private static final Pattern PLACE = Pattern.compile("%\\{([^}]*)}");

    /**
     * Checks and copies the components.
     *
     * @param field the field's name
     * @param message the template
     * @param parameters its parameters
     */
    public FieldError {
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(message, "message");
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /**
     * Returns the message with its parameters put in.
     *
     * @return text for a reader
     */
    public String text() {
        return PLACE.matcher(message).replaceAll(place -> Matcher.quoteReplacement(put(place)));
    }

    private String put(MatchResult place) {
        String name = place.group(1);
        return parameters.containsKey(name) ? String.valueOf(parameters.get(name)) : place.group();
    }

    @Override
    public String toString() {
        return field + " " + text();
    }
}
