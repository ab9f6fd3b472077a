package dev.facade.operation;

import dev.facade.option.ReadOption;
import dev.facade.query.Change;
import dev.facade.query.Query;
import dev.facade.query.Queryable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Operations in SQL. Thread-safe.
 *
 * <p>Route: what a statement does is not known, so it goes to the master, in a transaction; inside a transaction, to that
 * one. With {@code Target.replica()} it goes to a replica, in a read-only transaction that refuses writes. The text is a
 * constant of the program; values stand in it as {@code :name} and are bound, never concatenated. A statement that begins
 * or ends a transaction is refused.
 *
 * <pre>{@code
 * SqlOperations.Rows rows =
 *         repo.sql().query("select title, likes from post where likes > :least", Map.of("least", 100));
 * }</pre>
 */
public interface SqlOperations {

    /**
     * Runs a statement.
     *
     * @param sql the statement
     * @param parameters name to value; a collection stands for a list of values, as in {@code in (:ids)}
     * @param options {@code Target, Timeout}
     * @return its rows, and how many it has changed
     * @throws IllegalArgumentException if a parameter is missing, or not in the text
     */
    Rows query(String sql, Map<String, ?> parameters, ReadOption... options);

    /**
     * Runs a statement without parameters.
     *
     * @param sql the statement
     * @param options {@code Target, Timeout}
     * @return its rows, and how many it has changed
     */
    default Rows query(String sql, ReadOption... options) {
        return query(sql, Map.of(), options);
    }

    /**
     * Reads rows as records or entities, of a statement without parameters.
     *
     * <p>{@code repo.sql().query(Titled.class, "select id, title from post")}
     *
     * @param type a record or an entity, as of {@link #query(Class, String, Map, ReadOption...)}
     * @param sql the statement
     * @param options {@code Target, Timeout}
     * @param <T> what a row becomes
     * @return the rows
     */
    default <T> List<T> query(Class<T> type, String sql, ReadOption... options) {
        return query(type, sql, Map.of(), options);
    }

    /**
     * Reads rows as records or entities.
     *
     * <p>{@code repo.sql().query(Post.class, "select * from post where likes > :n", Map.of("n", 10))}
     *
     * @param type an entity, of which the statement selects all columns by their names; or a record; a component takes the column of its name, whatever the case and without underscores. Numbers,
     *     dates, times, enums and UUIDs are converted where nothing is lost
     * @param sql the statement
     * @param parameters name to value
     * @param options {@code Target, Timeout}
     * @param <T> what a row becomes
     * @return the rows; entities are detached
     * @throws IllegalArgumentException if a component has no column, or one of another type; or if the class is neither
     *     a record nor an entity
     */
    <T> List<T> query(Class<T> type, String sql, Map<String, ?> parameters, ReadOption... options);

    /**
     * Runs several statements, one after the other, on one connection and in one transaction.
     *
     * @param statements without parameters
     * @param options {@code Target, Timeout}
     * @return a result for each
     */
    List<Rows> queryMany(List<String> statements, ReadOption... options);

    /**
     * Tells the SQL of a query; nothing is run. With Hibernate and facade-hibernate.
     *
     * @param query the query
     * @return the SQL on the master, with a question mark for each bound value
     * @throws UnsupportedOperationException if the provider does not tell it
     */
    String toSql(Queryable<?> query);

    /**
     * Tells the SQL of a bulk update; nothing is run. With Hibernate and facade-hibernate.
     *
     * @param query which
     * @param changes what to change, at least one
     * @return the SQL on the master, with a question mark for each bound value
     * @throws UnsupportedOperationException if the provider does not tell it
     */
    String toUpdateSql(Query<?> query, Change... changes);

    /**
     * Tells the SQL of a bulk delete; nothing is run. With Hibernate and facade-hibernate.
     *
     * @param query which
     * @return the SQL on the master, with a question mark for each bound value
     * @throws UnsupportedOperationException if the provider does not tell it
     */
    String toDeleteSql(Query<?> query);

    /**
     * Asks the database how it would run a query, by its {@code EXPLAIN}; the query is not run. With Hibernate and
     * facade-hibernate. Route: that of a read.
     *
     * @param query the query
     * @param options {@code Target, Timeout}
     * @return the plan in the database's words, line by line
     * @throws UnsupportedOperationException if the provider does not tell the SQL
     */
    List<String> explain(Queryable<?> query, ReadOption... options);

    /**
     * The result of a statement. Immutable.
     *
     * @param columns the names of the columns; none if the statement returns no rows
     * @param rows the values of each row
     * @param count how many rows there are, or were changed
     */
    record Rows(List<String> columns, List<List<@Nullable Object>> rows, long count) {

        /**
         * Copies the components.
         *
         * @param columns the names of the columns
         * @param rows the values of each row
         * @param count how many rows there are, or were changed
         */
        public Rows {
            columns = List.copyOf(columns);
            List<List<@Nullable Object>> copy = new ArrayList<>();
            rows.forEach(row -> copy.add(Collections.unmodifiableList(row)));
            rows = Collections.unmodifiableList(copy);
        }

        /** Shows the rows as a table. */
        @Override
        public String toString() {
            if (columns.isEmpty()) {
                return count + " row(s)";
            }
            int[] widths = new int[columns.size()];
            for (int i = 0; i < widths.length; i++) {
                int column = i;
                widths[i] = Math.max(
                        columns.get(i).length(),
                        rows.stream()
                                .mapToInt(row -> String.valueOf(row.get(column)).length())
                                .max()
                                .orElse(0));
            }
            String ruler = line("+", widths, List.of(), '-');
            String body = rows.stream().map(row -> line("|", widths, row, ' ')).collect(Collectors.joining());
            return ruler + line("|", widths, columns, ' ') + ruler + body + ruler;
        }

        private static String line(String edge, int[] widths, List<?> cells, char filler) {
            StringJoiner line = new StringJoiner(edge, edge, edge + "\n");
            for (int i = 0; i < widths.length; i++) {
                String cell = cells.isEmpty() ? "" : String.valueOf(cells.get(i));
                line.add(filler + cell + String.valueOf(filler).repeat(widths[i] - cell.length()) + filler);
            }
            return line.toString();
        }
    }
}
