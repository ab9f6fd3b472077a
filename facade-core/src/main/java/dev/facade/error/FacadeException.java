package dev.facade.error;

import jakarta.persistence.PersistenceException;
import org.jspecify.annotations.Nullable;

/** The root of what the facade itself throws; a caller's mistake is an {@link IllegalArgumentException} instead. */
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
