package dev.facade.query;

import dev.facade.engine.entity.Echo;
import jakarta.persistence.Parameter;
import jakarta.persistence.Query;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Binds named parameters, all of them and no others. */
final class Parameters {

    private Parameters() {}

    static Map<String, @Nullable Object> with(
            Map<String, @Nullable Object> parameters, String name, @Nullable Object value) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("parameter: '" + Echo.of(name) + "' (expected: a name)");
        }
        Map<String, @Nullable Object> more = new LinkedHashMap<>(parameters);
        more.put(name, value);
        return more;
    }

    /** Lets the provider parse a text, and says so where its stack does not suffice. */
    static <Q> Q parsed(String text, Supplier<Q> parser) {
        try {
            return parser.get();
        } catch (StackOverflowError deep) {
            throw new IllegalArgumentException("query: too long or too deep for the provider's parser: '"
                    + Echo.of(text) + "' (expected: fewer conditions, or in (:values))");
        }
    }

    static <Q extends Query> Q bind(Q query, String text, Map<String, @Nullable Object> parameters) {
        return bind(query, text, parameters, false);
    }

    /** With {@code spare} ones, if there may be values that the text does not ask for. */
    static <Q extends Query> Q bind(Q query, String text, Map<String, @Nullable Object> parameters, boolean spare) {
        TreeSet<String> wanted = new TreeSet<>();
        for (Parameter<?> parameter : query.getParameters()) {
            if (parameter.getName() == null) {
                throw new IllegalArgumentException("parameter: ?" + parameter.getPosition() + " in '" + Echo.of(text)
                        + "' (expected: named parameters)");
            }
            wanted.add(parameter.getName());
        }
        for (String name : wanted) {
            if (!parameters.containsKey(name)) {
                throw new IllegalArgumentException("parameter: :" + Echo.of(name) + " is missing for '" + Echo.of(text)
                        + "' (expected: with(\"" + Echo.of(name) + "\", value))");
            }
        }
        parameters.forEach((name, value) -> {
            if (spare && !wanted.contains(name)) {
                return;
            }
            if (!wanted.contains(name)) {
                throw new IllegalArgumentException("parameter: :" + Echo.of(name) + " does not occur in '"
                        + Echo.of(text) + "' (expected: one of " + wanted + ")");
            }
            query.setParameter(name, value);
        });
        return query;
    }
}
