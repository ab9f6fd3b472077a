package dev.facade.engine.sql;

import dev.facade.engine.entity.Echo;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Clob;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Values on their way into a statement, and out of a result. */
final class SqlValue {

    private SqlValue() {}

    /** The value as drivers take it: they know neither enums nor instants. */
    static @Nullable Object bindable(@Nullable Object value) {
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        return value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value;
    }

    /** The value as it remains when the connection is closed: arrays become lists, large texts become strings. */
    static @Nullable Object read(@Nullable Object value) throws SQLException {
        if (value instanceof Clob text) {
            return text.getSubString(1, (int) text.length());
        }
        if (value instanceof Array array && array.getArray() instanceof Object[] elements) {
            List<@Nullable Object> list = new ArrayList<>();
            for (Object element : elements) {
                list.add(read(element));
            }
            return Collections.unmodifiableList(list);
        }
        return value;
    }

    /** The value of a column as a component of a record. */
    static @Nullable Object fitting(RecordComponent component, @Nullable Object value) {
        Class<?> type = MethodType.methodType(component.getType()).wrap().returnType();
        if (value == null && !component.getType().isPrimitive()) {
            return null;
        }
        Object converted = value == null || type.isInstance(value) ? value : converted(type, value);
        if (converted == null) {
            throw new IllegalArgumentException("record: " + component + " of " + Echo.of(value) + " (expected: "
                    + type.getName() + ", which the column is not)");
        }
        return converted;
    }

    private static @Nullable Object converted(Class<?> type, Object value) {
        if (value instanceof Number number && Number.class.isAssignableFrom(type)) {
            return number(type, new BigDecimal(number.toString()));
        }
        if (value instanceof String text) {
            return ofText(type, text);
        }
        return ofTime(type, value);
    }

    private static @Nullable Object number(Class<?> type, BigDecimal number) {
        try {
            if (type == Long.class) {
                return number.longValueExact();
            }
            if (type == Integer.class) {
                return number.intValueExact();
            }
            if (type == Short.class) {
                return number.shortValueExact();
            }
        } catch (ArithmeticException lost) {
            return null;
        }
        if (type == Double.class) {
            return number.doubleValue();
        }
        return type == BigDecimal.class ? number : null;
    }

    private static @Nullable Object ofText(Class<?> type, String text) {
        if (type == UUID.class) {
            return UUID.fromString(text);
        }
        return type.isEnum()
                ? Arrays.stream(type.getEnumConstants())
                        .filter(constant -> ((Enum<?>) constant).name().equals(text))
                        .findFirst()
                        .orElse(null)
                : null;
    }

    private static @Nullable Object ofTime(Class<?> type, Object value) {
        if (type == Instant.class) {
            return value instanceof Timestamp timestamp
                    ? timestamp.toInstant()
                    : value instanceof OffsetDateTime moment ? moment.toInstant() : null;
        }
        if (type == LocalDateTime.class && value instanceof Timestamp timestamp) {
            return timestamp.toLocalDateTime();
        }
        if (type == LocalDate.class && value instanceof Date date) {
            return date.toLocalDate();
        }
        return type == LocalTime.class && value instanceof Time time ? time.toLocalTime() : null;
    }
}
