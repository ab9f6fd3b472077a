package dev.facade;

import dev.facade.changeset.Changeset;
import dev.facade.changeset.Result;
import dev.facade.option.ReadOption;
import dev.facade.option.WriteOption;
import dev.facade.query.Change;
import dev.facade.query.Condition;
import dev.facade.query.Expression;
import dev.facade.query.Page;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.query.Queryable;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The generic repository of one entity, to subclass: {@code class Posts extends EntityRepository<Post, Long>}. As
 * thread-safe as its subclass; it keeps no state.
 *
 * <p>Every operation means and routes what its namesake of {@link FacadeRepository} does.
 *
 * <pre>{@code
 * class Posts extends EntityRepository<Post, Long> {
 *     Posts(FacadeRepository repository) {
 *         super(repository);
 *     }
 *
 *     List<Post> popular() {
 *         return all(where(field("likes").gt(100)));
 *     }
 * }
 * }</pre>
 *
 * @param <E> the entity
 * @param <K> its primary key
 */
public abstract class EntityRepository<E, K> {

    private final FacadeRepository repository;
    private final Class<E> type;

    /**
     * Runs on a repository, for the entity that the subclass names in its {@code extends} clause.
     *
     * @param repository the repository
     * @throws IllegalArgumentException if the subclass does not say which entity
     */
    protected EntityRepository(FacadeRepository repository) {
        this.repository = Objects.requireNonNull(repository, "repository");
        this.type = declaredEntity(getClass());
    }

    /**
     * Runs on a repository, for an entity given as a class.
     *
     * @param repository the repository
     * @param type the entity
     */
    protected EntityRepository(FacadeRepository repository, Class<E> type) {
        this.repository = Objects.requireNonNull(repository, "repository");
        this.type = Objects.requireNonNull(type, "type");
    }

    @SuppressWarnings("unchecked")
    private static <E> Class<E> declaredEntity(Class<?> repository) {
        for (Class<?> level = repository; level != EntityRepository.class; level = level.getSuperclass()) {
            Type parent = level.getGenericSuperclass();
            if (parent instanceof ParameterizedType generic
                    && generic.getRawType() == EntityRepository.class
                    && generic.getActualTypeArguments()[0] instanceof Class<?> entity) {
                return (Class<E>) entity;
            }
        }
        throw new IllegalArgumentException(
                repository.getName() + ": names no entity (expected: extends EntityRepository<Entity, Key>,"
                        + " or the constructor that takes the class)");
    }

    /**
     * Returns the repository below, for operations across entities.
     *
     * @return the repository
     */
    protected final FacadeRepository repository() {
        return repository;
    }

    /**
     * Begins a query on the entities that meet a condition.
     *
     * @param condition the condition
     * @return the queryable
     */
    protected final Query<E> where(Condition condition) {
        return Query.from(type).where(condition);
    }

    /**
     * Reads all entities. Route: a replica.
     *
     * @param options as of {@link FacadeRepository#all}
     * @return the entities
     */
    public List<E> all(ReadOption... options) {
        return repository.all(type, options);
    }

    /**
     * Reads what a query asks for. Route: a replica.
     *
     * @param query the query
     * @param options as of {@link FacadeRepository#all}
     * @return the entities
     */
    public List<E> all(Queryable<E> query, ReadOption... options) {
        return repository.all(query, options);
    }

    /**
     * Reads the entities with the given attribute values. Route: a replica.
     *
     * @param clauses attribute name to value
     * @param options as of {@link FacadeRepository#allBy}
     * @return the entities
     */
    public List<E> allBy(Map<String, ?> clauses, ReadOption... options) {
        return repository.allBy(type, clauses, options);
    }

    /**
     * Reads the entities with the given attribute value. Route: a replica.
     *
     * @param attribute the attribute's name
     * @param value its value
     * @param options as of {@link FacadeRepository#allBy}
     * @return the entities
     */
    public List<E> allBy(String attribute, Object value, ReadOption... options) {
        return repository.allBy(type, attribute, value, options);
    }

