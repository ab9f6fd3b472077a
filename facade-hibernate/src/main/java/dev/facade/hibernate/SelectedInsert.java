package dev.facade.hibernate;

import dev.facade.operation.ProviderExtension.Selected;
import jakarta.persistence.EntityManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hibernate.dialect.Dialect;
import org.hibernate.dialect.H2Dialect;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.Generator;
import org.hibernate.id.BulkInsertionCapableIdentifierGenerator;
import org.jspecify.annotations.Nullable;

/** One {@code INSERT … SELECT}. Used by one thread. */
final class SelectedInsert {

    private final SharedSessionContractImplementor session;
    private final Dialect dialect;
    private final Selected selected;
    private final BulkTable table;
    private final Translation source;
    private final @Nullable ConflictRule rule;
    private final List<String> columns = new ArrayList<>();
    private final List<String> values = new ArrayList<>();
    private final List<String> sourceColumns = new ArrayList<>();

    SelectedInsert(EntityManager entityManager, Selected selected) {
        this.session = entityManager.unwrap(SharedSessionContractImplementor.class);
        this.dialect = session.getFactory().getJdbcServices().getDialect();
        this.selected = selected;
        this.table = BulkTable.of(selected.entity(), session);
        this.rule = selected.conflict() == null ? null : new ConflictRule(entityManager, table, selected.conflict());
        if (rule != null && !(dialect instanceof PostgreSQLDialect)) {
            throw new UnsupportedOperationException("insertAll: a query with a conflict rule on "
                    + dialect.getClass().getSimpleName() + " (expected: PostgreSQL)");
        }
        for (String name : selected.attributes()) {
            BulkAttribute attribute = table.attribute(name);
            if (attribute.columns().size() != 1) {
                throw new IllegalArgumentException(
                        "attribute: " + table.entity() + "." + name + " (expected: one that is written to one column)");
            }
            String column = "c" + sourceColumns.size();
            sourceColumns.add(column);
            columns.add(attribute.columns().get(0).name());
            values.add("s." + column);
        }
        addMissing();
        this.source = Translation.of(selected.source().compile(entityManager));
    }

    private void addMissing() {
        BulkAttribute key = table.key();
        if (key != null && !selected.attributes().contains(key.name())) {
            addKey(key);
        }
        BulkAttribute version = table.version();
        if (version != null && !selected.attributes().contains(version.name())) {
            columns.add(version.columns().get(0).name());
            values.add(Number.class.isAssignableFrom(version.type()) ? "0" : "current_timestamp");
        }
        table.constants().forEach((name, value) -> {
            columns.add(name);
            values.add(value);
        });
    }

    private void addKey(BulkAttribute key) {
        Generator generator = key.generator();
        if (generator != null && generator.generatedOnExecution()) {
            return; // the column makes it
        }
        columns.add(key.columns().get(0).name());
        if (generator instanceof BulkInsertionCapableIdentifierGenerator sequence
                && sequence.supportsBulkInsertionIdentifierGeneration()) {
            values.add(sequence.determineBulkInsertionIdentifierGenerationSelectFragment(
                    session.getFactory().getSqlStringGenerationContext()));
        } else if (key.type() == UUID.class && generator != null) {
            values.add(dialect instanceof H2Dialect ? "random_uuid()" : "gen_random_uuid()");
        } else {
            throw new IllegalArgumentException("query: selects no " + key.name() + " (expected: the key of a "
                    + table.entity() + ", which the database cannot make)");
        }
    }

    long run() {
        String target = table.name() + (rule == null ? "" : " as " + rule.alias());
        String sql =
                "insert into " + target + " (" + String.join(", ", columns) + ") select " + String.join(", ", values)
                        + " from (" + source.sql() + ") s (" + String.join(", ", sourceColumns) + ")"
                        + (rule == null ? "" : " where true" + rule.onConflict());
        PreparedStatement statement = Jdbc.prepare(session, sql);
        try {
            if (selected.timeout() != null) {
                statement.setQueryTimeout((int) selected.timeout().limit().toSeconds());
            }
            int position = source.bind(statement, 1, 0, source.size());
            if (rule != null) {
                rule.bindCondition(statement, rule.bindAssignments(statement, position));
            }
            return session.getJdbcCoordinator().getResultSetReturn().executeUpdate(statement, sql);
        } catch (SQLException failure) {
            throw Jdbc.converted(session, failure, sql);
        } finally {
            Jdbc.release(session, statement);
        }
    }
}
