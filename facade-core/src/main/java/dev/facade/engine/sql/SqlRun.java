package dev.facade.engine.sql;

import dev.facade.engine.Engine;
import dev.facade.engine.Reads;
import dev.facade.engine.call.ReadOptions;
import dev.facade.engine.call.TimedOut;
import dev.facade.engine.entity.Echo;
import dev.facade.engine.lease.ConnectionWork;
import dev.facade.engine.lease.Lease;
import dev.facade.engine.mapping.Reach;
import dev.facade.engine.transaction.FacadeTransaction;
import dev.facade.operation.SqlOperations;
import dev.facade.option.ReadOption;
import dev.facade.option.Target;
import dev.facade.option.Timeout;
import dev.facade.query.Change;
import dev.facade.query.Queryable;
import dev.facade.spi.ProviderExtension;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
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
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs SQL on the connection of an EntityManager. Thread-safe. */
public final class SqlRun implements SqlOperations {

    private static final Set<Class<?>> OPTIONS = Set.of(Target.class, Timeout.class);

    private static final Set<String> WRITING_WORDS = Set.of("INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE");

    /** {@code SET TRANSACTION}, {@code SET SESSION CHARACTERISTICS} and the variables behind them. */
    private static final Pattern MODE =
            Pattern.compile("transaction|characteristics|read_only|\\ball\\b", Pattern.CASE_INSENSITIVE);

    private final Engine engine;

    public SqlRun(Engine engine) {
        this.engine = engine;
    }

    private Reads reads() {
        return engine.reads();
    }

    private NamedParameters statement(String sql, Map<String, ?> parameters) {
        return NamedParameters.of(engine.model().database(), sql, parameters);
    }

    @Override
    public Rows query(String sql, Map<String, ?> parameters, ReadOption... options) {
        Objects.requireNonNull(sql, "sql");
        ReadOptions checked = ReadOptions.of("sql", OPTIONS, options);
        NamedParameters statement = statement(sql, parameters);
        return onConnection(sql, List.of(statement), checked, options).get(0);
    }

    @Override
    public <T> List<T> query(Class<T> type, String sql, Map<String, ?> parameters, ReadOption... options) {
        if (Objects.requireNonNull(type, "type").isRecord()
                && !engine.model().types().contains(type)) {
            return records(type, sql, parameters, options);
        }
        if (!engine.model().types().contains(type)) {
            throw new IllegalArgumentException("type: " + type.getName() + " (expected: a record or an entity)");
        }
        ReadOptions checked = ReadOptions.of("sql", OPTIONS, options);
        NamedParameters statement = statement(sql, parameters);
        return run(
                sql,
                List.of(statement),
                checked,
                options,
                em -> entities(em, type, statement, checked),
                rows -> checkHasRead(statement, false));
    }

    @SuppressWarnings("unchecked")
    private static <T> List<T> entities(
            EntityManager em, Class<T> type, NamedParameters statement, ReadOptions options) {
        Query query = em.createNativeQuery(statement.numbered(), type);
        for (int i = 0; i < statement.values().size(); i++) {
            query.setParameter(i + 1, SqlValue.bindable(statement.values().get(i)));
        }
        return new ArrayList<>((List<T>) options.timed(query).getResultList());
    }

    private <R> List<R> records(Class<R> type, String sql, Map<String, ?> parameters, ReadOption... options) {
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

    private static <R> R made(Class<R> type, @Nullable Object[] values) {
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
        return onConnection(String.join("; ", statements), all, checked, options);
    }

    @Override
    public String toSql(Queryable<?> query) {
        return told("toSql", query.subject(), query::compile);
    }

    @Override
    public String toUpdateSql(dev.facade.query.Query<?> query, Change... changes) {
        List<Change> all = List.of(changes);
        return told("toSql", query.subject(), em -> query.compileUpdate(em, all));
    }

    @Override
    public String toDeleteSql(dev.facade.query.Query<?> query) {
        return told("toSql", query.subject(), query::compileDelete);
    }

    private String told(String operation, String subject, Function<EntityManager, Query> compiled) {
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

    private List<Rows> onConnection(
            String subject, List<NamedParameters> statements, ReadOptions options, ReadOption[] given) {
        ConnectionWork<List<Rows>> work = connection -> {
            List<Rows> results = new ArrayList<>();
            for (NamedParameters statement : statements) {
                results.add(rows(connection, statement, options));
            }
            return results;
        };
        return run(subject, statements, options, given, work::on, results -> {
            for (int i = 0; i < results.size(); i++) {
                Rows result = results.get(i);
                checkHasRead(statements.get(i), result.columns().isEmpty() && result.count() > 0);
            }
        });
    }

    /** On a replica only if the caller says so. */
    private <T> T run(
            String subject,
            List<NamedParameters> statements,
            ReadOptions options,
            ReadOption[] given,
            Function<EntityManager, T> work,
            Consumer<T> check) {
        FacadeTransaction current = engine.transactions().current();
        boolean toReplica = Arrays.stream(given).anyMatch(Target.class::isInstance)
                && !options.target().isMaster();
        boolean reads = toReplica || (current != null && current.isReadOnly());
        boolean foreign = statements.stream().anyMatch(Traces::mayBeLeftBy);
        if (!reads) {
            Function<FacadeTransaction, T> write = transaction -> work.apply(transaction.entityManager());
            return TimedOut.told(
                    "sql",
                    options.timeout(),
                    () -> foreign
                            ? engine.writes().writeForeign("sql", subject, write)
                            : engine.writes().writeAnything("sql", subject, write));
        }
        statements.forEach(SqlRun::checkLiftsNothing);
        Reads.Reader<T> reader = (em, shortLived) -> work.apply(em);
        T result = foreign
                ? reads().readForeign("sql", subject, options, reader)
                : reads().read("sql", subject, options, Lease.Kind.SNAPSHOT, Reach.UNKNOWN, reader);
        check.accept(result);
        return result;
    }

    /** What makes a read-only connection writable has no place where nothing may be written. */
    private static void checkLiftsNothing(NamedParameters statement) {
        boolean sets = statement.word().equals("SET") || statement.word().equals("RESET");
        if (sets && MODE.matcher(statement.sql()).find()) {
            throw new IllegalArgumentException("sql: " + statement.word() + " in '" + Echo.of(statement.sql())
                    + "' on a read path, which stays read-only (expected: no target, or Target.master())");
        }
    }

    /** The connection of a replica refuses it; one that lets it through would take it back in silence. */
    private static void checkHasRead(NamedParameters statement, boolean changed) {
        if (changed || WRITING_WORDS.contains(statement.word())) {
            throw new IllegalArgumentException("sql: " + statement.word() + " in '" + Echo.of(statement.sql())
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