    /**
     * Reads one entity by its key. Route: a replica.
     *
     * @param id the key
     * @param options as of {@link FacadeRepository#get}
     * @return the entity, or empty
     */
    public Optional<E> get(K id, ReadOption... options) {
        return repository.get(type, id, options);
    }

    /**
     * Reads one entity by its key, or throws. Route: a replica.
     *
     * @param id the key
     * @param options as of {@link FacadeRepository#getOrThrow}
     * @return the entity
     */
    public E getOrThrow(K id, ReadOption... options) {
        return repository.getOrThrow(type, id, options);
    }

    /**
     * Reads the one entity with the given attribute values. Route: a replica.
     *
     * @param clauses attribute name to value
     * @param options as of {@link FacadeRepository#getBy}
     * @return the entity, or empty
     */
    public Optional<E> getBy(Map<String, ?> clauses, ReadOption... options) {
        return repository.getBy(type, clauses, options);
    }

    /**
     * Reads the one entity with the given attribute value. Route: a replica.
     *
     * @param attribute the attribute's name
     * @param value its value
     * @param options as of {@link FacadeRepository#getBy}
     * @return the entity, or empty
     */
    public Optional<E> getBy(String attribute, Object value, ReadOption... options) {
        return repository.getBy(type, attribute, value, options);
    }

    /**
     * Reads the one entity with the given attribute values, or throws. Route: a replica.
     *
     * @param clauses attribute name to value
     * @param options as of {@link FacadeRepository#getByOrThrow}
     * @return the entity
     */
    public E getByOrThrow(Map<String, ?> clauses, ReadOption... options) {
        return repository.getByOrThrow(type, clauses, options);
    }

    /**
     * Reads the one entity with the given attribute value, or throws. Route: a replica.
     *
     * @param attribute the attribute's name
     * @param value its value
     * @param options as of {@link FacadeRepository#getByOrThrow}
     * @return the entity
     */
    public E getByOrThrow(String attribute, Object value, ReadOption... options) {
        return repository.getByOrThrow(type, attribute, value, options);
    }

    /**
     * Reads the one entity of a query. Route: a replica.
     *
     * @param query the query
     * @param options as of {@link FacadeRepository#one}
     * @return the entity, or empty
     */
    public Optional<E> one(Queryable<E> query, ReadOption... options) {
        return repository.one(query, options);
    }

    /**
     * Reads the one entity of a query, or throws. Route: a replica.
     *
     * @param query the query
     * @param options as of {@link FacadeRepository#oneOrThrow}
     * @return the entity
     */
    public E oneOrThrow(Queryable<E> query, ReadOption... options) {
        return repository.oneOrThrow(query, options);
    }

    /**
     * Reads the only entity. Route: a replica.
     *
     * @param options as of {@link FacadeRepository#one}
     * @return the entity, or empty
     */
    public Optional<E> one(ReadOption... options) {
        return repository.one(type, options);
    }

    /**
     * Reads the only entity, or throws. Route: a replica.
     *
     * @param options as of {@link FacadeRepository#oneOrThrow}
     * @return the entity
     */
    public E oneOrThrow(ReadOption... options) {
        return repository.oneOrThrow(type, options);
    }

    /**
     * Tells whether there is any entity. Route: a replica.
     *
     * @param options as of {@link FacadeRepository#exists}
     * @return true if there is
     */
    public boolean exists(ReadOption... options) {
        return repository.exists(type, options);
    }

    /**
     * Tells whether a query finds any entity. Route: a replica.
     *
     * @param query the query
     * @param options as of {@link FacadeRepository#exists}
     * @return true if there is
     */
    public boolean exists(Queryable<E> query, ReadOption... options) {
        return repository.exists(query, options);
    }

    /**
     * Lets the database compute a value over all entities. Route: a replica.
     *
     * @param aggregate what to compute
     * @param options as of {@link FacadeRepository#aggregate}
     * @param <R> the result
     * @return the value, or empty
     */
    public <R> Optional<R> aggregate(Expression<R> aggregate, ReadOption... options) {
        return repository.aggregate(type, aggregate, options);
    }

