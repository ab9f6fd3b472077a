package dev.facade.changeset;

import dev.facade.engine.entity.Property;
import java.lang.invoke.MethodType;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The next value of a number that is counted up with each write. */
final class Counting {

    private Counting() {}

    /** In the property's own type; none is followed by 1, and so is the greatest, which has four bytes at most. */
    static UnaryOperator<@Nullable Object> in(Property property) {
        Class<?> type = MethodType.methodType(property.type()).wrap().returnType();
        if (type == Byte.class) {
            return value -> (byte) after(value, Byte.MAX_VALUE);
        }
        if (type == Short.class) {
            return value -> (short) after(value, Short.MAX_VALUE);
        }
        if (type == Integer.class) {
            return value -> (int) after(value, Integer.MAX_VALUE);
        }
        if (type == Long.class) {
            return value -> after(value, Integer.MAX_VALUE);
        }
        throw new IllegalArgumentException("lock: " + property.name() + " of type " + type.getName()
                + " (expected: a whole number, or a function of its own)");
    }

    private static long after(@Nullable Object value, long greatest) {
        return value instanceof Number number && number.longValue() != greatest ? number.longValue() + 1 : 1;
    }
}
