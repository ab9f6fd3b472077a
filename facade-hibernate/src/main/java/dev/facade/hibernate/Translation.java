package dev.facade.hibernate;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.MappingModelExpressible;
import org.hibernate.query.spi.DomainQueryExecutionContext;
import org.hibernate.query.sqm.internal.SqmJdbcExecutionContextAdapter;
import org.hibernate.query.sqm.internal.SqmQueryImpl;
import org.hibernate.query.sqm.internal.SqmUtil;
import org.hibernate.query.sqm.spi.SqmParameterMappingModelResolutionAccess;
import org.hibernate.query.sqm.sql.SqmTranslation;
import org.hibernate.query.sqm.sql.SqmTranslator;
import org.hibernate.query.sqm.sql.SqmTranslatorFactory;
import org.hibernate.query.sqm.tree.SqmDmlStatement;
import org.hibernate.query.sqm.tree.SqmStatement;
import org.hibernate.query.sqm.tree.expression.SqmParameter;
import org.hibernate.query.sqm.tree.select.SqmSelectStatement;
import org.hibernate.sql.ast.SqlAstTranslator;
import org.hibernate.sql.ast.SqlAstTranslatorFactory;
import org.hibernate.sql.ast.tree.MutationStatement;
import org.hibernate.sql.ast.tree.Statement;
import org.hibernate.sql.ast.tree.select.SelectStatement;
import org.hibernate.sql.exec.spi.ExecutionContext;
import org.hibernate.sql.exec.spi.JdbcOperation;
import org.hibernate.sql.exec.spi.JdbcParameterBinder;
import org.hibernate.sql.exec.spi.JdbcParameterBindings;

/**
 * The SQL of a query, and what binds its values. Used by one thread.
 *
 * @param sql with a question mark for each bound value
 * @param tables that it selects from, or changes
 * @param columns that it selects; none of an update or delete
 */
record Translation(
        String sql,
        Set<String> tables,
        int columns,
        List<JdbcParameterBinder> binders,
        JdbcParameterBindings bindings,
        ExecutionContext context) {

    static Translation of(jakarta.persistence.Query query) {
        if (query.unwrap(org.hibernate.query.Query.class) instanceof SqmQueryImpl<?> sqm) {
            try {
                return new Translator(sqm).translation();
            } finally {
                sqm.getDomainParameterXref().clearExpansions();
            }
        }
        throw new UnsupportedOperationException("query: " + query + " (expected: of JPQL)");
    }

    /** Binds the values of some of the parameters, and returns the position after them. */
    int bind(PreparedStatement statement, int position, int from, int to) throws SQLException {
        for (int i = from; i < to; i++) {
            binders.get(i).bindParameterValue(statement, position + i - from, bindings, context);
        }
        return position + to - from;
    }

    int size() {
        return binders.size();
    }

    /** What Hibernate does with a query before it runs it. */
    private static final class Translator {

        private final SqmQueryImpl<?> query;
        private final DomainQueryExecutionContext context;
        private final SharedSessionContractImplementor session;
        private final SessionFactoryImplementor factory;

        Translator(SqmQueryImpl<?> query) {
            this.query = query;
            this.context = query;
            this.session = context.getSession();
            this.factory = session.getFactory();
        }

        Translation translation() {
            SqmStatement<?> statement = query.getSqmStatement();
            SqlAstTranslatorFactory translators =
                    factory.getJdbcServices().getJdbcEnvironment().getSqlAstTranslatorFactory();
            if (statement instanceof SqmSelectStatement<?> select) {
                SqmTranslation<SelectStatement> translated = translator(select).translate();
                return rendered(translated, translators.buildSelectTranslator(factory, translated.getSqlAst()));
            }
            SqmTranslation<? extends MutationStatement> translated =
                    translator((SqmDmlStatement<?>) statement).translate();
            return rendered(translated, translators.buildMutationTranslator(factory, translated.getSqlAst()));
        }

        private SqmTranslator<SelectStatement> translator(SqmSelectStatement<?> select) {
            return translators()
                    .createSelectTranslator(
                            select,
                            context.getQueryOptions(),
                            query.getDomainParameterXref(),
                            context.getQueryParameterBindings(),
                            session.getLoadQueryInfluencers(),
                            factory.getSqlTranslationEngine(),
                            false);
        }

        private SqmTranslator<? extends MutationStatement> translator(SqmDmlStatement<?> statement) {
            return translators()
                    .createMutationTranslator(
                            statement,
                            context.getQueryOptions(),
                            query.getDomainParameterXref(),
                            context.getQueryParameterBindings(),
                            session.getLoadQueryInfluencers(),
                            factory.getSqlTranslationEngine());
        }

        private SqmTranslatorFactory translators() {
            return factory.getQueryEngine().getSqmTranslatorFactory();
        }

        private <S extends Statement> Translation rendered(
                SqmTranslation<S> translated, SqlAstTranslator<? extends JdbcOperation> translator) {
            JdbcParameterBindings bindings = bindings(translated);
            JdbcOperation operation = translator.translate(bindings, context.getQueryOptions());
            return new Translation(
                    operation.getSqlString(),
                    operation.getAffectedTableNames(),
                    columns(translated.getSqlAst()),
                    operation.getParameterBinders(),
                    bindings,
                    SqmJdbcExecutionContextAdapter.usingLockingAndPaging(context));
        }

        private static int columns(Statement statement) {
            return statement instanceof SelectStatement select
                    ? select.getQueryPart()
                            .getFirstQuerySpec()
                            .getSelectClause()
                            .getSqlSelections()
                            .size()
                    : 0;
        }

        private JdbcParameterBindings bindings(SqmTranslation<?> translated) {
            Map<SqmParameter<?>, MappingModelExpressible<?>> types =
                    translated.getSqmParameterMappingModelTypeResolutions();
            return SqmUtil.createJdbcParameterBindings(
                    context.getQueryParameterBindings(),
                    query.getDomainParameterXref(),
                    SqmUtil.generateJdbcParamsXref(query.getDomainParameterXref(), translated::getJdbcParamsBySqmParam),
                    new SqmParameterMappingModelResolutionAccess() {
                        @Override
                        @SuppressWarnings("unchecked")
                        public <T> MappingModelExpressible<T> getResolvedMappingModelType(SqmParameter<T> parameter) {
                            return Objects.requireNonNull((MappingModelExpressible<T>) types.get(parameter));
                        }
                    },
                    session);
        }
    }
}
