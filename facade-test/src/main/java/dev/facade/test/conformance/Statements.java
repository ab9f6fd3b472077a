package dev.facade.test.conformance;

import dev.facade.operation.TransactionAction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.QueryInfo;
import net.ttddyy.dsproxy.proxy.ParameterSetOperation;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;

/** The statements that a database has got through data sources, each with its bound values. Thread-safe. */
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
            return sql.strip().split("\\s+", 2)[0].toLowerCase(Locale.ROOT);
        }

        private String text() {
            return sql.toLowerCase(Locale.ROOT);
        }

        int marks() {
            return (int) sql.chars().filter(sign -> sign == '?').count();
        }

        /** The value of a column, of the first row: by its place among an insert's columns, or where it is compared. */
        Object bound(String column) {
            int place = verb().equals("insert") ? inserted(column) : marksBefore(assigned(column));
            return values.get(place);
        }

        private int inserted(String column) {
            List<String> cells = list(text().indexOf("values"));
            int place = list(0).indexOf(column);
            return (int) cells.subList(0, place).stream().filter("?"::equals).count();
        }

        /** What stands in the next parentheses. */
        private List<String> list(int from) {
            int open = sql.indexOf('(', from);
            return Arrays.stream(
                            text().substring(open + 1, sql.indexOf(')', open)).split(","))
                    .map(String::strip)
                    .toList();
        }

        private int assigned(String column) {
            Matcher found = Pattern.compile("\\b" + column + "\\s*=\\s*\\?").matcher(text());
            if (!found.find()) {
                throw new AssertionError("no " + column + " in " + sql);
            }
            return found.end() - 1;
        }

        private int marksBefore(int end) {
            return (int)
                    sql.substring(0, end).chars().filter(sign -> sign == '?').count();
        }

        boolean is(String verb, String table) {
            return verb().equals(verb) && text().contains(table);
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

    /** The statements that are sent while something runs. */
    <X extends Exception> List<Statement> during(TransactionAction<X> action) throws X {
        int before = sent.size();
        action.run();
        return List.copyOf(sent.subList(before, sent.size()));
    }

    void forget() {
        sent.clear();
    }
}