    /**
     * Lets the database compute a value over some entities. Route: a replica.
     *
     * @param query over which
     * @param aggregate what to compute
     * @param options as of {@link FacadeRepository#aggregate}
     * @param <R> the result
     * @return the value, or empty
     */
    public <R> Optional<R> aggregate(Query<E> query, Expression<R> aggregate, ReadOption... options) {
        return repository.aggregate(query, aggregate, options);
    }

    /**
     * Counts the entities. Route: a replica.
     *
     * @param options as of {@link FacadeRepository#count}
     * @return their number
     */
    public long count(ReadOption... options) {
        return repository.count(type, options);
    }

    /**
     * Counts the rows of a query. Route: a replica.
     *
     * @param query without groups
     * @param options as of {@link FacadeRepository#count}
     * @return their number
     */
    public long count(Query<E> query, ReadOption... options) {
        return repository.count(query, options);
    }

    /**
     * Tells whether there is any entity with the given attribute values. Route: a replica.
     *
     * @param clauses attribute name to value
     * @param options as of {@link FacadeRepository#existsBy}
     * @return true if there is
     */
    public boolean existsBy(Map<String, ?> clauses, ReadOption... options) {
        return repository.existsBy(type, clauses, options);
    }

    /**
     * Tells whether there is an entity with the given attribute value. Route: a replica.
     *
     * @param attribute the attribute's name
     * @param value its value
     * @param options as of {@link FacadeRepository#existsBy}
     * @return true if there is
     */
    public boolean existsBy(String attribute, Object value, ReadOption... options) {
        return repository.existsBy(type, attribute, value, options);
    }

    /**
     * Reads one page. Route: a replica.
     *
     * @param query what is paged
     * @param page which page
     * @param options as of {@link FacadeRepository#page}
     * @return the page
     */
    public Page<E> page(Query<E> query, Page.Request page, ReadOption... options) {
        return repository.page(query, page, options);
    }

    /**
     * Streams all entities. Route: a replica, in a read-only transaction.
     *
     * @param options as of {@link FacadeRepository#stream}
     * @return a stream to be closed
     */
    public Stream<E> stream(ReadOption... options) {
        return repository.stream(type, options);
    }

    /**
     * Streams what a query asks for. Route: a replica, in a read-only transaction.
     *
     * @param query the query
     * @param options as of {@link FacadeRepository#stream}
     * @return a stream to be closed
     */
    public Stream<E> stream(Queryable<E> query, ReadOption... options) {
        return repository.stream(query, options);
    }

    /**
     * Reads an entity anew. Route: a replica.
     *
     * @param entity the entity
     * @param options as of {@link FacadeRepository#reload}
     * @return the entity, or empty
     */
    public Optional<E> reload(E entity, ReadOption... options) {
        return repository.reload(entity, options);
    }

    /**
     * Reads an entity anew, or throws. Route: a replica.
     *
     * @param entity the entity
     * @param options as of {@link FacadeRepository#reloadOrThrow}
     * @return the entity
     */
    public E reloadOrThrow(E entity, ReadOption... options) {
        return repository.reloadOrThrow(entity, options);
    }

    /**
     * Reads entities anew. Route: a replica.
     *
     * @param entities the entities
     * @param options as of {@link FacadeRepository#reload}
     * @return as many, in their order
     */
    public List<Optional<E>> reload(Collection<E> entities, ReadOption... options) {
        return repository.reload(entities, options);
    }

    /**
     * Reads entities anew, or throws. Route: a replica.
     *
     * @param entities the entities
     * @param options as of {@link FacadeRepository#reloadOrThrow}
     * @return as many, in their order
     */
    public List<E> reloadOrThrow(Collection<E> entities, ReadOption... options) {
        return repository.reloadOrThrow(entities, options);
    }

    /**
     * Loads associations into an entity. Route: a replica.
     *
     * @param entity the entity
     * @param preload what to load
     * @param options as of {@link FacadeRepository#preload}
     * @return the entity
     */
    public E preload(E entity, Preload preload, ReadOption... options) {
        return repository.preload(entity, preload, options);
    }

    /**
     * Loads associations into entities. Route: a replica.
     *
     * @param entities the entities
     * @param preload what to load
     * @param options as of {@link FacadeRepository#preload}
     * @param <C> the kind of collection
     * @return the entities
     */
    public <C extends Collection<E>> C preload(C entities, Preload preload, ReadOption... options) {
        return repository.preload(entities, preload, options);
    }

