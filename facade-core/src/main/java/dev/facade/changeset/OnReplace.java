package dev.facade.changeset;

/**
 * The fate of an associated entity that a new value leaves out.
 *
 * <pre>{@code
 * Changeset<Post> changeset = Changeset.cast(post, form, "title")
 *         .castAssoc("comments", (Comment comment, Map<String, ?> values) -> Changeset.cast(comment, values, "text"),
 *                 OnReplace.DELETE);
 * }</pre>
 */
public enum OnReplace {
    /** It is an error of the program. */
    RAISE,
    /** It is an error of the field. */
    MARK_INVALID,
    /** It stays, and loses its association. */
    NILIFY,
    /** It is updated instead of being replaced; for one, not for many. */
    UPDATE,
    /** It is deleted; if it is gone already, that is stale. */
    DELETE,
    /** It is deleted, if it is still there. */
    DELETE_IF_EXISTS
}
