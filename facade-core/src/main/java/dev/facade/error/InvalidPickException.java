package dev.facade.error;

import org.jspecify.annotations.Nullable;

/**
 * A read algorithm threw, or returned something that was not among its candidates.
 *
 * <pre>{@code
 * ReadAlgorithm wrong = candidates -> Replica.of("elsewhere");
 * // a read with it: InvalidPickException: algorithm: … picked elsewhere (expected: one of [berlin, paris])
 * }</pre>
 */
public final class InvalidPickException extends FacadeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what the algorithm did
     * @param cause what it threw, or null
     */
    public InvalidPickException(String message, @Nullable Throwable cause) {
        super(message + "; a ReadAlgorithm returns one of the candidates it is given", cause);
    }
}
