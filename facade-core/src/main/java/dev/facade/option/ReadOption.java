package dev.facade.option;

/**
 * An option of a read operation, such as {@link Target}, {@link Lock}, {@link FetchSize} or
 * {@link Timeout}. An operation refuses the options that it does not take.
 *
 * <pre>{@code
 * List<Post> rows = repo.all(Post.class, Target.master(), Timeout.of(Duration.ofSeconds(2)));
 * Stream<Post> stream = repo.stream(Post.class, ReadOption.FetchSize.of(100));
 * }</pre>
 */
public interface ReadOption {

    /**
     * How many rows a stream asks of the database at a time; 500 by default.
     *
     * @param rows at least 1
     */
    record FetchSize(int rows) implements ReadOption {

        /**
         * Checks and copies the components.
         *
         * @param rows at least 1
         */
        public FetchSize {
            if (rows < 1) {
                throw new IllegalArgumentException("rows: " + rows + " (expected: >= 1)");
            }
        }

        /**
         * Sets the number of rows.
         *
         * @param rows at least 1
         * @return the option
         */
        public static FetchSize of(int rows) {
            return new FetchSize(rows);
        }
    }
}
