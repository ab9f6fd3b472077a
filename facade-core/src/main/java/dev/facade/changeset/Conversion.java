package dev.facade.changeset;

import dev.facade.engine.entity.Property;
import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns what comes from outside, text above all, into the type of a field. */
final class Conversion {

    /** Numbers are no longer than that, lest a short text of a great exponent fill the memory. */
    private static final int MAX_DIGITS = 1_000;

    private static final Map<Class<?>, Function<String, ?>> OF_TEXT = new LinkedHashMap<>();

    static {
        OF_TEXT.put(String.class, text -> text);
        OF_TEXT.put(Byte.class, Byte::valueOf);
        OF_TEXT.put(Short.class, Short::valueOf);
        OF_TEXT.put(Integer.class, Integer::valueOf);
        OF_TEXT.put(Long.class, Long::valueOf);
        OF_TEXT.put(Float.class, text -> decimal(text).floatValue());
        OF_TEXT.put(Double.class, text -> decimal(text).doubleValue());
        OF_TEXT.put(BigInteger.class, text -> new BigInteger(brief(text)));
        OF_TEXT.put(BigDecimal.class, Conversion::decimal);
        OF_TEXT.put(Boolean.class, Conversion::truth);
        OF_TEXT.put(Character.class, Conversion::character);
        OF_TEXT.put(UUID.class, Conversion::uuid);
        OF_TEXT.put(LocalDate.class, LocalDate::parse);
        OF_TEXT.put(LocalTime.class, LocalTime::parse);
        OF_TEXT.put(LocalDateTime.class, LocalDateTime::parse);
        OF_TEXT.put(OffsetDateTime.class, OffsetDateTime::parse);
        OF_TEXT.put(ZonedDateTime.class, ZonedDateTime::parse);
        OF_TEXT.put(Instant.class, text -> OffsetDateTime.parse(text).toInstant());
        OF_TEXT.put(OffsetTime.class, OffsetTime::parse);
        OF_TEXT.put(Duration.class, Duration::parse);
        OF_TEXT.put(Period.class, Period::parse);
        OF_TEXT.put(Year.class, Year::parse);
        OF_TEXT.put(YearMonth.class, YearMonth::parse);
        OF_TEXT.put(MonthDay.class, MonthDay::parse);
    }

    private Conversion() {}

    /** The failure of a conversion; it becomes an error of the field. */
    static final class Impossible extends Exception {
        private static final long serialVersionUID = 1L;

        Impossible(@Nullable Throwable cause) {
            super("is invalid", cause, false, false);
        }
    }

    static @Nullable Object of(@Nullable Object raw, Property property, Object owner) throws Impossible {
        if (raw == null) {
            if (property.type().isPrimitive()) {
                throw new Impossible(null);
            }
            return null;
        }
        Object converted = raw;
        if (raw instanceof Collection<?> many && Collection.class.isAssignableFrom(property.type())) {
            converted = collection(many, property, owner);
        } else if (raw instanceof Map<?, ?> map && Map.class.isAssignableFrom(property.type())) {
            converted = map(map, property);
        }
        return of(
                property.type().isInstance(converted) ? converted : raw,
                MethodType.methodType(property.type()).wrap().returnType());
    }

    private static Collection<?> collection(Collection<?> many, Property property, Object owner) throws Impossible {
        List<@Nullable Object> elements = new ArrayList<>();
        for (Object element : many) {
            elements.add(element == null ? null : of(element, property.target()));
        }
        try {
            return property.holding(elements, owner);
        } catch (RuntimeException unsortable) {
            throw new Impossible(unsortable);
        }
    }

    private static Map<?, ?> map(Map<?, ?> map, Property property) throws Impossible {
        Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Object key = entry.getKey();
            Object value = entry.getValue();
            entries.put(
                    key == null ? null : of(key, property.key()), value == null ? null : of(value, property.target()));
        }
        try {
            return SortedMap.class.isAssignableFrom(property.type()) ? new TreeMap<>(entries) : entries;
        } catch (RuntimeException unsortable) {
            throw new Impossible(unsortable);
        }
    }

    private static Object of(Object raw, Class<?> type) throws Impossible {
        try {
            if (raw instanceof Number number && Number.class.isAssignableFrom(type)) {
                return ofNumber(number, type);
            }
            if (type.isInstance(raw)) {
                return raw;
            }
            if (raw instanceof String text) {
                return ofText(text.strip(), type);
            }
        } catch (RuntimeException mismatch) {
            throw new Impossible(mismatch);
        }
        throw new Impossible(null);
    }

    /** Only without loss: 1.5 is no whole number, and 300 no byte. */
    private static Object ofNumber(Number number, Class<?> type) throws Impossible {
        BigDecimal decimal = bounded(number instanceof BigDecimal exact ? exact : new BigDecimal(number.toString()));
        if (type.isInstance(number)) {
            return number;
        }
        boolean fraction = type == Double.class || type == Float.class || type == BigDecimal.class;
        return ofText(
                fraction ? decimal.toString() : decimal.toBigIntegerExact().toString(), type);
    }

    private static BigDecimal decimal(String text) {
        return bounded(new BigDecimal(brief(text)));
    }

    private static String brief(String text) {
        if (text.length() > MAX_DIGITS) {
            throw new IllegalArgumentException("more than " + MAX_DIGITS + " digits");
        }
        return text;
    }

    private static BigDecimal bounded(BigDecimal number) {
        if (number.precision() > MAX_DIGITS || Math.abs((long) number.scale()) > MAX_DIGITS) {
            throw new IllegalArgumentException("more than " + MAX_DIGITS + " digits");
        }
        return number;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Object ofText(String text, Class<?> type) throws Impossible {
        if (type.isEnum()) {
            return Enum.valueOf((Class<? extends Enum>) type, text);
        }
        Function<String, ?> known = OF_TEXT.get(type);
        if (known == null) {
            throw new Impossible(null);
        }
        return finite(known.apply(text));
    }

    private static Object finite(Object value) throws Impossible {
        boolean endless =
                (value instanceof Double || value instanceof Float) && !Double.isFinite(((Number) value).doubleValue());
        if (endless) {
            throw new Impossible(null);
        }
        return value;
    }

    private static Boolean truth(String text) {
        return switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static Character character(String text) {
        if (text.length() != 1) {
            throw new IllegalArgumentException(text);
        }
        return text.charAt(0);
    }

    /** Only the full form: {@code UUID.fromString} takes shortened groups. */
    private static UUID uuid(String text) {
        if (text.length() != 36) {
            throw new IllegalArgumentException(text);
        }
        return UUID.fromString(text);
    }
}
