package dev.facade.hibernate;

import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hibernate.Hibernate;
import org.hibernate.TransientObjectException;
import org.hibernate.engine.internal.ForeignKeys;
import org.hibernate.engine.spi.CascadingActions;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.Generator;
import org.hibernate.metamodel.mapping.AttributeMapping;
import org.hibernate.metamodel.mapping.BasicValuedModelPart;
import org.hibernate.metamodel.mapping.EmbeddableValuedModelPart;
import org.hibernate.metamodel.mapping.EntityIdentifierMapping;
import org.hibernate.metamodel.mapping.ModelPart;
import org.hibernate.metamodel.mapping.SelectableConsumer;
import org.hibernate.metamodel.mapping.SelectableMapping;
import org.hibernate.metamodel.mapping.internal.ToOneAttributeMapping;
import org.jspecify.annotations.Nullable;

/** An attribute and the columns that an insert writes its values to. Immutable. */
final class BulkAttribute {

    private final String name;
    private final ModelPart part;
    private final Class<?> type;
    private final @Nullable Generator generator;
    private final boolean id;
    private final List<BulkColumn> columns = new ArrayList<>();
    private final Map<String, Integer> positions;
    private final boolean updatable;
    private final boolean cascaded;

    /** Where the value of an attribute with one plain column goes; -1 if there are several, or none. */
    private final int position;

    /**
     * Reads a mapping.
     *
     * @param positions of the columns that are bound, by name
     */
    BulkAttribute(
            String name,
            ModelPart part,
            @Nullable Generator generator,
            boolean id,
            List<BulkColumn> all,
            Map<String, Integer> positions) {
        this.name = name;
        this.part = part;
        this.type = MethodType.methodType(part.getJavaType().getJavaTypeClass())
                .wrap()
                .returnType();
        this.generator = generator;
        this.id = id;
        this.positions = positions;
        SelectableConsumer own = (index, selectable) -> {
            if (isWritten(selectable)) {
                columns.add(all.get(Objects.requireNonNull(positions.get(selectable.getSelectionExpression()))));
            }
        };
        if (part instanceof AttributeMapping attribute && !id) {
            attribute.forEachInsertable(own);
        } else {
            part.forEachSelectable(own);
        }
        List<SelectableMapping> updated = new ArrayList<>();
        if (part instanceof AttributeMapping attribute) {
            attribute.forEachUpdatable((index, selectable) -> updated.add(selectable));
        }
        this.updatable = !updated.isEmpty();
        this.cascaded = part instanceof ToOneAttributeMapping one
                && one.getAttributeMetadata().getCascadeStyle().doCascade(CascadingActions.PERSIST);
        boolean plain = part instanceof BasicValuedModelPart && columns.size() == 1;
        this.position =
                plain ? Objects.requireNonNull(positions.get(columns.get(0).name())) : -1;
    }

    private boolean isWritten(SelectableMapping selectable) {
        return !selectable.isFormula()
                && (id || selectable.isInsertable())
                && positions.containsKey(selectable.getSelectionExpression());
    }

    String name() {
        return name;
    }

    /** Tells whether it is an embeddable with subclasses, of which a query selects the class as well. */
    boolean isPolymorphic() {
        return part instanceof EmbeddableValuedModelPart embedded
                && embedded.getEmbeddableTypeDescriptor().isPolymorphic();
    }

    boolean isId() {
        return id;
    }

    /**
     * The columns that take values; none for an attribute that is generated in SQL, is never inserted, or stands in
     * another table.
     */
    List<BulkColumn> columns() {
        return columns;
    }

    /** Tells whether updates write it, be it inserted or not. */
    boolean isUpdatable() {
        return updatable;
    }

    /** Tells whether all of its values are written, so that a query may select them in their order. */
    boolean isWhole() {
        return !columns.isEmpty() && columns.size() == part.getJdbcTypeCount();
    }

    /** Tells whether its columns are those of the key, which writes them. */
    boolean isReferenceOfKey() {
        return columns.isEmpty() && part instanceof ToOneAttributeMapping;
    }

    boolean isEmbedded() {
        return part instanceof EmbeddableValuedModelPart;
    }

