package dev.facade.query;

import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.ManagedType;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.TreeSet;

/** Checks attributes that a caller names. */
final class Attributes {

    private Attributes() {}

    static Attribute<?, ?> checked(ManagedType<?> type, String name) {
        try {
            return type.getAttribute(name);
        } catch (IllegalArgumentException unknown) {
            TreeSet<String> known = new TreeSet<>();
            type.getAttributes().forEach(attribute -> known.add(attribute.getName()));
            throw new IllegalArgumentException(
                    "attribute: " + type.getJavaType().getSimpleName() + "." + name + " (expected: one of " + known
                            + ")",
                    unknown);
        }
    }

    static void checkClauses(ManagedType<?> type, Map<String, ?> clauses) {
        clauses.forEach((name, value) -> {
            Class<?> expected = boxed(checked(type, name).getJavaType());
            if (!expected.isInstance(value)) {
                throw new IllegalArgumentException(name + ": " + value + " of type "
                        + value.getClass().getName() + " (expected: " + expected.getName() + ")");
            }
        });
    }

    private static Class<?> boxed(Class<?> type) {
        return MethodType.methodType(type).wrap().returnType();
    }
}
