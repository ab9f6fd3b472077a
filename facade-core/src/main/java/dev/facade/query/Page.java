package dev.facade.query;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of rows. Immutable.
 *
 * <pre>{@code
 * Page<Post> first = repo.page(from(Post.class).orderBy(field("likes").desc()), Page.Request.first(20));
 * if (first.hasNext()) {
 *     Page<Post> second = repo.page(from(Post.class).orderBy(field("likes").desc()), Page.Request.after(first.next(), 20));
 * }
 * }</pre>
 *
 * @param rows its rows, none behind the last page
 * @param hasNext whether there are rows after it
 * @param next where the next page begins, for {@link Request#after}; null when there is none, or the page was asked for
 *     by its number
 * @param total the number of all rows; empty unless {@link Request#counted()} asked for it
 * @param <T> what a row is
 */
public record Page<T>(
        List<T> rows, boolean hasNext, @Nullable Cursor next, OptionalLong total) {

    /**
     * Copies the components.
     *
     * @param rows its rows
     * @param hasNext whether there are rows after it
     * @param next where the next page begins
     * @param total the number of all rows
     */
    public Page {
        rows = Collections.unmodifiableList(new ArrayList<>(rows));
    }

    /**
     * The end of a page: the values of its last row that the order looks at.
     *
     * @param values one for each criterion of the order; null where the row has none
     */
    public record Cursor(List<? extends @Nullable Object> values) {

        /**
         * Copies the component.
         *
         * @param values one for each criterion of the order
         */
        public Cursor {
            if (values == null) {
                throw new IllegalArgumentException("cursor: null (expected: the values that Page.next() tells)");
            }
            values = Collections.unmodifiableList(new ArrayList<>(values));
        }
    }

    /**
     * Which page is wanted. Immutable.
     *
     * @param size rows of a page, at least 1
     * @param number the page's number, the first is 1
     * @param keyed whether pages follow a cursor instead of a number
     * @param cursor where the page before ended, or null for the first page
     * @param isCounted whether all rows are counted, by a second query
     */
    public record Request(
            int size, int number, boolean keyed, @Nullable Cursor cursor, boolean isCounted) {

        /**
         * Checks the components.
         *
         * @param size rows of a page, at least 1
         * @param number the page's number, the first is 1
         * @param keyed whether pages follow a cursor instead of a number
         * @param cursor where the page before ended, or null for the first page
         * @param isCounted whether all rows are counted, by a second query
         */
        public Request {
            if (size < 1 || size == Integer.MAX_VALUE) {
                throw new IllegalArgumentException("size: " + size + " (expected: >= 1)");
            }
            if (number < 1) {
                throw new IllegalArgumentException("number: " + number + " (expected: >= 1)");
            }
            if ((number - 1L) * size > Integer.MAX_VALUE - 1L) {
                throw new IllegalArgumentException("number: " + number + " of size " + size
                        + " (expected: fewer than 2147483647 rows before it; page by cursor)");
            }
        }

        /**
         * Asks for a page by its number: rows before it are read and thrown away by the database, and rows that come or
         * go between two pages shift what is on them.
         *
         * @param number the first is 1
         * @param size at least 1
         * @return the request
         */
        public static Request number(int number, int size) {
            return new Request(size, number, false, null, false);
        }

        /**
         * Asks for the first page of those that follow a cursor.
         *
         * @param size at least 1
         * @return the request
         */
        public static Request first(int size) {
            return new Request(size, 1, true, null, false);
        }

        /**
         * Asks for the page after another one: the database looks up where it begins, however far that is.
         *
         * @param cursor {@link Page#next()} of the page before
         * @param size at least 1
         * @return the request
         */
        public static Request after(Cursor cursor, int size) {
            return new Request(size, 1, true, Objects.requireNonNull(cursor, "cursor"), false);
        }

        /**
         * Has all rows counted, by a second query in the same snapshot.
         *
         * @return a copy
         */
        public Request counted() {
            return new Request(size, number, keyed, cursor, true);
        }

        /**
         * Makes the query of this page, with one row more than it has.
         *
         * @param query what is paged, ordered so that no two rows are equal if pages follow a cursor
         * @param <T> what a row is
         * @return the query
         */
        public <T> Query<T> of(Query<T> query) {
            Query<T> from = cursor == null ? query : query.after(cursor.values());
            return from.limit(size + 1).offset((number - 1) * size);
        }

        /**
         * Makes the page.
         *
         * @param rows what the query returned
         * @param total the number of all rows, or empty
         * @param cursor the values that a row's place in the order is told by
         * @param <T> what a row is
         * @return the page
         */
        public <T> Page<T> page(
                List<T> rows, OptionalLong total, Function<T, List<? extends @Nullable Object>> cursor) {
            boolean more = rows.size() > size;
            List<T> present = more ? rows.subList(0, size) : rows;
            Cursor next = keyed && more ? new Cursor(cursor.apply(present.get(size - 1))) : null;
            return new Page<>(present, more, next, total);
        }
    }
}
