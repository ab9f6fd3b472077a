package dev.facade.hibernate;

import dev.facade.spi.ProviderExtension.Inserted;
import dev.facade.spi.ProviderExtension.Rows;
import jakarta.persistence.EntityManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.dialect.Dialect;
import org.hibernate.dialect.H2Dialect;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * One insert of many rows, sent in statements of many rows each. Memory is that of one statement. Used by one thread.
 *
 * <p>PostgreSQL takes a rule for conflicts with the rows; H2 merges row by row; others insert without a rule.
 */
final class BulkInsert {

    private static final int ROWS = 1000;
    private static final int PARAMETERS = 32_000;

    private final SharedSessionContractImplementor session;
    private final Dialect dialect;
    private final Rows rows;
    private final BulkTable table;
    private final BulkEntity preparation;
    private final BulkRow reader;
    private final @Nullable ConflictRule rule;
    private final int batch;
    private final List<Object> keys = new ArrayList<>();
    private long count;
    private long vetoed;

    private @Nullable String text;
    private @Nullable PreparedStatement statement;

    BulkInsert(EntityManager entityManager, Rows rows) {
        this.session = entityManager.unwrap(SharedSessionContractImplementor.class);
        this.dialect = session.getFactory().getJdbcServices().getDialect();
        this.rows = rows;
        if (!isPostgresql() && !isH2() && (rows.conflict() != null || rows.keys())) {
            throw new UnsupportedOperationException("insertAll: a conflict rule, or the keys, of "
                    + rows.entity().getName() + " on " + dialect.getClass().getSimpleName()
                    + " (expected: PostgreSQL or H2; on others insert entities, whose keys are told)");
        }
        this.table = BulkTable.of(rows.entity(), session);
        if (rows.conflict() != null) {
            table.checkPlain("a conflict rule for rows", "without a rule, rows that are entities are inserted");
        }
        this.preparation = new BulkEntity(session, table, rows.conflict() != null);
        this.reader = new BulkRow(entityManager, session, table, preparation);
        this.rule = rows.conflict() == null ? null : new ConflictRule(entityManager, table, rows.conflict());
        boolean single = (isH2() && rule != null) || !dialect.supportsValuesListForInsert();
        this.batch = single
                ? 1
                : Math.max(
                        1,
                        Math.min(ROWS, PARAMETERS / Math.max(1, table.columns().size())));
    }

    private boolean isPostgresql() {
        return dialect instanceof PostgreSQLDialect;
    }

    private boolean isH2() {
        return dialect instanceof H2Dialect;
    }

    Inserted run() {
        List<@Nullable Object[]> pending = new ArrayList<>(batch);
        List<@Nullable Object> read = new ArrayList<>(ROWS);
        ProviderInsert provider = table.obstacle() == null ? null : new ProviderInsert(session, table, preparation);
        long sent = 0;
        try {
            while (rows.values().hasNext()) {
                read.clear();
                while (read.size() < ROWS && rows.values().hasNext()) {
                    read.add(rows.values().next());
                }
                preparation.expect(read.size());
                if (provider == null) {
                    send(read, pending);
                } else {
                    insert(read, provider);
                }
                sent += read.size();
                rows.progress().accept(sent);
            }
        } finally {
            release();
        }
        return new Inserted(count, sent - count - vetoed, keys);
    }

    private void insert(List<@Nullable Object> read, ProviderInsert provider) {
        for (Object row : read) {
            if (reader.isNamed(row)) {
                table.checkPlain("a row by name", "give the rows as entities");
            }
            if (provider.insert(reader.entity(row))) {
                count++;
            } else {
                vetoed++;
            }
        }
        keys.addAll(provider.flush());
    }

    private void send(List<@Nullable Object> read, List<@Nullable Object[]> pending) {
        for (Object row : read) {
            @Nullable Object[] cells = reader.cells(row);
            if (cells == null) {
                vetoed++;
                continue;
            }
            pending.add(cells);
            if (pending.size() == batch) {
                send(pending);
                pending.clear();
            }
        }
        send(pending);
        pending.clear();
    }

    private void send(List<@Nullable Object[]> cells) {
        if (cells.isEmpty()) {
            return;
        }
        boolean mergesWithoutTarget =
                isH2() && rule != null && rule.isNothing() && rule.target().isEmpty();
        String sql = isH2() && rule != null && !mergesWithoutTarget ? merge(cells.get(0)) : insert(cells);
        String whole = rows.keys() && isH2() ? "select " + table.keyColumn() + " from final table (" + sql + ")" : sql;
        try {
            PreparedStatement prepared = prepare(whole);
            bind(prepared, cells);
            execute(prepared, whole);
        } catch (SQLException failure) {
            throw Jdbc.converted(session, failure, whole);
        } catch (org.hibernate.exception.ConstraintViolationException violated) {
            boolean left = mergesWithoutTarget && "23505".equals(violated.getSQLState());
            if (!left) {
                throw violated;
            }
        }
    }

