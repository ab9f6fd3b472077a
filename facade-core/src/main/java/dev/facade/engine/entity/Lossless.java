package dev.facade.engine.entity;

import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The meeting of a value and an attribute: a number of another type fits if nothing of it is lost. */
public final class Lossless {

    /** Beyond that many digits no number is turned into another, lest a short text of a great exponent fill the memory. */
    private static final int MAX_DIGITS = 1_000;

    private static final Map<Class<?>, Function<BigDecimal, Number>> EXACT = Map.of(
            Byte.class, BigDecimal::byteValueExact,
            Short.class, BigDecimal::shortValueExact,
            Integer.class, BigDecimal::intValueExact,
            Long.class, BigDecimal::longValueExact,
            BigInteger.class, BigDecimal::toBigIntegerExact,
            BigDecimal.class, decimal -> decimal,
            Float.class, BigDecimal::floatValue,
            Double.class, BigDecimal::doubleValue);

    private Lossless() {}

    /**
     * Returns a value as an attribute wants it.
     *
     * @param name the attribute's, for the message
     * @param value not null
     * @param type the attribute's, maybe a primitive one
     * @return the value, or the same number of the attribute's type
     * @throws IllegalArgumentException if it is of another type, or a number that the type cannot hold
     */
    public static Object fitting(String name, Object value, Class<?> type) {
        Class<?> expected = boxed(type);
        if (expected.isInstance(value)) {
            return value;
        }
        Number number = value instanceof Number given ? converted(given, expected) : null;
        if (number == null) {
            throw new IllegalArgumentException(name + ": " + Echo.of(value) + " of type "
                    + value.getClass().getName() + " (expected: " + expected.getName() + ")");
        }
        return number;
    }

    /**
     * Returns the class of an attribute's values.
     *
     * @param type a class
     * @return the wrapper of a primitive, else the class itself
     */
    public static Class<?> boxed(Class<?> type) {
        return MethodType.methodType(type).wrap().returnType();
    }

    /** Null if something would be lost. */
    private static @Nullable Number converted(Number number, Class<?> type) {
        Function<BigDecimal, Number> exact = EXACT.get(type);
        if (exact == null) {
            return null;
        }
        if (number instanceof Float && type == Double.class) {
            return number.doubleValue(); // also what is endless or no number
        }
        if (number instanceof Double && type == Float.class) {
            return Double.compare(number.floatValue(), number.doubleValue()) == 0 ? number.floatValue() : null;
        }
        try {
            BigDecimal decimal = number instanceof BigDecimal given ? given : new BigDecimal(number.toString());
            if (Math.abs((long) decimal.scale()) > MAX_DIGITS || decimal.precision() > MAX_DIGITS) {
                return null;
            }
            Number converted = exact.apply(decimal);
            return isSame(converted, decimal) ? converted : null;
        } catch (ArithmeticException | NumberFormatException lost) {
            return null;
        }
    }

    /** A binary fraction stands for the shortest decimal that names it, as in Java's texts. */
    private static boolean isSame(Number converted, BigDecimal decimal) {
        boolean binary = converted instanceof Float || converted instanceof Double;
        return !binary
                || (Double.isFinite(converted.doubleValue())
                        && new BigDecimal(converted.toString()).compareTo(decimal) == 0);
    }
}
