package dev.facade.cluster;

/**
 * A replica's share of the reads, relative to the others.
 *
 * <pre>{@code
 * HibernateFacade facade = HibernateFacade.builder()
 *         .replica("berlin", "jdbc:postgresql://berlin/blog", Weight.of(3)); // three times the reads
 * }</pre>
 *
 * @param value 0 to 1000; 1 by default; 0 means no reads but those that name the replica
 */
public record Weight(int value) {

    /**
     * Checks and copies the components.
     *
     * @param value 0 to 1000
     */
    public Weight {
        if (value < 0 || value > 1000) {
            throw new IllegalArgumentException("weight: " + value + " (expected: 0 to 1000)");
        }
    }

    /**
     * Makes a weight.
     *
     * @param value 0 to 1000
     * @return the weight
     */
    public static Weight of(int value) {
        return new Weight(value);
    }
}
