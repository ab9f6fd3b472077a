package dev.facade.option;

import java.time.Duration;
import java.util.Objects;

/**
 * How long the database may take for each statement of the read; by default the driver's limit.
 *
 * @param limit at least one millisecond
 */
public record Timeout(Duration limit) implements ReadOption {

    /**
     * Checks and copies the components.
     *
     * @param limit at least one millisecond
     */
    public Timeout {
        Objects.requireNonNull(limit, "limit");
        if (limit.toMillis() < 1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1 ms)");
        }
    }

    /**
     * Sets the limit.
     *
     * @param limit at least one millisecond
     * @return the option
     */
    public static Timeout of(Duration limit) {
        return new Timeout(limit);
    }
}
