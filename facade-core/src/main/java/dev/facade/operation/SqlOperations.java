package dev.facade.operation;

import dev.facade.option.ReadOption;
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
 * constant of the program; values stand in it as {@code :name} and are bound, never concatenated.
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
     * Reads rows as records.
     *
     * @param type a record; a component takes the column of its name, whatever the case and without underscores
     * @param sql the statement
     * @param parameters name to value
     * @param options {@code Target, Timeout}
     * @param <R> the record
     * @return the rows
     * @throws IllegalArgumentException if a component has no column, or one of another type
     */
    <R extends Record> List<R> query(Class<R> type, String sql, Map<String, ?> parameters, ReadOption... options);

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
