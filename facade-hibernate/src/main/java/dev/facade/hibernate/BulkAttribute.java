package dev.facade.hibernate;

import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.hibernate.TransientObjectException;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.BeforeExecutionGenerator;
import org.hibernate.generator.EventType;
import org.hibernate.generator.Generator;
import org.hibernate.metamodel.mapping.BasicValuedModelPart;
import org.hibernate.metamodel.mapping.EntityIdentifierMapping;
import org.hibernate.metamodel.mapping.EntityMappingType;
import org.hibernate.metamodel.mapping.ModelPart;
import org.hibernate.metamodel.mapping.SelectableMappings;
import org.jspecify.annotations.Nullable;

/** An attribute and the columns that an insert writes its values to. Immutable. */
final class BulkAttribute {

    private final String name;
    private final ModelPart part;
    private final UnaryOperator<@Nullable Object> getter;
    private final Class<?> type;
    private final @Nullable Generator generator;
    private final boolean id;
    private final List<BulkColumn> columns = new ArrayList<>();

    /** Where each value of the attribute goes; -1: nowhere, since its column is not written. */
    private final int[] positions;

    BulkAttribute(
            String name,
            ModelPart part,
            UnaryOperator<@Nullable Object> getter,
            @Nullable Generator generator,
            boolean id,
            int first,
            String table,
            SessionFactoryImplementor factory) {
        this.name = name;
        this.part = part;
        this.getter = getter;
        this.type = MethodType.methodType(part.getJavaType().getJavaTypeClass())
                .wrap()
                .returnType();
        this.generator = generator;
        this.id = id;
        this.positions = new int[part.getJdbcTypeCount()];
        ((SelectableMappings) part).forEachSelectable((index, selectable) -> {
            boolean written = !selectable.isFormula() && (id || selectable.isInsertable());
            positions[index] = written ? first + columns.size() : -1;
            if (written) {
                if (!selectable.getContainingTableExpression().equals(table)) {
                    throw new UnsupportedOperationException("insertAll: " + name + " is stored in "
                            + selectable.getContainingTableExpression() + " (expected: entities in one table)");
                }
                columns.add(BulkColumn.of(selectable, factory));
            }
        });
    }

    String name() {
        return name;
    }

    boolean isId() {
        return id;
    }

    List<BulkColumn> columns() {
        return columns;
    }

    @Nullable
    Generator generator() {
        return generator;
    }

    Class<?> type() {
        return type;
    }

    @Nullable
    Object get(Object entity) {
        return getter.apply(entity);
    }

    /** Whether a key counts as not set: null, or zero where it is generated. */
    boolean isUnset(@Nullable Object value) {
        return value == null
                || (part instanceof EntityIdentifierMapping key
                        && Boolean.TRUE.equals(key.getUnsavedStrategy().isUnsaved(value)));
    }

    /** What is to be written if there is no value, or null if there is no such thing. */
    @Nullable
    Object generate(SharedSessionContractImplementor session, @Nullable Object owner) {
        return generator instanceof BeforeExecutionGenerator before
                        && generator.generatesOnInsert()
                        && !generator.generatedOnExecution()
                ? before.generate(session, owner, null, EventType.INSERT)
                : null;
    }

    void check(@Nullable Object value) {
        if (columns.isEmpty()) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: not given, its column is not written)");
        }
        if (value != null && !type.isInstance(value)) {
            throw new IllegalArgumentException(name + ": " + value + " of type "
                    + value.getClass().getName() + " (expected: " + type.getName() + ")");
        }
    }

    /** Puts a value, as JDBC has it, into the cells of a row. */
    void write(@Nullable Object value, @Nullable Object[] cells, SharedSessionContractImplementor session) {
        if (part instanceof BasicValuedModelPart basic && part.getJdbcTypeCount() == 1) {
            if (positions[0] >= 0) {
                cells[positions[0]] = basic.getJdbcMapping().convertToRelationalValue(value);
            }
            return;
        }
        try {
            part.breakDownJdbcValues(
                    value,
                    0,
                    cells,
                    null,
                    (index, row, none, jdbcValue, selectable) -> {
                        if (positions[index] >= 0) {
                            row[positions[index]] = jdbcValue;
                            checkKey(value, jdbcValue);
                        }
                    },
                    session);
        } catch (TransientObjectException unsaved) {
            throw withoutKey(value, unsaved);
        }
    }

    private void checkKey(@Nullable Object value, @Nullable Object key) {
        boolean association = part.getPartMappingType() instanceof EntityMappingType;
        if (association && value != null && key == null) {
            throw withoutKey(value, null);
        }
    }

    private IllegalArgumentException withoutKey(@Nullable Object value, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                name + ": a " + type.getSimpleName() + " without key, " + value
                        + " (expected: one that was inserted before)",
                cause);
    }

    void fill(@Nullable Object cell, @Nullable Object[] cells) {
        for (int position : positions) {
            if (position >= 0) {
                cells[position] = cell;
            }
        }
    }
}
