package dev.facade.operation;

import dev.facade.option.ReadOption;
import dev.facade.option.Target;
import dev.facade.option.Timeout;
import dev.facade.query.Queryable;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import java.lang.invoke.MethodType;
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
import org.jspecify.annotations.Nullable;

/** Runs SQL on the connection of an EntityManager. Thread-safe. */
final class SqlRun implements SqlOperations {

    private static final Set<Class<?>> OPTIONS = Set.of(Target.class, Timeout.class);

    private final Engine engine;

    SqlRun(Engine engine) {
        this.engine = engine;
    }

    /** A statement, and what it returns. */
    @FunctionalInterface
    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    @Override
    public Rows query(String sql, Map<String, ?> parameters, ReadOption... options) {
        Objects.requireNonNull(sql, "sql");
        ReadOptions checked = ReadOptions.of("sql", OPTIONS, options);
        NamedParameters statement = NamedParameters.of(sql, parameters);
        return run(sql, checked, options, connection -> rows(connection, statement, checked));
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
                values[i] = fitting(components[i], row.get(column));
            }
            records.add(made(type, values));
        }
        return records;
    }

    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    private static @Nullable Object fitting(RecordComponent component, @Nullable Object value) {
        Class<?> type = MethodType.methodType(component.getType()).wrap().returnType();
        if (value == null ? component.getType().isPrimitive() : !type.isInstance(value)) {
            throw new IllegalArgumentException("record: " + component + " of " + value + " (expected: " + type.getName()
                    + ", which the column is not)");
        }
        return value;
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
        List<NamedParameters> all = statements.stream()
                .map(sql -> NamedParameters.of(sql, Map.of()))
                .toList();
        return run(String.join("; ", statements), checked, options, connection -> {
            List<Rows> results = new ArrayList<>();
            for (NamedParameters statement : all) {
                results.add(rows(connection, statement, checked));
            }
            return results;
        });
    }

    @Override
    public String toSql(Queryable<?> query) {
        return engine.read(
                "toSql",
                query.subject(),
                ReadOptions.to(Target.master()),
                Lease.Kind.AUTO_COMMIT,
                (em, shortLived) -> engine.model().extension().toSql(query.compile(em)));
    }

    /** On a replica only if the caller says so. */
    private <T> T run(String subject, ReadOptions options, ReadOption[] given, Work<T> work) {
        boolean reads = Arrays.stream(given).anyMatch(Target.class::isInstance)
                && !options.target().isMaster();
        return reads
                ? engine.read("sql", subject, options, Lease.Kind.SNAPSHOT, (em, shortLived) -> on(em, work))
                : engine.write("sql", subject, transaction -> on(transaction.entityManager(), work));
    }

    private static <T> T on(EntityManager em, Work<T> work) {
        boolean hibernate = em.getMetamodel().getClass().getName().startsWith("org.hibernate.");
        if (!hibernate && em.getTransaction().isActive()) {
            return told(work, em.unwrap(Connection.class)); // EclipseLink lends the transaction's only so
        }
        try {
            return em.<Connection, T>callWithConnection(connection -> told(work, connection));
        } catch (PersistenceException failure) {
            throw failure;
        } catch (RuntimeException wrapper) { // Hibernate's around what the work throws
            throw wrapper.getCause() instanceof PersistenceException failure ? failure : wrapper;
        }
    }

    private static <T> T told(Work<T> work, Connection connection) {
        try {
            return work.on(connection);
        } catch (SQLException failure) {
            throw new PersistenceException("sql: " + failure.getMessage(), failure);
        }
    }

    private static Rows rows(Connection connection, NamedParameters sql, ReadOptions options) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.sql())) {
            for (int i = 0; i < sql.values().size(); i++) {
                statement.setObject(i + 1, sql.values().get(i));
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
                row.add(result.getObject(i));
            }
            rows.add(row);
        }
        return new Rows(columns, rows, rows.size());
    }
}
