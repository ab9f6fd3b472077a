package dev.facade.query;

import dev.facade.engine.entity.Echo;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EntityType;
import jakarta.persistence.metamodel.ManagedType;
import jakarta.persistence.metamodel.SingularAttribute;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The keys of rows: they name rows, and say where a page begins. */
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

    /**
     * The paths of attributes with a value each, which can be read from a row: what is ordered by, or the parts of the
     * embeddable that is ordered by, in the order of their names.
     */
    static List<String> paths(Order order, EntityType<?> type, @Nullable String alias) {
        Expression<?> expression = order.expression();
        String path = expression == null ? null : expression.path();
        if (path == null) {
            throw notPageable(expression, type);
        }
        String own = alias != null && path.startsWith(alias + ".") ? path.substring(alias.length() + 1) : path;
        SingularAttribute<?, ?> attribute = attribute(own, type);
        if (attribute == null) {
            throw notPageable(expression, type);
        }
        List<String> leaves = new ArrayList<>();
        addLeaves(leaves, own, attribute, isInKey(own, type), expression, type);
        return leaves;
    }

    /** The paths of the key. */
    static List<String> paths(EntityType<?> type) {
        return names(type).stream()
                .flatMap(name -> paths(Expression.field(name).asc(), type, null).stream())
                .toList();
    }

    /** A key is never null, so its references can be told by theirs. */
    private static void addLeaves(
            List<String> leaves,
            String path,
            SingularAttribute<?, ?> attribute,
            boolean isInKey,
            Expression<?> expression,
            EntityType<?> type) {
        ManagedType<?> parts = parts(attribute);
        if (parts == null) {
            leaves.add(path);
            return;
        }
        boolean isTold = isInKey && parts instanceof EntityType<?> other && other.hasSingleIdAttribute();
        if (attribute.isAssociation() && !isTold) {
            throw notPageable(expression, type);
        }
        parts.getSingularAttributes().stream()
                .filter(part -> !attribute.isAssociation() || part.isId())
                .sorted(Comparator.comparing(Attribute::getName))
                .forEach(part -> addLeaves(leaves, path + "." + part.getName(), part, isInKey, expression, type));
    }

    /** The attributes of an embeddable or entity; null of a single value, even if the provider stores it as several. */
    private static @Nullable ManagedType<?> parts(SingularAttribute<?, ?> attribute) {
        return attribute.getType() instanceof ManagedType<?> parts
                        && parts.getAttributes().stream().allMatch(part -> isMember(part, attribute.getJavaType()))
                ? parts
                : null;
    }

    private static boolean isMember(Attribute<?, ?> part, Class<?> owner) {
        return part.getJavaMember() != null
                && part.getJavaMember().getDeclaringClass().isAssignableFrom(owner);
    }

    private static IllegalArgumentException notPageable(@Nullable Expression<?> expression, EntityType<?> type) {
        return new IllegalArgumentException("order: by " + Echo.of(expression) + " (expected: attributes of "
                + type.getName() + " itself, without associations, to page by their values)");
    }

    private static boolean isInKey(String path, EntityType<?> type) {
        int end = path.indexOf('.');
        return Names.attribute(type, end < 0 ? path : path.substring(0, end)) instanceof SingularAttribute<?, ?> first
                && first.isId();
    }

    /** Null if the path leads through an association that is no part of the key. */
    private static @Nullable SingularAttribute<?, ?> attribute(String path, EntityType<?> type) {
        boolean isInKey = isInKey(path, type);
        ManagedType<?> managed = type;
        SingularAttribute<?, ?> attribute = null;
        for (String name : path.split("\\.", -1)) {
            Attribute<?, ?> next = managed == null ? null : Names.attribute(managed, name);
            if (!(next instanceof SingularAttribute<?, ?> one) || (one.isAssociation() && !isInKey)) {
                return null;
            }
            attribute = one;
            managed = parts(one);
        }
        return attribute;
    }

    /** The order by one of its paths, with nulls in a place that is known if there can be any. */
    static Order placed(Order order, String path, EntityType<?> type) {
        SingularAttribute<?, ?> attribute = Objects.requireNonNull(attribute(path, type));
        Order placed = order.by(path);
        boolean nullable = !isInKey(path, type) && (path.contains(".") || attribute.isOptional());
        return nullable && !attribute.getJavaType().isPrimitive() ? placed.nullsHigh() : placed;
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