    /** Tells whether it is one document or object in the database. */
    boolean isAggregate() {
        return part instanceof EmbeddableValuedModelPart embedded
                && embedded.getEmbeddableTypeDescriptor().getAggregateMapping() != null;
    }

    @Nullable
    Generator generator() {
        return generator;
    }

    Class<?> type() {
        return type;
    }

    /** Tells whether a key counts as not set: null, or zero where it is generated. */
    boolean isUnset(@Nullable Object value) {
        return value == null
                || (part instanceof EntityIdentifierMapping key
                        && Boolean.TRUE.equals(key.getUnsavedStrategy().isUnsaved(value)));
    }

    void check(@Nullable Object value) {
        if (columns.isEmpty()) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: not given, its column is not written)");
        }
        if (value != null && !accepts(value)) {
            throw new IllegalArgumentException(name + ": " + value + " of type "
                    + value.getClass().getName() + " (expected: " + type.getName()
                    + (keyType() == null ? "" : ", or its key, a " + keyType().getName()) + ")");
        }
    }

    /** The key of what a reference refers to, if that may stand for it: it is what the columns hold. */
    private @Nullable Class<?> keyType() {
        return part instanceof ToOneAttributeMapping one && one.isReferenceToPrimaryKey()
                ? MethodType.methodType(one.getEntityMappingType()
                                .getIdentifierMapping()
                                .getJavaType()
                                .getJavaTypeClass())
                        .wrap()
                        .returnType()
                : null;
    }

    private boolean isKey(Object value) {
        Class<?> key = keyType();
        return key != null && key.isInstance(value);
    }

    /** Tells whether a value may be written: one of the attribute's type, or the key of what it refers to. */
    boolean accepts(Object value) {
        return type.isInstance(value) || isKey(value);
    }

    /** The entity that a key stands for, as a reference; any other value as it is. */
    Object entityOr(Object value, SharedSessionContractImplementor session) {
        return part instanceof ToOneAttributeMapping one && !type.isInstance(value)
                ? session.internalLoad(one.getEntityMappingType().getEntityName(), value, false, false)
                : value;
    }

    void set(Object entity, Object value, SharedSessionContractImplementor session) {
        if (part instanceof EntityIdentifierMapping key) {
            key.setIdentifier(entity, value, session);
        } else {
            ((AttributeMapping) part).setValue(entity, value);
        }
    }

    /** Puts a value, as JDBC has it, into the cells of a row. */
    void write(@Nullable Object value, @Nullable Object[] cells, SharedSessionContractImplementor session) {
        if (position >= 0) {
            cells[position] = ((BasicValuedModelPart) part).getJdbcMapping().convertToRelationalValue(value);
            return;
        }
        checkStored(value, session);
        ModelPart written = value != null && part instanceof ToOneAttributeMapping one && !type.isInstance(value)
                ? one.getForeignKeyDescriptor()
                : part;
        try {
            written.decompose(
                    value,
                    0,
                    cells,
                    null,
                    (index, row, none, cell, selectable) -> {
                        if (isWritten(selectable)) {
                            row[Objects.requireNonNull(positions.get(selectable.getSelectionExpression()))] = cell;
                            checkKey(value, cell);
                        }
                    },
                    session);
        } catch (TransientObjectException unsaved) {
            throw withoutKey(value, unsaved);
        }
    }

    /** What is inserted along with the row in a persist would be missing here. */
    private void checkStored(@Nullable Object value, SharedSessionContractImplementor session) {
        if (cascaded
                && value != null
                && type.isInstance(value)
                && Hibernate.isInitialized(value)
                && ForeignKeys.isTransient(session.bestGuessEntityName(value), value, null, session)) {
            throw withoutKey(value, null);
        }
    }

    private void checkKey(@Nullable Object value, @Nullable Object key) {
        if (part instanceof ToOneAttributeMapping && value != null && key == null) {
            throw withoutKey(value, null);
        }
    }

    private IllegalArgumentException withoutKey(@Nullable Object value, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                name + ": a new " + type.getSimpleName() + ", or one without key, " + value
                        + " (expected: one that was inserted before)",
                cause);
    }

    void fill(@Nullable Object cell, @Nullable Object[] cells) {
        for (BulkColumn column : columns) {
            cells[Objects.requireNonNull(positions.get(column.name()))] = cell;
        }
    }
}
