package dev.facade.hibernate;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.JdbcMapping;
import org.hibernate.metamodel.mapping.SelectableMapping;
import org.hibernate.metamodel.mapping.SqlExpressible;
import org.hibernate.sql.model.ast.ColumnValueBinding;
import org.hibernate.sql.model.ast.ColumnWriteFragment;
import org.hibernate.type.descriptor.ValueBinder;
import org.hibernate.type.descriptor.jdbc.SqlTypedJdbcType;
import org.hibernate.type.descriptor.sql.spi.DdlTypeRegistry;
import org.jspecify.annotations.Nullable;

/**
 * A column that an insert writes. Immutable.
 *
 * @param name as the mapping quotes it
 * @param write what is written: a question mark, an expression with one in it, or the same in each row
 * @param bound whether there is a question mark
 * @param custom whether the mapping transforms what is written
 * @param cast the type that a value of it can be cast to
 */
record BulkColumn(
        String name,
        String write,
        boolean bound,
        boolean custom,
        String cast,
        boolean updatable,
        ValueBinder<Object> binder) {

    @SuppressWarnings("unchecked")
    static BulkColumn of(ColumnValueBinding binding, SessionFactoryImplementor factory) {
        ColumnWriteFragment fragment = binding.getValueExpression();
        JdbcMapping type = fragment.getExpressionType();
        boolean bound = !fragment.getParameters().isEmpty();
        return new BulkColumn(
                binding.getColumnReference().getColumnExpression(),
                fragment.getFragment(),
                bound,
                bound && !fragment.getFragment().equals(plain(fragment, factory)),
                bound ? castType((SelectableMapping) fragment.getSqlTypedMapping(), factory) : "",
                binding.isAttributeUpdatable(),
                (ValueBinder<Object>) type.getJdbcValueBinder());
    }

    /** What is written for a type whose mapping adds nothing. */
    private static String plain(ColumnWriteFragment fragment, SessionFactoryImplementor factory) {
        return fragment.getExpressionType()
                .getJdbcType()
                .wrapWriteExpression(
                        "?",
                        fragment.getSqlTypedMapping().toSize(),
                        factory.getJdbcServices().getDialect());
    }

    /** A value as a parameter of the column's type, where the database could not tell it. */
    String parameter() {
        return bound ? "cast(" + write + " as " + cast + ")" : write;
    }

    /** The SQL that is written for a value of the database. */
    String written(String value) {
        return custom ? write.replace("?", value) : value;
    }

    private static String castType(SelectableMapping selectable, SessionFactoryImplementor factory) {
        if (selectable.getJdbcMapping().getJdbcType() instanceof SqlTypedJdbcType named) {
            return named.getSqlTypeName();
        }
        DdlTypeRegistry types = factory.getTypeConfiguration().getDdlTypeRegistry();
        return types.getDescriptor(selectable.getJdbcMapping().getJdbcType().getDdlTypeCode())
                .getCastTypeName(selectable.toSize(), (SqlExpressible) selectable.getJdbcMapping(), types);
    }

    void bind(
            PreparedStatement statement, @Nullable Object value, int position, SharedSessionContractImplementor session)
            throws SQLException {
        binder.bind(statement, value, position, session);
    }
}
