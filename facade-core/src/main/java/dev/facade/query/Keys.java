package dev.facade.query;

import jakarta.persistence.metamodel.EntityType;
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

    static List<String> names(EntityType<?> type) {
        return type.getSingularAttributes().stream()
                .filter(SingularAttribute::isId)
                .map(SingularAttribute::getName)
                .sorted()
                .toList();
    }

    static String path(Order order) {
        Expression<?> expression = order.expression();
        String path = expression == null ? null : expression.path();
        if (path == null || order.saysWhereNullsGo()) {
            throw new IllegalArgumentException(
                    "order: " + expression + " (expected: an attribute that is never null, to page by its values)");
        }
        return path;
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
            Expression<Object> field = Expression.field(path(orders.get(i)));
            Object value = values.get(i);
            Condition beyond = orders.get(i).isAscending() ? field.gt(value) : field.lt(value);
            any = or(any, equal == null ? beyond : equal.and(beyond));
            equal = equal == null ? field.eq(value) : equal.and(field.eq(value));
        }
        return Objects.requireNonNull(any, "order");
    }

    private static Condition or(@Nullable Condition left, Condition right) {
        return left == null ? right : left.or(right);
    }
}
