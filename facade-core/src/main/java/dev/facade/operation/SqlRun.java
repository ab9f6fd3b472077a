package dev.facade.operation;

import dev.facade.entity.Echo;
import dev.facade.option.ReadOption;
import dev.facade.option.Target;
import dev.facade.option.Timeout;
import dev.facade.query.Change;
import dev.facade.query.Query;
import dev.facade.query.Queryable;
import jakarta.persistence.EntityManager;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs SQL on the connection of an EntityManager. Thread-safe. */
final class SqlRun implements SqlOperations {

    private static final Set<Class<?>> OPTIONS = Set.of(Target.class, Timeout.class);

    private static final Set<String> TRANSACTION_WORDS =
            Set.of("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE");

    private static final Set<String> WRITING_WORDS = Set.of("INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE");

    /** {@code SET TRANSACTION}, {@code SET SESSION CHARACTERISTICS} and the variables behind them. */
    private static final Pattern MODE =
            Pattern.compile("transaction|characteristics|read_only|\\ball\\b", Pattern.CASE_INSENSITIVE);

    private final Engine engine;

    SqlRun(Engine engine) {
        this.engine = engine;
    }

    private Reads reads() {
        return engine.reads();
    }

    /** The facade's transactions are begun and ended by the facade. */
    private static NamedParameters statement(String sql, Map<String, ?> parameters) {
        String word = NamedParameters.firstWord(sql);
        if (TRANSACTION_WORDS.contains(word)) {
            throw new IllegalArgumentException("sql: " + word + " in '" + Echo.of(sql)
                    + "' (expected: transaction, transact or rollback of the repository)");
        }
        return NamedParameters.of(sql, parameters);
    }

    @Override
    public Rows query(String sql, Map<String, ?> parameters, ReadOption... options) {
        Objects.requireNonNull(sql, "sql");
        ReadOptions checked = ReadOptions.of("sql", OPTIONS, options);
        NamedParameters statement = statement(sql, parameters);
        return run(sql, List.of(statement), checked, options).get(0);
    }

    @Override
    public <R extends Record> List<R> query(
            Class<R> type, String sql, Map<String, ?> parameters, ReadOption... options) {
        Rows rows = query(sql, parameters, options);
        List<String> columns = rows.columns().stream().map(SqlRun::plain).toList();
        RecordComponent[] components = type.getRecordComponents();
        List<R> records = new ArrayList<>();
        for (List<@Nullable Object> row : rows.rows()) {
            @Nullable Object[] values = new @Nullable Object[components.length];
            for (int i = 0; i < components.length; i++) {
                int column = columns.indexOf(plain(components[i].getName()));
                if (column < 0) {
                    throw new IllegalArgumentException("record: " + type.getSimpleName() + "." + components[i].getName()
                            + " (expected: one of the columns " + rows.columns() + ")");
                }
                values[i] = SqlValue.fitting(components[i], row.get(column));
            }
            records.add(made(type, values));
        }
        return records;
    }

    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    private static <R extends Record> R made(Class<R> type, @Nullable Object[] values) {
        try {
            Class<?>[] types = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            Constructor<R> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalArgumentException("record: " + type.getName() + " cannot be made", failure);
        }
    }

    @Override
    public List<Rows> queryMany(List<String> statements, ReadOption... options) {
        ReadOptions checked = ReadOptions.of("sql", OPTIONS, options);
        List<NamedParameters> all =
                statements.stream().map(sql -> statement(sql, Map.of())).toList();
        return run(String.join("; ", statements), all, checked, options);
    }

    @Override
    public String toSql(Queryable<?> query) {
        return told("toSql", query.subject(), query::compile);
    }

    @Override
    public String toUpdateSql(Query<?> query, Change... changes) {
        List<Change> all = List.of(changes);
        return told("toSql", query.subject(), em -> query.compileUpdate(em, all));
    }

    @Override
    public String toDeleteSql(Query<?> query) {
        return told("toSql", query.subject(), query::compileDelete);
    }

