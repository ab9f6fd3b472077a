package dev.facade.changeset;

import java.util.Locale;

/** The purposes of a changeset. */
public enum Action {
    /** Not yet known; the operation that writes it decides. */
    NONE,
    /** A new row. */
    INSERT,
    /** A changed row. */
    UPDATE,
    /** A row that goes. */
    DELETE,
    /** An associated row that loses its association. */
    REPLACE,
    /** Nothing. */
    IGNORE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
