package dev.facade.changeset;

import dev.facade.engine.entity.EntityShape;
import dev.facade.engine.entity.Property;
import jakarta.persistence.Column;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.Table;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a constraint is called when nobody says otherwise: {@code table_column_index}, {@code table_column_fkey}. */
final class DefaultNames {

    private DefaultNames() {}

    static String index(EntityShape shape, List<String> fields) {
        return table(shape) + "_"
                + fields.stream().map(field -> column(shape.property(field))).collect(Collectors.joining("_"))
                + "_index";
    }

    static String foreignKey(EntityShape shape, String field) {
        return table(shape) + "_" + column(shape.property(field)) + "_fkey";
    }

    /** The key of the others that point here. */
    static String foreignKeyOfOthers(EntityShape shape, String association) {
        Property property = shape.property(association);
        EntityShape other = EntityShape.of(property.target());
        String mappedBy = property.mappedBy();
        if (mappedBy == null) {
            throw new IllegalArgumentException(
                    "association: " + property + " (expected: one that the other side stores, or a name)");
        }
        return foreignKey(other, mappedBy);
    }

    private static String table(EntityShape shape) {
        Table table = shape.type().getAnnotation(Table.class);
        return table == null || table.name().isEmpty() ? snake(shape.type().getSimpleName()) : table.name();
    }

    private static String column(Property property) {
        Column column = property.annotation(Column.class);
        if (column != null && !column.name().isEmpty()) {
            return column.name();
        }
        JoinColumn join = property.annotation(JoinColumn.class);
        if (join != null && !join.name().isEmpty()) {
            return join.name();
        }
        return snake(property.name()) + (property.isAssociation() ? "_" + keyOf(property.target()) : "");
    }

    /** The column that a foreign key points at. */
    private static String keyOf(Class<?> target) {
        List<Property> ids = EntityShape.of(target).ids();
        return ids.size() == 1 && !ids.get(0).isEmbedded() ? column(ids.get(0)) : "id";
    }

    private static String snake(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
