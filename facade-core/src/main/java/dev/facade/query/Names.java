package dev.facade.query;

import dev.facade.engine.entity.Echo;
import dev.facade.engine.entity.EditDistance;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.ManagedType;
import java.lang.invoke.MethodType;
import java.util.Collection;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Checks names that a caller gives: nothing else of a caller's strings reaches the text of a query. */
final class Names {

    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private Names() {}

    static String identifier(String what, String name) {
        if (name == null) {
            throw new IllegalArgumentException(what + ": null (expected: letters, digits and underscores)");
        }
        if (!IDENTIFIER.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    what + ": '" + Echo.of(name) + "' (expected: letters, digits and underscores)");
        }
        return name;
    }

    static String parameter(String name) {
        identifier("parameter", name);
        if (name.startsWith("facade_")) {
            throw new IllegalArgumentException("parameter: '" + Echo.of(name)
                    + "' (expected: another beginning than facade_, which bound values have)");
        }
        return name;
    }

    static Attribute<?, ?> attribute(ManagedType<?> type, String name) {
        TreeSet<String> known = new TreeSet<>();
        for (Attribute<?, ?> attribute : type.getAttributes()) {
            if (attribute.getName().equals(name)) {
                return attribute;
            }
            known.add(attribute.getName());
        }
        throw unknown("attribute", type.getJavaType().getSimpleName() + ".", name, known);
    }

    static IllegalArgumentException unknown(String what, String owner, String name, Collection<String> known) {
        return new IllegalArgumentException(what + ": " + owner + Echo.of(name) + " (expected: one of "
                + new TreeSet<>(known) + EditDistance.advice(known, name) + ")");
    }

    static Class<?> boxed(Class<?> type) {
        return MethodType.methodType(type).wrap().returnType();
    }
}
