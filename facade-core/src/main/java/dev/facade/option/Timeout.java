package dev.facade.option;

import java.time.Duration;
import java.util.Objects;

/**
 * How long the database may take for each statement; by default the driver's limit.
 *
 * @param limit whole seconds (JDBC knows no finer limit), at least one
 */
public record Timeout(Duration limit) implements ReadOption, WriteOption {

    /**
     * Checks and copies the components.
     *
     * @param limit whole seconds (JDBC knows no finer limit), at least one
     */
    public Timeout {
        Objects.requireNonNull(limit, "limit");
        if (limit.toMillis() < 1000 || limit.toMillis() % 1000 != 0) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: whole seconds, >= 1 s)");
        }
    }

    /**
     * Sets the limit.
     *
     * @param limit whole seconds (JDBC knows no finer limit), at least one
     * @return the option
     */
    public static Timeout of(Duration limit) {
        return new Timeout(limit);
    }
}
