package dev.facade.hibernate;

import java.util.ArrayList;
import java.util.List;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.mutation.InsertCoordinatorStandard;
import org.hibernate.sql.model.MutationOperationGroup;
import org.hibernate.sql.model.ValuesAnalysis;
import org.hibernate.sql.model.ast.ColumnValueBinding;
import org.hibernate.sql.model.ast.MutationGroup;
import org.hibernate.sql.model.ast.TableInsert;
import org.hibernate.sql.model.internal.TableInsertCustomSql;
import org.jspecify.annotations.Nullable;

/**
 * Hibernate's own insert of an entity: its columns, and what it writes to each. Only Hibernate knows what is aggregated,
 * generated, or the same in each row. Immutable.
 *
 * @param columns the key's too, in Hibernate's order; a column may be named twice
 * @param obstacle why a row is more than one plain insert, or null
 */
record InsertModel(
        List<ColumnValueBinding> columns, @Nullable String obstacle) {

    static InsertModel of(EntityPersister persister) {
        MutationGroup group = new Reader(persister, persister.getFactory()).read();
        List<ColumnValueBinding> columns = new ArrayList<>();
        for (int i = 0; i < group.getNumberOfTableMutations(); i++) {
            columns.addAll(((TableInsert) group.getTableMutation(i)).getValueBindings());
        }
        return new InsertModel(columns, obstacle(persister, group, columns));
    }

    private static @Nullable String obstacle(
            EntityPersister persister, MutationGroup group, List<ColumnValueBinding> columns) {
        if (Envers.audits(persister)) {
            return "is @Audited by Envers";
        }
        if (persister.getInsertCoordinator().getClass() != InsertCoordinatorStandard.class) {
            return "keeps a history, @Audited or @Temporal";
        }
        if (group.getNumberOfTableMutations() != 1) {
            return "is spread over tables";
        }
        if (group.getTableMutation(0) instanceof TableInsertCustomSql) {
            return "has an @SQLInsert";
        }
        boolean inParts = columns.stream()
                .anyMatch(column -> column.getValueExpression().getParameters().size() > 1);
        return inParts ? "has an aggregate that is written in parts" : null;
    }

    /** Lets Hibernate build an insert, and keeps what it has built. */
    private static final class Reader extends InsertCoordinatorStandard {

        private @Nullable MutationGroup group;

        Reader(EntityPersister persister, SessionFactoryImplementor factory) {
            super(persister, factory);
        }

        /** With the key, even if the database could make it. */
        @SuppressWarnings("NullAway") // a model needs neither an entity nor a session
        MutationGroup read() {
            generateDynamicInsertSqlGroup(
                    entityPersister().getPropertyInsertability().clone(), null, null, true);
            return group;
        }

        @Override
        protected MutationOperationGroup createOperationGroup(ValuesAnalysis analysis, MutationGroup built) {
            group = built;
            return super.createOperationGroup(analysis, built);
        }
    }
}
