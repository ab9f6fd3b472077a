package dev.facade.operation;

import dev.facade.option.WriteOption;
import dev.facade.query.Change;
import dev.facade.query.Jpql;
import dev.facade.query.Query;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The operations that write. Thread-safe.
 *
 * <p>Route: the master, always; inside a transaction, that transaction. A write has been flushed when its call returns,
 * so a constraint or version error is thrown by that call (deferred constraints speak at commit). Outside a transaction
 * each call is one of its own. A write is never repeated. Inside a read-only transaction every one of them throws
 * {@link dev.facade.error.ReadOnlyTransactionException}. If the connection is lost during the commit they throw
 * {@link dev.facade.error.CommitOutcomeUnknownException}.
 *
 * <pre>{@code
 * Post saved = repo.insert(new Post("Hello"));
 * saved.title = "Hello again";
 * Post updated = repo.update(saved);
 * repo.delete(updated);
 * }</pre>
 */
public interface SchemaOperations {

    /**
     * Inserts a new entity, and the new ones that its mapping cascades to. Detached entities that it refers to count as
     * existing: they are neither written nor read.
     *
     * <p>With a conflict rule only the entity's own row is written. If a rule leaves it out, the id stays null; if the
     * rule has changed the existing row, the argument gets its key and version, and the other values that {@code
     * Returning} asks for.
     *
     * @param entity a new entity
     * @param options {@code OnConflict, Returning, Timeout, Schema}
     * @param <T> the entity
     * @return the argument, detached, with its generated values; if the insert fails they are taken back
     * @throws IllegalArgumentException if the entity has an id that the database should have generated
     * @throws jakarta.persistence.OptimisticLockException if the existing row does not meet the condition of a conflict
     *     rule, or the entity's class does not see it
     * @throws jakarta.persistence.PersistenceException if a constraint is violated
     * @throws UnsupportedOperationException if the provider or the database has no such conflict rule
     */
    <T> T insert(T entity, WriteOption... options);

    /**
     * Inserts many new entities in one transaction and in batches, with cascades and listeners.
     *
     * @param entities new entities, of any classes, each once
     * @param options {@code Timeout, Schema}
     * @return how many were inserted; when it throws, none were
     * @throws IllegalArgumentException if an entity is there twice, or has an id that the database should have generated
     */
    long insertAll(Collection<?> entities, WriteOption... options);

    /**
     * Inserts many rows of one entity in one transaction, in batches and without cascades: the way for large numbers. Keys
     * come from the entity's generator, versions begin at the beginning; the rows stay as they are.
     *
     * @param type an entity class
     * @param rows each an entity of the class, with empty collections, whose callbacks and constraints are heeded; or a
     *     map by attribute name, whose values may also be expressions and queries of one value; or a record by component
     *     name. For a reference a map or record may give its key: {@code Map.of("author", authorId)}. What a map or
     *     record lacks gets the column's default in the database. No rows: nothing is sent
     * @param options {@code OnConflict, Progress, Timeout, Schema}
     * @return how many rows were inserted, and changed by a conflict rule; when it throws, none were
     * @throws IllegalArgumentException if a row is null or of another kind, or an attribute is unknown, has no column or
     *     has a value of another type
     * @throws jakarta.persistence.OptimisticLockException if a conflict rule without a condition cannot change a row,
     *     since the entity's class does not see it
     * @throws jakarta.persistence.PersistenceException if a constraint is violated
     * @throws UnsupportedOperationException if the provider or the database cannot
     */
    long insertAll(Class<?> type, Iterable<?> rows, WriteOption... options);

    /**
     * Inserts a stream of rows, of which only one batch is in memory at a time.
     *
     * @param type an entity class
     * @param rows as of {@link #insertAll(Class, Iterable, WriteOption...)}; read to its end and left open
     * @param options {@code OnConflict, Progress, Timeout, Schema}
     * @return how many rows were inserted, and changed by a conflict rule; when it throws, none were
     */
    @SuppressWarnings("unchecked")
    default long insertAll(Class<?> type, Stream<?> rows, WriteOption... options) {
        Iterator<?> iterator = rows.iterator();
        return insertAll(type, (Iterable<Object>) () -> (Iterator<Object>) iterator, options);
    }

    /**
     * Inserts what a query selects, by one statement in the database.
     *
     * @param type an entity class
     * @param source selects values under the names of the attributes that they go to; keys that it does not select come
     *     from the entity's generator
     * @param options {@code OnConflict, Timeout, Schema}
     * @return how many rows were inserted, and changed by a conflict rule; those that it could not change are not counted
     * @throws IllegalArgumentException if a value has no name, or a name is no attribute with one column
     * @throws UnsupportedOperationException if the provider or the database cannot
     */
    long insertAll(Class<?> type, Query<?> source, WriteOption... options);

