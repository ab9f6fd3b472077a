package dev.facade.hibernate;

import dev.facade.spi.ProviderExtension.Inserted;
import dev.facade.spi.ProviderExtension.Selected;
import jakarta.persistence.EntityManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.dialect.Dialect;
import org.hibernate.dialect.H2Dialect;
import org.hibernate.dialect.MySQLDialect;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.Generator;
import org.hibernate.generator.internal.TenantIdGeneration;
import org.hibernate.id.BulkInsertionCapableIdentifierGenerator;
import org.jspecify.annotations.Nullable;

/** One {@code INSERT … SELECT}. Used by one thread. */
final class SelectedInsert {

    private final SharedSessionContractImplementor session;
    private final Dialect dialect;
    private final Selected selected;
    private final BulkTable table;
    private final BulkEntity preparation;
    private final Translation source;
    private final @Nullable ConflictRule rule;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final List<String> sourceColumns = new ArrayList<>();
    private final List<BulkColumn> bound = new ArrayList<>();
    private final List<Object> made = new ArrayList<>();

    SelectedInsert(EntityManager entityManager, Selected selected) {
        this.session = entityManager.unwrap(SharedSessionContractImplementor.class);
        this.dialect = session.getFactory().getJdbcServices().getDialect();
        this.selected = selected;
        this.table = BulkTable.of(selected.entity(), session);
        table.checkPlain("a query's rows", "insert them as entities");
        this.preparation = new BulkEntity(session, table, false);
        this.rule = selected.conflict() == null ? null : new ConflictRule(entityManager, table, selected.conflict());
        checkDialect();
        selected.attributes().forEach(this::addSelected);
        addMissing();
        this.source = Translation.of(selected.source().compile(entityManager));
        checkColumns();
    }

    private void checkDialect() {
        boolean postgresql = dialect instanceof PostgreSQLDialect;
        if (rule != null && !postgresql) {
            throw refused("a query with a conflict rule", "PostgreSQL");
        }
        if (selected.keys() && !postgresql && !(dialect instanceof H2Dialect)) {
            throw refused("the keys of a query's rows", "PostgreSQL or H2");
        }
    }

    private UnsupportedOperationException refused(String what, String expected) {
        return new UnsupportedOperationException(
                "insertAll: " + what + " on " + dialect.getClass().getSimpleName() + " (expected: " + expected + ")");
    }

    private void addSelected(String name) {
        BulkAttribute attribute = table.attribute(name);
        if (!attribute.isWhole()) {
            throw new IllegalArgumentException(
                    "attribute: " + table.entity() + "." + name + " (expected: one whose columns are all inserted)");
        }
        if (attribute.isPolymorphic()) {
            throw new UnsupportedOperationException("attribute: " + table.entity() + "." + name
                    + " is an embeddable with subclasses (expected: not selected; insert rows or entities instead)");
        }
        if (attribute.generator() instanceof TenantIdGeneration) {
            throw new IllegalArgumentException("attribute: " + table.entity() + "." + name
                    + " (expected: not selected, since it is the session's @TenantId)");
        }
        for (BulkColumn column : attribute.columns()) {
            String selection = "c" + sourceColumns.size();
            sourceColumns.add(selection);
            values.put(column.name(), column.written("s." + selection));
        }
    }

    private void checkColumns() {
        if (source.columns() != sourceColumns.size()) {
            throw new IllegalArgumentException("query: selects " + source.columns() + " columns for "
                    + selected.attributes() + " of " + table.entity() + " (expected: " + sourceColumns.size()
                    + ", those of the attributes; of a reference its key is selected, as field(\"author.id\"))");
        }
    }

    /** Whatever the query does not select, and the program or the mapping gives to each row. */
    private void addMissing() {
        for (BulkAttribute attribute : table.attributes()) {
            boolean given = selected.attributes().contains(attribute.name());
            if (attribute.isId() && !given) {
                addKey(attribute);
            } else if (!given && !attribute.columns().isEmpty()) {
                addGenerated(attribute);
            }
        }
        for (BulkColumn column : table.columns()) {
            if (!column.bound()) {
                values.put(column.name(), column.write());
            }
        }
    }

