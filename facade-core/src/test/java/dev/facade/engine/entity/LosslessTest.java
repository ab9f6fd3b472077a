package dev.facade.engine.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Numbers that become numbers of another type. */
class LosslessTest {

    static Stream<Arguments> kept() {
        return Stream.of(
                Arguments.of(1, long.class, 1L),
                Arguments.of(1L, int.class, 1),
                Arguments.of(new AtomicLong(3), Long.class, 3L),
                Arguments.of((byte) 1, Integer.class, 1),
                Arguments.of(10, BigDecimal.class, BigDecimal.TEN),
                Arguments.of(9.99, BigDecimal.class, new BigDecimal("9.99")),
                Arguments.of(10, Double.class, 10.0),
                Arguments.of(0.5f, double.class, 0.5),
                Arguments.of(Float.NaN, Double.class, Double.NaN),
                Arguments.of(2.0, Integer.class, 2),
                Arguments.of(new BigDecimal("1E+2"), Integer.class, 100),
                Arguments.of(Long.MAX_VALUE, BigInteger.class, BigInteger.valueOf(Long.MAX_VALUE)),
                Arguments.of("a", String.class, "a"),
                Arguments.of("a", Comparable.class, "a"));
    }

    @ParameterizedTest
    @MethodSource("kept")
    void whatLosesNothingFits(Object value, Class<?> type, Object expected) {
        assertThat(Lossless.fitting("a", value, type)).isEqualTo(expected);
    }

    static Stream<Arguments> lost() {
        return Stream.of(
                Arguments.of(3_000_000_000L, int.class),
                Arguments.of(1.5, Long.class),
                Arguments.of(16_777_217, Float.class),
                Arguments.of(Long.MAX_VALUE, Double.class),
                Arguments.of(0.1, Float.class),
                Arguments.of(Double.NaN, BigDecimal.class),
                Arguments.of(Double.POSITIVE_INFINITY, Long.class),
                Arguments.of(new BigDecimal("1E+2000000000"), BigInteger.class),
                Arguments.of(1, String.class),
                Arguments.of("1", Long.class),
                Arguments.of(1, Boolean.class),
                Arguments.of(1, List.class));
    }

    @ParameterizedTest
    @MethodSource("lost")
    void whatWouldLoseIsRefusedByNameAndValue(Object value, Class<?> type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Lossless.fitting("views", value, type))
                .withMessageStartingWith("views: " + value + " of type "
                        + value.getClass().getName() + " (expected: "
                        + Lossless.boxed(type).getName() + ")");
    }
}