    /**
     * Inserts a new entity. Route: the master.
     *
     * @param entity the entity
     * @param options as of {@link FacadeRepository#insert}
     * @return the argument
     */
    public E insert(E entity, WriteOption... options) {
        return repository.insert(entity, options);
    }

    /**
     * Inserts new entities in one transaction. Route: the master.
     *
     * @param entities the entities
     * @param options as of {@link FacadeRepository#insertAll(Collection, WriteOption...)}
     * @return how many
     */
    public long insertAll(Collection<? extends E> entities, WriteOption... options) {
        return repository.insertAll(entities, options);
    }

    /**
     * Inserts many rows without cascades. Route: the master.
     *
     * @param rows entities, maps or records, of which one batch is in memory at a time
     * @param options as of {@link FacadeRepository#insertAll(Class, Stream, WriteOption...)}
     * @return how many
     */
    public long insertAll(Stream<?> rows, WriteOption... options) {
        return repository.insertAll(type, rows, options);
    }

    /**
     * Inserts what a query selects. Route: the master.
     *
     * @param source selects values under the names of attributes
     * @param options as of {@link FacadeRepository#insertAll(Class, Query, WriteOption...)}
     * @return how many
     */
    public long insertAll(Query<?> source, WriteOption... options) {
        return repository.insertAll(type, source, options);
    }

    /**
     * Inserts many rows and returns them as they are stored. Route: the master.
     *
     * @param rows entities, maps or records
     * @param options as of {@link FacadeRepository#insertAllReturning(Class, Iterable, WriteOption...)}
     * @return the entities
     */
    public List<E> insertAllReturning(Iterable<?> rows, WriteOption... options) {
        return repository.insertAllReturning(type, rows, options);
    }

    /**
     * Inserts what a query selects, and returns the rows as they are stored. Route: the master.
     *
     * @param source selects values under the names of attributes
     * @param options as of {@link FacadeRepository#insertAllReturning(Class, Query, WriteOption...)}
     * @return the entities
     */
    public List<E> insertAllReturning(Query<?> source, WriteOption... options) {
        return repository.insertAllReturning(type, source, options);
    }

    /**
     * Writes the present values of an entity. Route: the master.
     *
     * @param entity the entity
     * @param options as of {@link FacadeRepository#update}
     * @return the stored state
     */
    public E update(E entity, WriteOption... options) {
        return repository.update(entity, options);
    }

    /**
     * Inserts or updates, as the entity's state says. Route: the master.
     *
     * @param entity the entity
     * @param options as of {@link FacadeRepository#insertOrUpdate}
     * @return the stored state
     */
    public E insertOrUpdate(E entity, WriteOption... options) {
        return repository.insertOrUpdate(entity, options);
    }

    /**
     * Deletes an entity. Route: the master.
     *
     * @param entity the entity
     * @param options as of {@link FacadeRepository#delete}
     * @return the argument
     */
    public E delete(E entity, WriteOption... options) {
        return repository.delete(entity, options);
    }

    /**
     * Changes all entities by one statement. Route: the master.
     *
     * @param changes what to change
     * @return how many rows
     */
    public long updateAll(Change... changes) {
        return repository.updateAll(type, changes);
    }

    /**
     * Changes some entities by one statement. Route: the master.
     *
     * @param query which
     * @param changes what to change
     * @return how many rows
     */
    public long updateAll(Query<E> query, Change... changes) {
        return repository.updateAll(query, changes);
    }

    /**
     * Changes some entities by one statement. Route: the master.
     *
     * @param query which
     * @param changes what to change
     * @param options as of {@link FacadeRepository#updateAll(Query, List, WriteOption...)}
     * @return how many rows
     */
    public long updateAll(Query<E> query, List<Change> changes, WriteOption... options) {
        return repository.updateAll(query, changes, options);
    }

    /**
     * Changes some entities and returns them as they are stored then. Route: the master.
     *
     * @param query which, and what of them is returned
     * @param changes what to change
     * @param <R> what a row becomes
     * @return the rows
     */
    public <R> List<R> updateAllReturning(Query<R> query, Change... changes) {
        return repository.updateAllReturning(query, changes);
    }