    /**
     * Inserts many rows and returns them as they are stored.
     *
     * @param type an entity class
     * @param rows as of {@link #insertAll(Class, Iterable, WriteOption...)}
     * @param options {@code OnConflict, Progress, Returning, Timeout, Schema}; without {@code Returning} every attribute
     *     comes back, with it only those and the key
     * @param <T> the entity
     * @return the rows that were inserted, or changed by a conflict rule, detached; empty if there were none
     */
    <T> List<T> insertAllReturning(Class<T> type, Iterable<?> rows, WriteOption... options);

    /**
     * Inserts what a query selects, and returns the rows as they are stored.
     *
     * @param type an entity class
     * @param source as of {@link #insertAll(Class, Query, WriteOption...)}
     * @param options {@code OnConflict, Returning, Timeout, Schema}; without {@code Returning} every attribute comes back,
     *     with it only those and the key
     * @param <T> the entity
     * @return the rows that were inserted, or changed by a conflict rule, detached; empty if there were none
     * @throws IllegalArgumentException if a value has no name, or a name is no attribute with one column
     * @throws UnsupportedOperationException if the provider or the database cannot
     */
    <T> List<T> insertAllReturning(Class<T> type, Query<?> source, WriteOption... options);

    /**
     * Writes the present values of a detached entity, and of those that its mapping cascades merges to. Attributes that
     * no update writes come back as they are stored.
     *
     * @param entity an entity that exists
     * @param options {@code Timeout, Schema}
     * @param <T> the entity
     * @return the stored state, detached, with its new version: the one to go on with, since the argument stays as it
     *     is and is stale from now on
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
     * Deletes the entity with a key, whatever its version is, and those that its mapping cascades removal to. The row is
     * locked before, so nothing comes between.
     *
     * <p>{@code if (!repo.delete(Post.class, 42L)) { … there was none … }}
     *
     * @param type an entity class
     * @param id the key
     * @param options {@code Timeout, Schema}
     * @param <T> the entity
     * @return true if there was one
     * @throws IllegalArgumentException if the key is null or of another type
     */
    <T> boolean delete(Class<T> type, Object id, WriteOption... options);

    /**
     * Changes many entities by one statement. It runs no listener, and counts the version of each row up, so that an
     * update of what was read before is stale. A counter that shall disturb nobody is written by a statement of JPQL.
     *
     * @param query which
     * @param changes what to change, at least one; not the version
     * @return how many rows were changed
     * @throws IllegalArgumentException if the mapping lets no update write the entity or one of the attributes
     */
    long updateAll(Query<?> query, Change... changes);

    /**
     * Changes many entities by one statement, and counts their versions up.
     *
     * @param query which
     * @param changes what to change, at least one; not the version
     * @param options {@code Timeout, Schema}
     * @return how many rows were changed
     */
    long updateAll(Query<?> query, List<Change> changes, WriteOption... options);

    /**
     * Changes many entities and returns them as they are stored then. Locks the rows before it changes them.
     *
     * @param query which, and what of them is returned
     * @param changes what to change, at least one
     * @param <R> what a row becomes
     * @return what the query selects of the rows that were changed, also of those that it would not find any more
     * @throws IllegalArgumentException if the entity's key is not one attribute
     */
    <R> List<R> updateAllReturning(Query<R> query, Change... changes);

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
     * Runs a JPQL bulk update, which counts versions only where it says so itself.
     *
     * @param statement the statement
     * @return how many rows were changed
     */
    long updateAll(Jpql.Statement statement);

    /**
     * Deletes many entities by one statement; runs no listener and no cascade of the mapping.
     *
     * @param query which
     * @param options {@code Timeout, Schema}
     * @return how many rows were deleted
     */
    long deleteAll(Query<?> query, WriteOption... options);

    /**
     * Deletes many entities and returns what they were. Locks the rows before it deletes them.
     *
     * @param query which, and what of them is returned
     * @param <R> what a row becomes
     * @return what the query selects of the rows that were deleted
     * @throws IllegalArgumentException if the entity's key is not one attribute
     */
    <R> List<R> deleteAllReturning(Query<R> query);

    /**
     * Deletes all entities of a class by one statement.
     *
     * @param type an entity class
     * @param options {@code Timeout, Schema}
     * @return how many rows were deleted
     */
    default long deleteAll(Class<?> type, WriteOption... options) {
        return deleteAll(Query.from(type), options);
    }

    /**
     * Runs a JPQL bulk delete.
     *
     * @param statement the statement
     * @return how many rows were deleted
     */
    long deleteAll(Jpql.Statement statement);
}
