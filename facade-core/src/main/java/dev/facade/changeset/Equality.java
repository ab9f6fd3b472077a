package dev.facade.changeset;

import dev.facade.engine.entity.EntityShape;
import dev.facade.engine.entity.Property;
import jakarta.persistence.OrderColumn;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** When two values of a field are the same. */
final class Equality {

    private Equality() {}

    /** Entities are the same by their keys, elements in a table of their own by what is stored of them. */
    static boolean same(Property property, @Nullable Object left, @Nullable Object right) {
        if (property.isAssociation() && !property.isToMany() && isEntity(property, left) && isEntity(property, right)) {
            return Children.isSame(left, Objects.requireNonNull(right));
        }
        if (property.isElementCollection() && !(EntityShape.isLoaded(left) && EntityShape.isLoaded(right))) {
            return left == right;
        }
        boolean anyOrder = property.isElementCollection() && property.annotation(OrderColumn.class) == null;
        if (anyOrder && left instanceof Collection<?> a && right instanceof Collection<?> b) {
            return sameInAnyOrder(a, b);
        }
        return same(left, right);
    }

    /** A change of an association may be a changeset. */
    private static boolean isEntity(Property property, @Nullable Object value) {
        return property.type().isInstance(value);
    }

    private static boolean sameInAnyOrder(Collection<?> left, Collection<?> right) {
        return left.size() == right.size() && counted(left).equals(counted(right));
    }

    private static Map<Object, Integer> counted(Collection<?> elements) {
        Map<Object, Integer> counts = new HashMap<>();
        elements.forEach(element -> counts.merge(comparable(element), 1, Integer::sum));
        return counts;
    }

    /** Equal for elements that are the same. */
    private static Object comparable(@Nullable Object element) {
        if (element instanceof BigDecimal decimal) {
            return decimal.signum() == 0 ? BigDecimal.ZERO : decimal.stripTrailingZeros();
        }
        if (element instanceof Date date) {
            return instant(date);
        }
        if (element instanceof List<?> list) {
            return list.stream().map(Equality::comparable).toList();
        }
        if (element != null && element.getClass().isArray()) {
            return Map.entry(
                    element.getClass(),
                    IntStream.range(0, Array.getLength(element))
                            .mapToObj(i -> comparable(Array.get(element, i)))
                            .toList());
        }
        return Optional.ofNullable(element);
    }

    /** Decimals are the same whatever their scale, dates whatever their class, lists and arrays if their elements are. */
    private static boolean same(@Nullable Object left, @Nullable Object right) {
        if (left instanceof BigDecimal a && right instanceof BigDecimal b) {
            return a.compareTo(b) == 0;
        }
        if (left instanceof Date a && right instanceof Date b) {
            return instant(a).equals(instant(b));
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            Iterator<?> others = b.iterator();
            return a.size() == b.size() && a.stream().allMatch(element -> same(element, others.next()));
        }
        return Objects.deepEquals(left, right);
    }

    @SuppressWarnings("JavaUtilDate") // the entity's own choice
    private static Instant instant(Date date) {
        return date instanceof Timestamp exact ? exact.toInstant() : Instant.ofEpochMilli(date.getTime());
    }
}