    /**
     * Deletes some entities and returns what they were. Route: the master.
     *
     * @param query which, and what of them is returned
     * @param <R> what a row becomes
     * @return the rows
     */
    public <R> List<R> deleteAllReturning(Query<R> query) {
        return repository.deleteAllReturning(query);
    }

    /**
     * Deletes all entities by one statement. Route: the master.
     *
     * @param options as of {@link FacadeRepository#deleteAll(Class, WriteOption...)}
     * @return how many rows
     */
    public long deleteAll(WriteOption... options) {
        return repository.deleteAll(type, options);
    }

    /**
     * Deletes some entities by one statement. Route: the master.
     *
     * @param query which
     * @param options as of {@link FacadeRepository#deleteAll(Query, WriteOption...)}
     * @return how many rows
     */
    public long deleteAll(Query<E> query, WriteOption... options) {
        return repository.deleteAll(query, options);
    }

    /**
     * Inserts what a changeset leads to. Route: the master.
     *
     * @param changeset the changeset
     * @param options as of {@link FacadeRepository#insert}
     * @return the entity, or the changeset with its errors
     */
    public Result<E> insert(Changeset<E> changeset, WriteOption... options) {
        return repository.insert(changeset, options);
    }

    /**
     * Inserts what a changeset leads to, or throws. Route: the master.
     *
     * @param changeset the changeset
     * @param options as of {@link FacadeRepository#insert}
     * @return the entity
     */
    public E insertOrThrow(Changeset<E> changeset, WriteOption... options) {
        return repository.insertOrThrow(changeset, options);
    }

    /**
     * Writes what a changeset changes. Route: the master.
     *
     * @param changeset the changeset
     * @param options as of {@link FacadeRepository#update}
     * @return the entity, or the changeset with its errors
     */
    public Result<E> update(Changeset<E> changeset, WriteOption... options) {
        return repository.update(changeset, options);
    }

    /**
     * Writes what a changeset changes, or throws. Route: the master.
     *
     * @param changeset the changeset
     * @param options as of {@link FacadeRepository#update}
     * @return the entity
     */
    public E updateOrThrow(Changeset<E> changeset, WriteOption... options) {
        return repository.updateOrThrow(changeset, options);
    }

    /**
     * Inserts or updates what a changeset leads to. Route: the master.
     *
     * @param changeset the changeset
     * @param options as of {@link FacadeRepository#insertOrUpdate}
     * @return the entity, or the changeset with its errors
     */
    public Result<E> insertOrUpdate(Changeset<E> changeset, WriteOption... options) {
        return repository.insertOrUpdate(changeset, options);
    }

    /**
     * Inserts or updates what a changeset leads to, or throws. Route: the master.
     *
     * @param changeset the changeset
     * @param options as of {@link FacadeRepository#insertOrUpdate}
     * @return the entity
     */
    public E insertOrUpdateOrThrow(Changeset<E> changeset, WriteOption... options) {
        return repository.insertOrUpdateOrThrow(changeset, options);
    }

    /**
     * Deletes the entity of a changeset. Route: the master.
     *
     * @param changeset the changeset
     * @param options as of {@link FacadeRepository#delete}
     * @return the entity, or the changeset with its errors
     */
    public Result<E> delete(Changeset<E> changeset, WriteOption... options) {
        return repository.delete(changeset, options);
    }

    /**
     * Deletes the entity of a changeset, or throws. Route: the master.
     *
     * @param changeset the changeset
     * @param options as of {@link FacadeRepository#delete}
     * @return the entity
     */
    public E deleteOrThrow(Changeset<E> changeset, WriteOption... options) {
        return repository.deleteOrThrow(changeset, options);
    }

    /**
     * Looks whether values are there already. Route: the master.
     *
     * @param changeset the changeset
     * @param fields those that must be unique together
     * @return the changeset, maybe with an error
     */
    public Changeset<E> unsafeValidateUnique(Changeset<E> changeset, String... fields) {
        return repository.unsafeValidateUnique(changeset, fields);
    }
}
