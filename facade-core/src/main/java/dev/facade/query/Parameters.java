package dev.facade.query;

import jakarta.persistence.Parameter;
import jakarta.persistence.Query;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Binds named parameters, all of them and no others. */
final class Parameters {

    private Parameters() {}

    static Map<String, @Nullable Object> with(
            Map<String, @Nullable Object> parameters, String name, @Nullable Object value) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("parameter: '" + name + "' (expected: a name)");
        }
        Map<String, @Nullable Object> more = new LinkedHashMap<>(parameters);
        more.put(name, value);
        return more;
    }

    static <Q extends Query> Q bind(Q query, String text, Map<String, @Nullable Object> parameters) {
        return bind(query, text, parameters, false);
    }

    /** With {@code spare} ones, if there may be values that the text does not ask for. */
    static <Q extends Query> Q bind(Q query, String text, Map<String, @Nullable Object> parameters, boolean spare) {
        TreeSet<String> wanted = new TreeSet<>();
        for (Parameter<?> parameter : query.getParameters()) {
            if (parameter.getName() == null) {
                throw new IllegalArgumentException(
                        "parameter: ?" + parameter.getPosition() + " in '" + text + "' (expected: named parameters)");
            }
            wanted.add(parameter.getName());
        }
        for (String name : wanted) {
            if (!parameters.containsKey(name)) {
                throw new IllegalArgumentException("parameter: :" + name + " is missing for '" + text
                        + "' (expected: with(\"" + name + "\", value))");
            }
        }
        parameters.forEach((name, value) -> {
            if (spare && !wanted.contains(name)) {
                return;
            }
            if (!wanted.contains(name)) {
                throw new IllegalArgumentException(
                        "parameter: :" + name + " does not occur in '" + text + "' (expected: one of " + wanted + ")");
            }
            query.setParameter(name, value);
        });
        return query;
    }
}
