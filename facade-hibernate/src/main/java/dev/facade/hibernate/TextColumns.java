package dev.facade.hibernate;

import dev.facade.spi.ProviderExtension.TextColumn;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.metamodel.mapping.AttributeMapping;
import org.hibernate.metamodel.mapping.BasicValuedModelPart;
import org.hibernate.metamodel.mapping.EmbeddableValuedModelPart;
import org.hibernate.metamodel.mapping.SelectableMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** The columns of an entity that hold text. */
final class TextColumns {

    private static final int DEFAULT_LENGTH = 255;

    private final List<TextColumn> found = new ArrayList<>();

    private TextColumns() {}

    static List<TextColumn> of(EntityPersister persister) {
        TextColumns columns = new TextColumns();
        persister.getAttributeMappings().forEach(attribute -> columns.add("", attribute));
        return columns.found;
    }

    private void add(String prefix, AttributeMapping attribute) {
        String path = prefix + attribute.getAttributeName();
        if (attribute instanceof EmbeddableValuedModelPart embedded) {
            embedded.getEmbeddableTypeDescriptor().getAttributeMappings().forEach(part -> add(path + ".", part));
        } else if (attribute instanceof BasicValuedModelPart basic
                && attribute.getJavaType().getJavaTypeClass() == String.class) {
            found.add(new TextColumn(path, basic.getSelectionExpression(), length(basic)));
        }
    }

    /** Null if the mapping does not limit it. */
    private static @Nullable Integer length(SelectableMapping column) {
        int code = column.getJdbcMapping().getJdbcType().getDefaultSqlTypeCode();
        boolean limited = code == SqlTypes.VARCHAR || code == SqlTypes.NVARCHAR || code == SqlTypes.CHAR;
        if (!limited) {
            return null;
        }
        Long length = column.getLength();
        return length == null ? Integer.valueOf(DEFAULT_LENGTH) : Integer.valueOf(Math.toIntExact(length));
    }
}