    private PreparedStatement prepare(String sql) throws SQLException {
        if (!sql.equals(text)) {
            release();
            statement = Jdbc.prepare(session, sql);
            text = sql;
            if (rows.timeout() != null) {
                statement.setQueryTimeout((int) rows.timeout().limit().toSeconds());
            }
        }
        return Objects.requireNonNull(statement);
    }

    private void release() {
        if (statement != null) {
            Jdbc.release(session, statement);
            statement = null;
            text = null;
        }
    }

    private void execute(PreparedStatement prepared, String sql) throws SQLException {
        if (!rows.keys()) {
            count += session.getJdbcCoordinator().getResultSetReturn().executeUpdate(prepared, sql);
            return;
        }
        try (ResultSet written =
                session.getJdbcCoordinator().getResultSetReturn().extract(prepared, sql)) {
            while (written.next()) {
                count++;
                keys.add(Objects.requireNonNull(table.key(written, session)));
            }
        }
    }

    // -- SQL

    private String insert(List<@Nullable Object[]> cells) {
        StringBuilder sql = new StringBuilder("insert into ").append(table.name());
        if (isPostgresql() && rule != null) {
            sql.append(" as ").append(rule.alias());
        }
        sql.append(" (").append(columnNames()).append(") values ");
        String plain = null;
        for (int i = 0; i < cells.size(); i++) {
            sql.append(i == 0 ? "" : ", ");
            if (!isPlain(cells.get(i))) {
                sql.append(row(cells.get(i)));
                continue;
            }
            if (plain == null) {
                plain = row(cells.get(i));
            }
            sql.append(plain);
        }
        if (isPostgresql()) {
            sql.append(rule == null ? "" : rule.onConflict());
            sql.append(rows.keys() ? " returning " + table.keyColumn() : "");
        }
        return sql.toString();
    }

    private String columnNames() {
        return table.columns().stream().map(BulkColumn::name).collect(Collectors.joining(", "));
    }

    private static boolean isPlain(@Nullable Object[] cells) {
        for (Object cell : cells) {
            if (cell == BulkRow.DEFAULT || cell instanceof BulkRow.Sql) {
                return false;
            }
        }
        return true;
    }

    private String row(@Nullable Object[] cells) {
        List<String> texts = new ArrayList<>(cells.length);
        for (int i = 0; i < cells.length; i++) {
            texts.add(cell(cells[i], table.columns().get(i).write()));
        }
        return "(" + String.join(", ", texts) + ")";
    }

    private static String cell(@Nullable Object cell, String bound) {
        if (cell == BulkRow.DEFAULT) {
            return "default";
        }
        return cell instanceof BulkRow.Sql sql ? sql.text() : bound;
    }

    /** H2's way: the row is a table of its own, so its values need types, and cannot be defaults. */
    private String merge(@Nullable Object[] cells) {
        ConflictRule conflict = Objects.requireNonNull(rule);
        conflict.requireTarget("H2");
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        Set<BulkColumn> defaults = new HashSet<>();
        for (int i = 0; i < cells.length; i++) {
            BulkColumn column = table.columns().get(i);
            if (cells[i] == BulkRow.DEFAULT) {
                defaults.add(column);
                checkGiven(conflict, column);
            } else {
                names.add(column.name());
                values.add(cell(cells[i], column.parameter()));
            }
        }
        String columns = String.join(", ", names);
        String equal = conflict.target().stream()
                .map(column -> conflict.alias() + "." + column.name() + " = excluded." + column.name())
                .collect(Collectors.joining(" and "));
        String condition = conflict.condition().isEmpty() ? "" : " and (" + conflict.condition() + ")";
        return "merge into " + table.name() + " " + conflict.alias() + " using (values (" + String.join(", ", values)
                + ")) excluded (" + columns + ") on (" + equal + ")"
                + (conflict.isNothing()
                        ? ""
                        : " when matched" + condition + " then update set " + conflict.assignments(defaults))
                + " when not matched then insert (" + columns + ") values ("
                + names.stream().map(name -> "excluded." + name).collect(Collectors.joining(", ")) + ")";
    }

    private static void checkGiven(ConflictRule conflict, BulkColumn column) {
        if (conflict.target().contains(column)) {
            throw new IllegalArgumentException(
                    "onConflict: the target " + column.name() + " (expected: given by the row)");
        }
    }

    // -- values

    private void bind(PreparedStatement prepared, List<@Nullable Object[]> all) throws SQLException {
        int position = 1;
        for (@Nullable Object[] cells : all) {
            for (int i = 0; i < cells.length; i++) {
                Object cell = cells[i];
                if (cell instanceof BulkRow.Sql sql) {
                    position = sql.translation().bind(prepared, position, 0, sql.size());
                } else if (cell != BulkRow.DEFAULT && table.columns().get(i).bound()) {
                    table.columns().get(i).bind(prepared, cell, position++, session);
                }
            }
        }
        if (rule != null && isPostgresql()) {
            rule.bindCondition(prepared, rule.bindAssignments(prepared, position));
        } else if (rule != null && !rule.isNothing()) {
            rule.bindAssignments(prepared, rule.bindCondition(prepared, position)); // merge names the condition first
        }
    }
}
