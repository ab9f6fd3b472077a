package dev.facade.hibernate.mapping;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.hibernate.Hibernate;
import org.hibernate.annotations.IdGeneratorType;
import org.hibernate.proxy.HibernateProxy;
import org.hibernate.proxy.LazyInitializer;

/** An object as text, with all that it holds: what is not loaded is said to be so, the present is called now. */
final class Picture {

    private static final Duration PRESENT = Duration.ofMinutes(10);
    private static final int DEPTH = 8;

    private final Set<String> masked;
    private final boolean masksKeys;
    private final List<Object> path = new ArrayList<>();
    private Class<?> apart;

    private Picture(Set<String> masked, boolean masksKeys) {
        this.masked = masked;
        this.masksKeys = masksKeys;
    }

    /** With its keys. */
    static String of(Object value) {
        return new Picture(Set.of(), false).text(value);
    }

    /** Without generated keys, and without the fields that are named. */
    static String masked(Object value, Collection<String> fields) {
        return new Picture(Set.copyOf(fields), true).text(value);
    }

    /** Of a list, in whatever order. */
    static List<String> unordered(Collection<?> values) {
        return values.stream().map(Picture::of).sorted().toList();
    }

    static List<String> ordered(Collection<?> values) {
        return values.stream().map(Picture::of).toList();
    }

    /** Of rows that were not read together: what a row refers to of its own class is told by its key, loaded or not. */
    static List<String> apart(Collection<?> values) {
        return values.stream()
                .map(value -> {
                    Picture picture = new Picture(Set.of(), false);
                    picture.apart = Hibernate.getClass(value);
                    return picture.text(value);
                })
                .sorted()
                .toList();
    }

    private String text(Object value) {
        if (value == null) {
            return "null";
        }
        if (apart != null && !path.isEmpty() && isOf(apart, value)) {
            return apart.getSimpleName() + " of key " + key(value);
        }
        if (!Hibernate.isInitialized(value)) {
            return "not loaded";
        }
        Object plain = Hibernate.unproxy(value);
        if (isNow(plain)) {
            return "now";
        }
        if (plain instanceof Optional<?> optional) {
            return optional.map(this::text).orElse("nothing");
        }
        if (plain instanceof byte[] bytes) {
            return "bytes " + HexFormat.of().formatHex(bytes);
        }
        if (plain.getClass().isArray()) {
            List<Object> elements = new ArrayList<>();
            for (int i = 0; i < Array.getLength(plain); i++) {
                elements.add(Array.get(plain, i));
            }
            return "array " + text(elements);
        }
        if (plain instanceof Map<?, ?> map) {
            Map<String, String> sorted = new TreeMap<>();
            map.forEach((key, element) -> sorted.put(text(key), text(element)));
            return sorted.toString();
        }
        if (plain instanceof Collection<?> many) {
            List<String> elements =
                    new ArrayList<>(many.stream().map(this::text).toList());
            if (many instanceof Set) {
                elements.sort(null);
            }
            return elements.toString();
        }
        if (plain instanceof Clob || plain instanceof Blob) {
            return large(plain);
        }
        if (plain.getClass().isEnum() || !plain.getClass().getName().startsWith("dev.facade.")) {
            return plain.getClass().getSimpleName() + " " + plain;
        }
        return object(plain);
    }

    private static boolean isOf(Class<?> type, Object value) {
        LazyInitializer lazy = HibernateProxy.extractLazyInitializer(value);
        return type.isAssignableFrom(lazy == null ? value.getClass() : lazy.getPersistentClass());
    }

    private static Object key(Object value) {
        LazyInitializer lazy = HibernateProxy.extractLazyInitializer(value);
        return lazy == null ? Fields.value(value, "id") : lazy.getIdentifier();
    }

    private static String large(Object value) {
        try {
            return value instanceof Clob clob
                    ? "clob " + clob.getSubString(1, (int) clob.length())
                    : "blob " + HexFormat.of().formatHex(((Blob) value).getBytes(1, (int) ((Blob) value).length()));
        } catch (SQLException gone) {
            return "lost: " + gone.getMessage();
        }
    }

    private String object(Object value) {
        String name = value.getClass().getSimpleName();
        if (path.stream().anyMatch(outer -> outer == value) || path.size() == DEPTH) {
            return name + " again";
        }
        path.add(value);
        String fields = Fields.of(value.getClass()).stream()
                .filter(field -> !field.getName().startsWith("$$"))
                .map(field -> field.getName() + "=" + field(field, value))
                .collect(Collectors.joining(", ", name + "{", "}"));
        path.remove(path.size() - 1);
        return fields;
    }

    private String field(Field field, Object owner) {
        Object value = Fields.get(field, owner);
        boolean hidden = masked.contains(field.getName()) || (masksKeys && isGenerated(field));
        return hidden && value != null ? "#" : text(value);
    }

    private static boolean isGenerated(Field field) {
        return field.isAnnotationPresent(GeneratedValue.class)
                || Arrays.stream(field.getAnnotations())
                        .anyMatch(annotation -> annotation.annotationType().isAnnotationPresent(IdGeneratorType.class));
    }

    /** Samples are of other years. */
    static boolean isNow(Object value) {
        Instant instant = null;
        if (value instanceof Instant moment) {
            instant = moment;
        } else if (value instanceof OffsetDateTime moment) {
            instant = moment.toInstant();
        } else if (value instanceof ZonedDateTime moment) {
            instant = moment.toInstant();
        } else if (value instanceof LocalDateTime moment) {
            return Duration.between(moment, LocalDateTime.now()).abs().compareTo(PRESENT) < 0;
        } else if (value instanceof java.util.Date date && !(value instanceof java.sql.Time)) {
            instant = Instant.ofEpochMilli(date.getTime());
        }
        return instant != null && Duration.between(instant, Instant.now()).abs().compareTo(PRESENT) < 0;
    }

    static boolean isEntity(Class<?> type) {
        return type.isAnnotationPresent(Entity.class);
    }
}
