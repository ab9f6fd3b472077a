package dev.facade.error;

/**
 * A constraint of the database was violated by a changeset that does not declare it. Nothing was written; the cause is the
 * provider's error.
 *
 * <pre>{@code
 * try {
 *     repo.insert(Changeset.cast(new Post(""), form, "slug"));
 * } catch (UndeclaredConstraintException undeclared) {
 *     System.out.println(undeclared.constraint()); // declare it: uniqueConstraint("slug")
 * }
 * }</pre>
 */
public final class UndeclaredConstraintException extends FacadeException {

    private static final long serialVersionUID = 1L;

    /** The constraint's name in the database. */
    private final String constraint;

    /**
     * Creates the exception.
     *
     * @param message what was violated, what is declared, and which method declares it
     * @param constraint the constraint's name in the database
     * @param cause the provider's error
     */
    public UndeclaredConstraintException(String message, String constraint, Throwable cause) {
        super(message, cause);
        this.constraint = constraint;
    }

    /**
     * Returns what was violated.
     *
     * @return the constraint's name in the database
     */
    public String constraint() {
        return constraint;
    }
}
