package dev.facade.query;

import dev.facade.entity.Echo;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EntityType;
import jakarta.persistence.metamodel.ManagedType;
import jakarta.persistence.metamodel.SingularAttribute;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What keys are for: to name rows, and to say where a page begins. */
final class Keys {

    private Keys() {}

    static String single(EntityType<?> type) {
        if (type.hasSingleIdAttribute()) {
            for (SingularAttribute<?, ?> attribute : type.getSingularAttributes()) {
                if (attribute.isId()) {
                    return attribute.getName();
                }
            }
        }
        throw new IllegalArgumentException("key: " + type.getName()
                + " has several attributes in it (expected: one, for a statement with joins, limit or groups)");
    }

    static @Nullable SingularAttribute<?, ?> version(EntityType<?> type) {
        return type.getSingularAttributes().stream()
                .filter(SingularAttribute::isVersion)
                .findFirst()
                .orElse(null);
    }

    static List<String> names(EntityType<?> type) {
        return type.getSingularAttributes().stream()
                .filter(SingularAttribute::isId)
                .map(SingularAttribute::getName)
                .sorted()
                .toList();
    }

    /** The path of an attribute of the entity itself, which can be read from a row. */
    static String path(Order order, EntityType<?> type, @Nullable String alias) {
        Expression<?> expression = order.expression();
        String path = expression == null ? null : expression.path();
        if (path == null) {
            throw notPageable(expression, type);
        }
        String own = alias != null && path.startsWith(alias + ".") ? path.substring(alias.length() + 1) : path;
        if (attribute(own, type) == null) {
            throw notPageable(expression, type);
        }
        return own;
    }

    private static IllegalArgumentException notPageable(@Nullable Expression<?> expression, EntityType<?> type) {
        return new IllegalArgumentException("order: by " + Echo.of(expression) + " (expected: attributes of "
                + type.getName() + " itself, to page by their values)");
    }

    /** Null if the path leads through an association, or to one. */
    private static @Nullable SingularAttribute<?, ?> attribute(String path, EntityType<?> type) {
        ManagedType<?> managed = type;
        SingularAttribute<?, ?> attribute = null;
        for (String name : path.split("\\.", -1)) {
            Attribute<?, ?> next = managed == null ? null : Names.attribute(managed, name);
            if (!(next instanceof SingularAttribute<?, ?> one) || one.isAssociation()) {
                return null;
            }
            attribute = one;
            managed = one.getType() instanceof ManagedType<?> embeddable ? embeddable : null;
        }
        return managed == null ? attribute : null;
    }

    /** The order, with nulls in a place that is known if there can be any. */
    static Order placed(Order order, String path, EntityType<?> type) {
        SingularAttribute<?, ?> attribute = Objects.requireNonNull(attribute(path, type));
        boolean nullable = path.contains(".") || (attribute.isOptional() && !attribute.isId());
        return nullable && !attribute.getJavaType().isPrimitive() ? order.nullsHigh() : order;
    }

    /** (a > x) or (a = x and b > y) or … */
    static Condition after(List<Order> orders, List<?> values) {
        if (values.size() != orders.size()) {
            throw new IllegalArgumentException("cursor: " + values.size() + " value(s) (expected: " + orders.size()
                    + ", one for each criterion of the order)");
        }
        Condition any = null;
        Condition equal = null;
        for (int i = 0; i < values.size(); i++) {
            Expression<?> field = Objects.requireNonNull(orders.get(i).expression());
            Condition beyond = beyond(field, orders.get(i), values.get(i));
            if (beyond != null) {
                any = or(any, and(equal, beyond));
            }
            equal = and(equal, values.get(i) == null ? field.isNull() : field.eq(values.get(i)));
        }
        if (any == null) {
            throw new IllegalArgumentException("cursor: " + Echo.of(values)
                    + " (expected: the values of a row, none null" + " of an attribute that is never null)");
        }
        return any;
    }

    /** What comes after a value; null: nothing does. */
    private static @Nullable Condition beyond(Expression<?> field, Order order, @Nullable Object value) {
        if (value == null) {
            return order.isNullsFirst() ? field.isNotNull() : null;
        }
        Condition beyond = order.isAscending() ? field.gt(value) : field.lt(value);
        return order.saysWhereNullsGo() && !order.isNullsFirst() ? beyond.or(field.isNull()) : beyond;
    }

    private static Condition and(@Nullable Condition left, Condition right) {
        return left == null ? right : left.and(right);
    }

    private static Condition or(@Nullable Condition left, Condition right) {
        return left == null ? right : left.or(right);
    }
}
