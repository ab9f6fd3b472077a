package dev.facade.test.conformance;

import dev.facade.operation.TransactionAction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.QueryInfo;
import net.ttddyy.dsproxy.proxy.ParameterSetOperation;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;

/** What a database has been asked through data sources: each statement with its bound values. Thread-safe. */
final class Statements {

    /**
     * A statement that was sent.
     *
     * @param sql its text
     * @param values bound, in their order; those of a batch one row after the other; nulls are the text {@code NULL}
     */
    record Statement(String sql, List<Object> values) {

        /** The statement's first word, in small letters. */
        String verb() {
            return sql.strip().split("\\s+", 2)[0].toLowerCase(java.util.Locale.ROOT);
        }

        boolean is(String verb, String table) {
            return verb().equals(verb) && sql.toLowerCase(java.util.Locale.ROOT).contains(table);
        }
    }

    private final List<Statement> sent = new CopyOnWriteArrayList<>();

    /** A data source that is heard here. */
    DataSource heard(DataSource pool) {
        return ProxyDataSourceBuilder.create(pool)
                .afterQuery((execution, queries) -> queries.forEach(this::hear))
                .build();
    }

    private void hear(QueryInfo query) {
        List<Object> values = new ArrayList<>();
        query.getParametersList()
                .forEach(row -> row.stream()
                        .sorted(Comparator.comparing(
                                operation -> (Integer) operation.getArgs()[0]))
                        .forEach(operation -> values.add(value(operation))));
        sent.add(new Statement(query.getQuery(), List.copyOf(values)));
    }

    private static Object value(ParameterSetOperation operation) {
        Object value = ParameterSetOperation.isSetNullParameterOperation(operation)
                ? null
                : operation.getArgs()[1];
        return value == null ? "NULL" : value;
    }

    /** What is sent while something runs. */
    <X extends Exception> List<Statement> during(TransactionAction<X> action) throws X {
        int before = sent.size();
        action.run();
        return List.copyOf(sent.subList(before, sent.size()));
    }

    void forget() {
        sent.clear();
    }
}
