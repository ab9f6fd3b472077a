package dev.facade;

import dev.facade.changeset.Changeset;
import dev.facade.changeset.InvalidChangesetException;
import dev.facade.engine.entity.Echo;
import dev.facade.error.TransactionRolledBackException;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a {@link Multi}.
 *
 * <pre>{@code
 * MultiOutcome outcome = repo.transact(Multi.create().insert("post", new Post("Hello")));
 * Post saved = outcome.orElseThrow().get("post");
 * }</pre>
 */
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
     * Returns the results of all steps.
     *
     * <p>{@code Post post = repo.transact(multi).orElseThrow().get("post");}
     *
     * @return the results
     * @throws InvalidChangesetException if a step had an invalid changeset
     * @throws TransactionRolledBackException if a step has failed in another way; with the value that it gave
     */
    default Multi.Results orElseThrow() {
        if (this instanceof Done done) {
            return done.results();
        }
        Failed failed = (Failed) this;
        if (failed.value() instanceof Changeset<?> changeset) {
            throw new InvalidChangesetException(changeset);
        }
        throw new TransactionRolledBackException(
                "multi: step " + failed.step() + " failed with " + Echo.of(failed.value()), failed.value(), null);
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
