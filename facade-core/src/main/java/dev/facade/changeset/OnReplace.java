package dev.facade.changeset;

/** The fate of an associated entity that a new value leaves out. */
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
