package dev.facade;

import org.jspecify.annotations.Nullable;

/** What became of a {@link Multi}. */
public sealed interface MultiOutcome {

    /**
     * Tells whether it was committed.
     *
     * @return true for {@link Done}
     */
    default boolean isDone() {
        return this instanceof Done;
    }

    /**
     * All steps have succeeded and are committed.
     *
     * @param results of all steps
     */
    record Done(Multi.Results results) implements MultiOutcome {}

    /**
     * A step has failed; nothing is left of those before it.
     *
     * @param step its name
     * @param value why: a changeset with errors, or what the step has said
     * @param results of the steps before it, which were undone
     */
    record Failed(String step, @Nullable Object value, Multi.Results results) implements MultiOutcome {}
}
