package dev.facade.operation;

import dev.facade.changeset.Changeset;
import dev.facade.changeset.Result;
import dev.facade.option.WriteOption;

/**
 * The operations that write changesets. Thread-safe.
 *
 * <p>Route: the master, always; inside a transaction, that transaction. A changeset with errors is not sent to the
 * database at all. The entity in it stays as it is; another instance comes back. A violated constraint that the
 * changeset declares becomes an error of its field; like any statement that fails, it leaves a surrounding transaction
 * with nothing but a rollback. An undeclared one throws {@link dev.facade.error.UndeclaredConstraintException}.
 * Version, entity listeners and cascades of the mapping take part. The strict twins throw
 * {@link dev.facade.changeset.InvalidChangesetException} instead of returning an invalid result.
 *
 * <pre>{@code
 * Result<Post> result = repo.insert(Changeset.cast(new Post(""), form, "title").validateRequired("title"));
 * }</pre>
 */
public interface ChangesetOperations {

    /**
     * Inserts the entity that the changes lead to, and the associated ones among them.
     *
     * @param changeset for an insert
     * @param options {@code OnConflict, Returning, Stale, Timeout, Schema}
     * @param <T> the entity
     * @return the stored entity, detached, or the changeset with its errors
     * @throws IllegalArgumentException if the changeset is for another action
     */
    <T> Result<T> insert(Changeset<T> changeset, WriteOption... options);

    /**
     * Writes the changed columns, and only those; nothing if nothing changes. No other column of a stale or partial entity
     * is written, nor what the entity refers to, unless the changeset names it. An attribute that the mapping does not let
     * be updated stays as it is, also in what comes back.
     *
     * <p>It is one statement, unless something must be known first. Then the row is locked and read, which is two more:
     *
     * <ul>
     *   <li>the mapping's updates name every column: a Hibernate factory of the caller's own, without {@code @DynamicUpdate}
     *       on the entity (EclipseLink always reads, but needs no lock);
     *   <li>the option is {@code Force} or {@code Stale}, or the changeset has an {@code optimisticLock};
     *   <li>a part of an embeddable changes and the entity has no version: the other parts stay as they are in the row;
     *   <li>a change was forced to a value that the entity has already; or the entity is a proxy, or lacks a value that the
     *       row must have.
     * </ul>
     *
     * <p>In a transaction of a host the entity that the host manages takes its place, as the host has changed it.
     *
     * @param changeset for an update
     * @param options {@code Returning, Force, Stale, Timeout, Schema}
     * @param <T> the entity
     * @return the changed entity, detached, or the changeset with its errors
     * @throws jakarta.persistence.OptimisticLockException if the row is gone or was changed by somebody else, unless
     *     {@code Stale} says otherwise
     * @throws IllegalArgumentException if the changeset is for another action
     */
    <T> Result<T> update(Changeset<T> changeset, WriteOption... options);

    /**
     * Inserts or updates, as the state of the entity says; no upsert.
     *
     * @param changeset for an insert or an update
     * @param options {@code Returning, Force, Stale, Timeout, Schema}
     * @param <T> the entity
     * @return the stored entity, detached, or the changeset with its errors
     */
    <T> Result<T> insertOrUpdate(Changeset<T> changeset, WriteOption... options);

    /**
     * Deletes the entity.
     *
     * @param changeset for a delete
     * @param options {@code Stale, Timeout, Schema}
     * @param <T> the entity
     * @return the entity, or the changeset with its errors
     * @throws jakarta.persistence.OptimisticLockException if the row is gone or was changed by somebody else, unless
     *     {@code Stale} says otherwise
     */
    <T> Result<T> delete(Changeset<T> changeset, WriteOption... options);

    /**
     * Like {@link #insert(Changeset, WriteOption...)}, but throws.
     *
     * @param changeset for an insert
     * @param options as there
     * @param <T> the entity
     * @return the stored entity
     */
    default <T> T insertOrThrow(Changeset<T> changeset, WriteOption... options) {
        return insert(changeset, options).orElseThrow();
    }

    /**
     * Like {@link #update(Changeset, WriteOption...)}, but throws.
     *
     * @param changeset for an update
     * @param options as there
     * @param <T> the entity
     * @return the changed entity
     */
    default <T> T updateOrThrow(Changeset<T> changeset, WriteOption... options) {
        return update(changeset, options).orElseThrow();
    }

    /**
     * Like {@link #insertOrUpdate(Changeset, WriteOption...)}, but throws.
     *
     * @param changeset for an insert or an update
     * @param options as there
     * @param <T> the entity
     * @return the stored entity
     */
    default <T> T insertOrUpdateOrThrow(Changeset<T> changeset, WriteOption... options) {
        return insertOrUpdate(changeset, options).orElseThrow();
    }

    /**
     * Like {@link #delete(Changeset, WriteOption...)}, but throws.
     *
     * @param changeset for a delete
     * @param options as there
     * @param <T> the entity
     * @return the entity
     */
    default <T> T deleteOrThrow(Changeset<T> changeset, WriteOption... options) {
        return delete(changeset, options).orElseThrow();
    }

    /**
     * Looks whether the values of some fields are there already, in another row, and adds an error if they are. It is a
     * courtesy to those who fill in forms: only a unique index keeps two writers apart. Route: the master, since a replica
     * may not know the row yet.
     *
     * @param changeset the changeset; if one of the fields has an error already, or no value, nothing is looked up
     * @param fields those that must be unique together; the first gets the error
     * @param <T> the entity
     * @return the changeset, maybe with an error
     */
    <T> Changeset<T> unsafeValidateUnique(Changeset<T> changeset, String... fields);
}
