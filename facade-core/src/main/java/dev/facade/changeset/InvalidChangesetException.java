package dev.facade.changeset;

import dev.facade.error.FacadeException;

/**
 * A changeset with errors was to be written by an operation that throws; nothing was written.
 *
 * <pre>{@code
 * try {
 *     repo.insertOrThrow(Changeset.cast(new Post(""), form, "title"));
 * } catch (InvalidChangesetException invalid) {
 *     System.out.println(invalid.changeset().errors());
 * }
 * }</pre>
 */
public final class InvalidChangesetException extends FacadeException {

    private static final long serialVersionUID = 1L;

    private final transient Changeset<?> changeset;

    /**
     * Creates the exception.
     *
     * @param changeset with errors
     */
    public InvalidChangesetException(Changeset<?> changeset) {
        super(
                "changeset: cannot " + changeset.action() + " "
                        + changeset.type().getSimpleName() + ", " + changeset.traverseErrors(FieldError::text)
                        + "; correct these fields",
                null);
        this.changeset = changeset;
    }

    /**
     * Returns the changeset.
     *
     * @return with its errors
     */
    public Changeset<?> changeset() {
        return changeset;
    }
}
