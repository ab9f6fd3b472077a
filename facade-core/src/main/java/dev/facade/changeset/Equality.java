package dev.facade.changeset;

import dev.facade.entity.EntityShape;
import dev.facade.entity.Property;
import jakarta.persistence.OrderColumn;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
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
        List<@Nullable Object> rest = new ArrayList<>(right);
        return left.size() == right.size() && left.stream().allMatch(element -> isTaken(element, rest));
    }

    private static boolean isTaken(@Nullable Object element, List<@Nullable Object> rest) {
        for (Iterator<@Nullable Object> candidates = rest.iterator(); candidates.hasNext(); ) {
            if (same(element, candidates.next())) {
                candidates.remove();
                return true;
            }
        }
        return false;
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
