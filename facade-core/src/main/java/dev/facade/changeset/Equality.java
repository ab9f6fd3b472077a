package dev.facade.changeset;

import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** When two values of a field are the same. */
final class Equality {

    private Equality() {}

    /** Decimals are the same whatever their scale, arrays if their elements are. */
    static boolean same(@Nullable Object left, @Nullable Object right) {
        if (left instanceof BigDecimal a && right instanceof BigDecimal b) {
            return a.compareTo(b) == 0;
        }
        return Objects.deepEquals(left, right);
    }
}
