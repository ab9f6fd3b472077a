package dev.facade.option;

import java.time.Duration;
import java.util.Objects;

/**
 * How long the database may take for each statement; by default the driver's limit. A read as a whole, on all nodes that it is
 * tried on, then ends half a second later at the latest, in place of the facade's deadline.
 *
 * <pre>{@code
 * List<Post> rows = repo.all(Post.class, Timeout.of(Duration.ofSeconds(2)));
 * }</pre>
 *
 * @param limit whole seconds (JDBC knows no finer limit), at least one, at most 24 days
 */
public record Timeout(Duration limit) implements ReadOption, WriteOption {

    private static final long LONGEST_SECONDS = Integer.MAX_VALUE / 1000; // JPA's hint is an int of milliseconds

    /**
     * Checks and copies the components.
     *
     * @param limit whole seconds (JDBC knows no finer limit), at least one, at most 24 days
     */
    public Timeout {
        Objects.requireNonNull(limit, "limit");
        boolean whole = limit.getNano() == 0 && limit.getSeconds() >= 1;
        if (!whole || limit.getSeconds() > LONGEST_SECONDS) {
            throw new IllegalArgumentException(
                    "limit: " + limit + " (expected: whole seconds, 1 s to " + LONGEST_SECONDS + " s)");
        }
    }

    /**
     * Sets the limit.
     *
     * @param limit whole seconds (JDBC knows no finer limit), at least one, at most 24 days
     * @return the option
     */
    public static Timeout of(Duration limit) {
        return new Timeout(limit);
    }
}
