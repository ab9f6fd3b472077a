package dev.facade.changeset;

import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** When two values of a field are the same, and what comes next. */
final class Equality {

    private Equality() {}

    /** Decimals are the same whatever their scale, arrays if their elements are. */
    static boolean same(@Nullable Object left, @Nullable Object right) {
        if (left instanceof BigDecimal a && right instanceof BigDecimal b) {
            return a.compareTo(b) == 0;
        }
        return Objects.deepEquals(left, right);
    }

    /** The greatest whole number of four bytes is followed by 1. */
    static @Nullable Object next(@Nullable Object version) {
        if (version instanceof Integer number) {
            return number == Integer.MAX_VALUE ? 1 : number + 1;
        }
        if (version instanceof Long number) {
            return number == Integer.MAX_VALUE ? 1L : number + 1;
        }
        if (version == null) {
            return 1;
        }
        throw new IllegalArgumentException(
                "lock: " + version + " (expected: a whole number, or a function of its own)");
    }
}
