package dev.facade.changeset;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The checks of values that need more than a line. */
final class Checks {

    private Checks() {}

    /** A message and its parameters. */
    record Complaint(String message, Map<String, @Nullable Object> parameters) {}

    static Map<String, @Nullable Object> parameters(@Nullable Object... pairs) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(String.valueOf(pairs[i]), pairs[i + 1]);
        }
        return map;
    }

    /** The values of a check, which may be the caller's and change. */
    static Map<String, @Nullable Object> choice(Collection<?> values) {
        return parameters("enum", Collections.unmodifiableList(new ArrayList<>(values)));
    }

    static boolean isBlank(@Nullable Object value) {
        return value == null || (value instanceof String text && text.isBlank());
    }

    // -- length

    static Optional<Complaint> length(Changeset.Length rule, Object value) {
        int length = lengthOf(rule, value);
        String kind = value instanceof String
                ? (rule.counting() == Changeset.Length.Count.BYTES ? "byte(s)" : "character(s)")
                : "item(s)";
        String should = value instanceof String ? "should be " : "should have ";
        if (rule.is() != null && length != rule.is()) {
            return complaint(rule, "is", should + "%{count} " + kind, rule.is(), value);
        }
        if (rule.min() != null && length < rule.min()) {
            return complaint(rule, "min", should + "at least %{count} " + kind, rule.min(), value);
        }
        if (rule.max() != null && length > rule.max()) {
            return complaint(rule, "max", should + "at most %{count} " + kind, rule.max(), value);
        }
        return Optional.empty();
    }

    private static Optional<Complaint> complaint(
            Changeset.Length rule, String kind, String message, int count, Object value) {
        String type = value instanceof String ? "string" : value instanceof Map ? "map" : "list";
        String said = rule.message() == null ? message : rule.message();
        return Optional.of(
                new Complaint(said, parameters("count", count, "validation", "length", "kind", kind, "type", type)));
    }

    private static int lengthOf(Changeset.Length rule, Object value) {
        if (value instanceof String text) {
            return switch (rule.counting()) {
                case CHARACTERS -> text.codePointCount(0, text.length());
                case BYTES -> text.getBytes(StandardCharsets.UTF_8).length;
            };
        }
        if (value instanceof Collection<?> many) {
            return many.size();
        }
        if (value instanceof Map<?, ?> map) {
            return map.size();
        }
        if (value.getClass().isArray()) {
            return Array.getLength(value);
        }
        throw new IllegalArgumentException(
                "length: of " + value.getClass().getName() + " (expected: text, a collection, a map or an array)");
    }

    // -- numbers

    static Optional<Complaint> number(Changeset.Comparison comparison, Number bound, String message, Object value) {
        if (!(value instanceof Number number)) {
            throw new IllegalArgumentException(
                    "number: " + value.getClass().getName() + " (expected: a numeric field)");
        }
        if (holds(comparison, number, bound)) {
            return Optional.empty();
        }
        return Optional.of(
                new Complaint(message, parameters("number", bound, "validation", "number", "kind", comparison.kind())));
    }

    /** What is not a number is different from every number, and nothing else. */
    private static boolean holds(Changeset.Comparison comparison, Number number, Number bound) {
        double left = number.doubleValue();
        double right = bound.doubleValue();
        if (Double.isNaN(left) || Double.isNaN(right)) {
            return comparison == Changeset.Comparison.NOT_EQUAL_TO;
        }
        boolean endless = isEndless(number) || isEndless(bound);
        return comparison.holds(
                endless ? Double.compare(left, right) : decimal(number).compareTo(decimal(bound)));
    }

    /** A decimal beyond the greatest double is not endless. */
    private static boolean isEndless(Number number) {
        return (number instanceof Double || number instanceof Float) && Double.isInfinite(number.doubleValue());
    }

    private static BigDecimal decimal(Number number) {
        return number instanceof BigDecimal exact ? exact : new BigDecimal(number.toString());
    }
}
