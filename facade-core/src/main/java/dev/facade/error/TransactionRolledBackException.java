package dev.facade.error;

import org.jspecify.annotations.Nullable;

/**
 * The transaction was rolled back, by {@code rollback(value)} or because an inner step had failed.
 *
 * <pre>{@code
 * try {
 *     repo.transaction(() -> {
 *         throw repo.rollback("no stock");
 *     });
 * } catch (TransactionRolledBackException rolledBack) {
 *     Object why = rolledBack.value(); // "no stock"
 * }
 * }</pre>
 */
public final class TransactionRolledBackException extends FacadeException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Object value;

    /**
     * Creates the exception.
     *
     * @param message why the transaction was rolled back
     * @param value the value handed to {@code rollback}, or null
     * @param cause the failure that poisoned the transaction, or null
     */
    public TransactionRolledBackException(String message, @Nullable Object value, @Nullable Throwable cause) {
        super(message, cause);
        this.value = value;
    }

    /**
     * Returns the value that was handed to {@code rollback}.
     *
     * @return the value, or null
     */
    public @Nullable Object value() {
        return value;
    }
}
