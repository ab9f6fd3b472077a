package dev.facade.hibernate;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.hibernate.dialect.Dialect;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.SelectableMapping;
import org.hibernate.metamodel.mapping.SqlExpressible;
import org.hibernate.sql.ast.spi.StringBuilderSqlAppender;
import org.hibernate.type.descriptor.ValueBinder;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.hibernate.type.spi.TypeConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * A column that an insert writes. Immutable.
 *
 * @param name as the mapping quotes it
 * @param write a question mark, or an expression with one in it
 * @param cast the type that a value of it can be cast to
 */
record BulkColumn(String name, String write, String cast, boolean updatable, ValueBinder<Object> binder) {

    @SuppressWarnings("unchecked")
    static BulkColumn of(SelectableMapping selectable, SessionFactoryImplementor factory) {
        JdbcType type = selectable.getJdbcMapping().getJdbcType();
        Dialect dialect = factory.getJdbcServices().getDialect();
        StringBuilderSqlAppender write = new StringBuilderSqlAppender();
        type.appendWriteExpression(selectable.getWriteExpression(), selectable.toSize(), write, dialect);
        TypeConfiguration types = factory.getTypeConfiguration();
        String cast = types.getDdlTypeRegistry()
                .getDescriptor(type.getDdlTypeCode())
                .getCastTypeName(
                        selectable.toSize(), (SqlExpressible) selectable.getJdbcMapping(), types.getDdlTypeRegistry());
        return new BulkColumn(
                selectable.getSelectionExpression(), write.toString(), cast, selectable.isUpdateable(), (ValueBinder<
                                Object>)
                        selectable.getJdbcMapping().getJdbcValueBinder());
    }

    void bind(
            PreparedStatement statement, @Nullable Object value, int position, SharedSessionContractImplementor session)
            throws SQLException {
        binder.bind(statement, value, position, session);
    }
}
