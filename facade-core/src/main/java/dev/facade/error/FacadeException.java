package dev.facade.error;

import jakarta.persistence.PersistenceException;
import org.jspecify.annotations.Nullable;

/**
 * The root of what the facade itself throws; a caller's mistake is an {@link IllegalArgumentException} instead.
 *
 * <pre>{@code
 * try {
 *     repo.all(Post.class);
 * } catch (FacadeException failure) {
 *     System.out.println(failure.getMessage()); // of the facade; a database's own failure is a PersistenceException
 * }
 * }</pre>
 */
public abstract class FacadeException extends PersistenceException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened, and what to do
     * @param cause the failure behind it, or null
     */
    protected FacadeException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