    private String told(String operation, String subject, Function<EntityManager, jakarta.persistence.Query> compiled) {
        ProviderExtension extension = engine.model().extension();
        return reads().read(
                        operation,
                        subject,
                        ReadOptions.ofNoData(),
                        Lease.Kind.AUTO_COMMIT,
                        Reach.UNKNOWN,
                        (em, shortLived) -> extension.toSql(compiled.apply(em)));
    }

    @Override
    public List<String> explain(Queryable<?> query, ReadOption... options) {
        ReadOptions checked = ReadOptions.of("explain", OPTIONS, options);
        ProviderExtension extension = engine.model().extension();
        return reads().read(
                        "explain",
                        query.subject(),
                        checked,
                        Lease.Kind.SNAPSHOT,
                        Reach.UNKNOWN,
                        (em, shortLived) -> extension.explain(em, query.compile(em)));
    }

    /** On a replica only if the caller says so. */
    private List<Rows> run(String subject, List<NamedParameters> statements, ReadOptions options, ReadOption[] given) {
        FacadeTransaction current = engine.transactions().current();
        boolean toReplica = Arrays.stream(given).anyMatch(Target.class::isInstance)
                && !options.target().isMaster();
        boolean reads = toReplica || (current != null && current.isReadOnly());
        ConnectionWork<List<Rows>> work = connection -> {
            List<Rows> results = new ArrayList<>();
            for (NamedParameters statement : statements) {
                results.add(rows(connection, statement, options));
            }
            return results;
        };
        if (!reads) {
            return engine.writes().writeAnything("sql", subject, transaction -> work.on(transaction.entityManager()));
        }
        statements.forEach(SqlRun::checkLiftsNothing);
        List<Rows> results = reads().read(
                        "sql", subject, options, Lease.Kind.SNAPSHOT, Reach.UNKNOWN, (em, shortLived) -> work.on(em));
        for (int i = 0; i < results.size(); i++) {
            checkHasRead(statements.get(i), results.get(i));
        }
        return results;
    }

    /** What makes a read-only connection writable has no place where nothing may be written. */
    private static void checkLiftsNothing(NamedParameters statement) {
        String word = NamedParameters.firstWord(statement.sql());
        if ((word.equals("SET") || word.equals("RESET"))
                && MODE.matcher(statement.sql()).find()) {
            throw new IllegalArgumentException("sql: " + word + " in '" + statement.sql()
                    + "' on a read path, which stays read-only (expected: no target, or Target.master())");
        }
    }

    /** The connection of a replica refuses it; one that lets it through would take it back in silence. */
    private static void checkHasRead(NamedParameters statement, Rows result) {
        String word = NamedParameters.firstWord(statement.sql());
        boolean changed = result.columns().isEmpty() && result.count() > 0;
        if (changed || WRITING_WORDS.contains(word)) {
            throw new IllegalArgumentException("sql: " + word + " in '" + statement.sql()
                    + "' on a read path writes nothing, and was rolled back (expected: no target, or"
                    + " Target.master())");
        }
    }

    private static Rows rows(Connection connection, NamedParameters sql, ReadOptions options) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.sql())) {
            for (int i = 0; i < sql.values().size(); i++) {
                statement.setObject(i + 1, SqlValue.bindable(sql.values().get(i)));
            }
            Timeout timeout = options.timeout();
            if (timeout != null) {
                statement.setQueryTimeout((int) timeout.limit().toSeconds());
            }
            if (!statement.execute()) {
                return new Rows(List.of(), List.of(), statement.getLargeUpdateCount());
            }
            try (ResultSet result = statement.getResultSet()) {
                return rows(result);
            }
        }
    }

    private static Rows rows(ResultSet result) throws SQLException {
        ResultSetMetaData data = result.getMetaData();
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= data.getColumnCount(); i++) {
            columns.add(data.getColumnLabel(i));
        }
        List<List<@Nullable Object>> rows = new ArrayList<>();
        while (result.next()) {
            List<@Nullable Object> row = new ArrayList<>();
            for (int i = 1; i <= columns.size(); i++) {
                row.add(SqlValue.read(result.getObject(i)));
            }
            rows.add(row);
        }
        return new Rows(columns, rows, rows.size());
    }
}