    private void addGenerated(BulkAttribute attribute) {
        Object owner = attribute.isEmbedded() ? preparation.owner(table, Map.of()) : null;
        if (owner == null && BulkEntity.looksAtOwner(attribute)) {
            throw new IllegalArgumentException("query: selects no " + attribute.name() + " (expected: a value, since"
                    + " its generator may look at the entity; or insert entities)");
        }
        Object value =
                attribute == table.version() ? preparation.version() : preparation.generate(attribute, owner, null);
        if (value != null) {
            @Nullable Object[] cells = new @Nullable Object[table.columns().size()];
            attribute.write(value, cells, session);
            attribute.columns().forEach(column -> bind(column, cells[table.position(column.name())]));
        }
    }

    private void bind(BulkColumn column, @Nullable Object cell) {
        if (cell != null) {
            values.put(column.name(), column.parameter());
            bound.add(column);
            made.add(cell);
        }
    }

    private void addKey(BulkAttribute key) {
        Generator generator = key == table.key() ? key.generator() : null;
        if (generator != null && generator.generatedOnExecution()) {
            return; // the column makes it
        }
        values.put(key.columns().get(0).name(), keyExpression(key, generator));
    }

    private String keyExpression(BulkAttribute key, @Nullable Generator generator) {
        if (generator instanceof BulkInsertionCapableIdentifierGenerator sequence
                && sequence.supportsBulkInsertionIdentifierGeneration()) {
            return Objects.requireNonNull(sequence.determineBulkInsertionIdentifierGenerationSelectFragment(
                    session.getFactory().getSqlStringGenerationContext()));
        }
        if (key.type() == UUID.class && generator != null && !(dialect instanceof MySQLDialect)) {
            return dialect instanceof H2Dialect ? "random_uuid()" : "gen_random_uuid()";
        }
        throw new IllegalArgumentException("query: selects no " + key.name() + " (expected: the key of a "
                + table.entity() + ", which the database cannot make)");
    }

    Inserted run() {
        String sql = sql();
        PreparedStatement statement = Jdbc.prepare(session, sql);
        try {
            if (selected.timeout() != null) {
                statement.setQueryTimeout((int) selected.timeout().limit().toSeconds());
            }
            bind(statement);
            return inserted(statement, sql);
        } catch (SQLException failure) {
            throw Jdbc.converted(session, failure, sql);
        } finally {
            Jdbc.release(session, statement);
        }
    }

    private String sql() {
        String target = table.name() + (rule == null ? "" : " as " + rule.alias());
        String insert = "insert into " + target + " (" + String.join(", ", values.keySet()) + ") select "
                + String.join(", ", values.values()) + " from " + named()
                + (rule == null ? "" : " where true" + rule.onConflict());
        if (!selected.keys()) {
            return insert;
        }
        return dialect instanceof H2Dialect
                ? "select " + table.keyColumn() + " from final table (" + insert + ")"
                : insert + " returning " + table.keyColumn();
    }

    /** The source with names for its columns; MariaDB takes those of the first part of a union. */
    private String named() {
        if (dialect instanceof MySQLDialect) {
            String names = sourceColumns.stream().map(name -> "null as " + name).collect(Collectors.joining(", "));
            return "(select " + names + " from dual where 1 = 0 union all (" + source.sql() + ")) s";
        }
        return "(" + source.sql() + ") s (" + String.join(", ", sourceColumns) + ")";
    }

    private void bind(PreparedStatement statement) throws SQLException {
        int position = 1;
        for (int i = 0; i < bound.size(); i++) {
            bound.get(i).bind(statement, made.get(i), position++, session);
        }
        position = source.bind(statement, position, 0, source.size());
        if (rule != null) {
            rule.bindCondition(statement, rule.bindAssignments(statement, position));
        }
    }

    private Inserted inserted(PreparedStatement statement, String sql) throws SQLException {
        if (!selected.keys()) {
            return new Inserted(
                    session.getJdbcCoordinator().getResultSetReturn().executeUpdate(statement, sql), 0, List.of());
        }
        List<Object> keys = new ArrayList<>();
        try (ResultSet written =
                session.getJdbcCoordinator().getResultSetReturn().extract(statement, sql)) {
            while (written.next()) {
                keys.add(Objects.requireNonNull(table.key(written, session)));
            }
        }
        return new Inserted(keys.size(), 0, keys);
    }
}
