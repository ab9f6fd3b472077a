package dev.facade.changeset;

import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * The result of a changeset: the entity, or the changeset with its errors. Immutable.
 *
 * <pre>{@code
 * Result<Post> result = repo.insert(Changeset.cast(new Post(""), form, "title"));
 * String answer = result.isOk()
 *         ? "saved " + result.orElseThrow().title
 *         : "wrong: " + result.changeset().errors();
 * }</pre>
 *
 * @param <T> the entity
 */
public sealed interface Result<T> {

    /**
     * A success.
     *
     * @param value the entity, detached
     * @param <T> the entity
     * @return the result
     */
    static <T> Result<T> ok(T value) {
        return new Ok<>(value);
    }

    /**
     * A failure.
     *
     * @param changeset with errors
     * @param <T> the entity
     * @return the result
     */
    static <T> Result<T> invalid(Changeset<T> changeset) {
        return new Invalid<>(changeset);
    }

    /**
     * Tells whether it is a success.
     *
     * @return true for {@link Ok}
     */
    default boolean isOk() {
        return this instanceof Ok;
    }

    /**
     * Returns the entity, or throws.
     *
     * @return the entity
     * @throws InvalidChangesetException if it is a failure
     */
    default T orElseThrow() {
        if (this instanceof Ok<T> ok) {
            return ok.value();
        }
        throw new InvalidChangesetException(changeset());
    }

    /**
     * Returns the changeset of a failure.
     *
     * @return the changeset
     * @throws NoSuchElementException if it is a success
     */
    default Changeset<T> changeset() {
        if (this instanceof Invalid<T> invalid) {
            return invalid.invalid();
        }
        throw new NoSuchElementException("result: " + this + " (expected: an invalid one)");
    }

    /**
     * Goes on from a success; a failure stays as it is, for another entity.
     *
     * @param next what to do with the entity
     * @return what it returned, or this failure
     */
    default Result<T> then(Function<? super T, Result<T>> next) {
        return this instanceof Ok<T> ok ? next.apply(ok.value()) : this;
    }

    /**
     * A success.
     *
     * @param value the entity, detached
     * @param <T> the entity
     */
    record Ok<T>(T value) implements Result<T> {}

    /**
     * A failure; nothing was written.
     *
     * @param invalid the changeset, with its errors
     * @param <T> the entity
     */
    record Invalid<T>(Changeset<T> invalid) implements Result<T> {}
}
