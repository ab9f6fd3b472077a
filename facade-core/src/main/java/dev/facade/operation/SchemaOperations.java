package dev.facade.operation;

import dev.facade.option.WriteOption;
import dev.facade.query.Change;
import dev.facade.query.Jpql;
import dev.facade.query.Query;
import java.util.Collection;

/**
 * The operations that write. Thread-safe.
 *
 * <p>Route: the master, always; inside a transaction, that transaction. A write has been flushed when its call returns,
 * so a constraint or version error is thrown by that call (deferred constraints speak at commit). Outside a transaction
 * each call is one of its own. A write is never repeated. Inside a read-only transaction every one of them throws
 * {@link dev.facade.error.ReadOnlyTransactionException}. If the connection is lost during the commit they throw
 * {@link dev.facade.error.CommitOutcomeUnknownException}.
 */
public interface SchemaOperations {

    /**
     * Inserts a new entity, and the new ones that its mapping cascades to. Detached entities that it refers to count as
     * existing: they are neither written nor read.
     *
     * @param entity a new entity
     * @param options {@code OnConflict, Returning, Timeout, Schema}
     * @param <T> the entity
     * @return the argument, detached, with its generated values; if the insert fails they are taken back
     * @throws IllegalArgumentException if the entity has an id that the database should have generated
     * @throws jakarta.persistence.PersistenceException if a constraint is violated
     */
    <T> T insert(T entity, WriteOption... options);

    /**
     * Inserts many new entities in one transaction and in batches.
     *
     * @param entities new entities, of any classes
     * @return how many were inserted; when it throws, none were
     */
    long insertAll(Collection<?> entities);

    /**
     * Writes the present values of a detached entity, and of those that its mapping cascades merges to.
     *
     * @param entity an entity that exists
     * @param options {@code Timeout, Schema}
     * @param <T> the entity
     * @return the stored state, detached, with its new version; the argument stays as it is
     * @throws jakarta.persistence.OptimisticLockException if it is gone, or was changed by somebody else
     */
    <T> T update(T entity, WriteOption... options);

    /**
     * Inserts a new entity or updates an existing one; the state of the entity decides: an id that
     * the database generates, or a version, tells; failing both, the master is asked. It is not an upsert.
     *
     * @param entity an entity
     * @param options {@code Timeout, Schema}
     * @param <T> the entity
     * @return the stored state, detached
     */
    <T> T insertOrUpdate(T entity, WriteOption... options);

    /**
     * Deletes an entity, and those that its mapping cascades removal to.
     *
     * @param entity an entity that exists
     * @param options {@code Timeout, Schema}
     * @param <T> the entity
     * @return the argument
     * @throws jakarta.persistence.OptimisticLockException if it is gone, or was changed by somebody else
     */
    <T> T delete(T entity, WriteOption... options);

    /**
     * Changes many entities by one statement; runs no listener and increments no version.
     *
     * @param query which
     * @param changes what to change, at least one
     * @return how many rows were changed
     */
    long updateAll(Query<?> query, Change... changes);

    /**
     * Changes all entities of a class by one statement.
     *
     * @param type an entity class
     * @param changes what to change, at least one
     * @return how many rows were changed
     */
    default long updateAll(Class<?> type, Change... changes) {
        return updateAll(Query.from(type), changes);
    }

    /**
     * Runs a JPQL bulk update.
     *
     * @param statement the statement
     * @return how many rows were changed
     */
    long updateAll(Jpql.Statement statement);

    /**
     * Deletes many entities by one statement; runs no listener and no cascade of the mapping.
     *
     * @param query which
     * @return how many rows were deleted
     */
    long deleteAll(Query<?> query);

    /**
     * Deletes all entities of a class by one statement.
     *
     * @param type an entity class
     * @return how many rows were deleted
     */
    default long deleteAll(Class<?> type) {
        return deleteAll(Query.from(type));
    }

    /**
     * Runs a JPQL bulk delete.
     *
     * @param statement the statement
     * @return how many rows were deleted
     */
    long deleteAll(Jpql.Statement statement);
}
