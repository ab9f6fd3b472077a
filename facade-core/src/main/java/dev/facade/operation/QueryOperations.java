package dev.facade.operation;

import dev.facade.engine.entity.Echo;
import dev.facade.engine.entity.EntityShape;
import dev.facade.option.ReadOption;
import dev.facade.query.Expression;
import dev.facade.query.Page;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.query.Queryable;
import jakarta.persistence.NoResultException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The operations that read. Thread-safe.
 *
 * <p>Route: inside a transaction, that transaction; else a replica picked by the algorithm, or where the call's options
 * send it. The entities come back detached: changing one writes nothing. An association that was not loaded throws the
 * provider's lazy-initialization error when it is touched; load it with {@link Preload}, here or by {@link #preload}.
 * (In a host's transaction, Spring's say, entities stay managed.)
 *
 * <pre>{@code
 * List<Post> popular = repo.all(from(Post.class).where(field("likes").gt(100)));
 * Optional<Post> one = repo.get(Post.class, 42L);
 * long count = repo.count(Post.class);
 * }</pre>
 */
public interface QueryOperations {

    /**
     * Reads all rows.
     *
     * @param query what to read
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <T> what a row becomes
     * @return the rows, maybe none; a list of the caller's own
     */
    <T> List<T> all(Queryable<T> query, ReadOption... options);

    /**
     * Reads all entities of a class.
     *
     * @param type an entity class
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <T> the entity
     * @return the entities, maybe none
     */
    default <T> List<T> all(Class<T> type, ReadOption... options) {
        return all(Query.from(type), options);
    }

    /**
     * Reads all entities with the given attribute values.
     *
     * @param type an entity class
     * @param clauses attribute name to value, never null
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <T> the entity
     * @return the entities, maybe none
     */
    default <T> List<T> allBy(Class<T> type, Map<String, ?> clauses, ReadOption... options) {
        return all(Query.from(type).by(clauses), options);
    }

    /**
     * Reads the entities with the given attribute value.
     *
     * <p>{@code repo.allBy(Post.class, "title", "Hello")}
     *
     * @param type an entity class
     * @param attribute the attribute's name
     * @param value its value, not null
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <T> the entity
     * @return the entities, maybe none
     */
    default <T> List<T> allBy(Class<T> type, String attribute, Object value, ReadOption... options) {
        return all(Query.from(type).where(attribute, value), options);
    }

    /**
     * Reads one entity by its primary key.
     *
     * @param type an entity class
     * @param id its primary key, of the key's type
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, OnMiss, Receipt.to(...)}
     * @param <T> the entity
     * @return the entity, or empty if there is none
     * @throws IllegalArgumentException if the id is null or of another type
     */
    <T> Optional<T> get(Class<T> type, Object id, ReadOption... options);

    /**
     * Like {@link #get}, but throws if there is none.
     *
     * @param type an entity class
     * @param id its primary key
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, OnMiss, Receipt.to(...)}
     * @param <T> the entity
     * @return the entity
     * @throws NoResultException if there is none
     */
    default <T> T getOrThrow(Class<T> type, Object id, ReadOption... options) {
        return get(type, id, options)
                .orElseThrow(
                        () -> new NoResultException("get: no " + type.getSimpleName() + " with id " + Echo.of(id)));
    }

    /**
     * Reads the one entity with the given attribute values.
     *
     * @param type an entity class
     * @param clauses attribute name to value, never null
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, OnMiss, Receipt.to(...)}
     * @param <T> the entity
     * @return the entity, or empty if there is none
     * @throws jakarta.persistence.NonUniqueResultException if there are several
     */
    <T> Optional<T> getBy(Class<T> type, Map<String, ?> clauses, ReadOption... options);

    /**
     * Reads the one entity with the given attribute value.
     *
     * @param type an entity class
     * @param attribute the attribute's name
     * @param value never null
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, OnMiss, Receipt.to(...)}
     * @param <T> the entity
     * @return the entity, or empty if there is none
     * @throws jakarta.persistence.NonUniqueResultException if there are several
     */
    default <T> Optional<T> getBy(Class<T> type, String attribute, Object value, ReadOption... options) {
        return getBy(type, Collections.singletonMap(attribute, value), options);
    }

    /**
     * Like {@link #getBy(Class, Map, ReadOption...)}, but throws if there is none.
     *
     * @param type an entity class
     * @param clauses attribute name to value, never null
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, OnMiss, Receipt.to(...)}
     * @param <T> the entity
     * @return the entity
     * @throws NoResultException if there is none
     */
    default <T> T getByOrThrow(Class<T> type, Map<String, ?> clauses, ReadOption... options) {
        return getBy(type, clauses, options)
                .orElseThrow(
                        () -> new NoResultException("getBy: no " + type.getSimpleName() + " with " + Echo.of(clauses)));
    }

    /**
     * Like {@link #getBy(Class, String, Object, ReadOption...)}, but throws if there is none.
     *
     * <p>{@code repo.getByOrThrow(Post.class, "title", "Hello")}
     *
     * @param type an entity class
     * @param attribute the attribute's name
     * @param value its value, not null
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <T> the entity
     * @return the entity
     * @throws NoResultException if there is none
     * @throws jakarta.persistence.NonUniqueResultException if there is more than one
     */
    default <T> T getByOrThrow(Class<T> type, String attribute, Object value, ReadOption... options) {
        return getBy(type, attribute, value, options)
                .orElseThrow(() -> new NoResultException(
                        "getBy: no " + type.getSimpleName() + " with " + attribute + " = " + Echo.of(value)));
    }

    /**
     * Reads the one row of a query.
     *
     * @param query what to read
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <T> what the row becomes
     * @return the row, or empty if there is none
     * @throws jakarta.persistence.NonUniqueResultException if there are several
     */
    <T> Optional<T> one(Queryable<T> query, ReadOption... options);

    /**
     * Like {@link #one}, but throws if there is none.
     *
     * @param query what to read
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <T> what the row becomes
     * @return the row
     * @throws NoResultException if there is none
     */
    default <T> T oneOrThrow(Queryable<T> query, ReadOption... options) {
        return one(query, options)
                .orElseThrow(() -> new NoResultException("one: no row for " + Echo.of(query.subject())));
    }

    /**
     * Reads the only entity of a class, such as a row of settings.
     *
     * <p>{@code Optional<Settings> settings = repo.one(Settings.class)}
     *
     * @param type an entity class
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <T> the entity
     * @return the entity, or empty
     * @throws jakarta.persistence.NonUniqueResultException if there is more than one
     */
    default <T> Optional<T> one(Class<T> type, ReadOption... options) {
        return one(Query.from(type), options);
    }

    /**
     * Like {@link #one(Class, ReadOption...)}, but throws if there is none.
     *
     * @param type an entity class
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <T> the entity
     * @return the entity
     * @throws NoResultException if there is none
     * @throws jakarta.persistence.NonUniqueResultException if there is more than one
     */
    default <T> T oneOrThrow(Class<T> type, ReadOption... options) {
        return one(type, options).orElseThrow(() -> new NoResultException("one: no " + type.getSimpleName()));
    }

    /**
     * Tells whether there is any row; reads one at most.
     *
     * @param query what to look for
     * @param options {@code Target, Timeout, Schema, Consistency, Receipt.to(...)}
     * @return true if there is
     */
    boolean exists(Queryable<?> query, ReadOption... options);

    /**
     * Tells whether there is any entity of a class.
     *
     * @param type an entity class
     * @param options {@code Target, Timeout, Schema, Consistency, Receipt.to(...)}
     * @return true if there is
     */
    default boolean exists(Class<?> type, ReadOption... options) {
        return exists(Query.from(type), options);
    }

    /**
     * Lets the database compute a value.
     *
     * @param query over which rows; without groups
     * @param aggregate what to compute
     * @param options {@code Target, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <R> the result
     * @return the value; empty when there is no entity, except for a count
     */
    <R> Optional<R> aggregate(Query<?> query, Expression<R> aggregate, ReadOption... options);

    /**
     * Lets the database compute a value over all entities of a class.
     *
     * @param type an entity class
     * @param aggregate what to compute
     * @param options {@code Target, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <R> the result
     * @return the value; empty when there is no entity, except for a count
     */
    default <R> Optional<R> aggregate(Class<?> type, Expression<R> aggregate, ReadOption... options) {
        return aggregate(Query.from(type), aggregate, options);
    }

    /**
     * Counts the entities of a class.
     *
     * @param type an entity class
     * @param options {@code Target, Timeout, Schema, Consistency, Receipt.to(...)}
     * @return their number
     */
    default long count(Class<?> type, ReadOption... options) {
        return aggregate(type, Expression.count(), options).orElse(0L);
    }

    /**
     * Counts the rows of a query.
     *
     * @param query without groups
     * @param options {@code Target, Timeout, Schema, Consistency, Receipt.to(...)}
     * @return their number
     */
    default long count(Query<?> query, ReadOption... options) {
        return aggregate(query, Expression.count(), options).orElse(0L);
    }

    /**
     * Tells whether there is any entity with the given attribute values.
     *
     * @param type an entity class
     * @param clauses attribute name to value, never null
     * @param options {@code Target, Timeout, Schema, Consistency, Receipt.to(...)}
     * @return true if there is
     */
    default boolean existsBy(Class<?> type, Map<String, ?> clauses, ReadOption... options) {
        return exists(Query.from(type).by(clauses), options);
    }

    /**
     * Tells whether there is an entity with the given attribute value.
     *
     * <p>{@code repo.existsBy(Post.class, "title", "Hello")}
     *
     * @param type an entity class
     * @param attribute the attribute's name
     * @param value its value, not null
     * @param options {@code Target, Timeout, Schema, Consistency, Receipt.to(...)}
     * @return true if there is
     */
    default boolean existsBy(Class<?> type, String attribute, Object value, ReadOption... options) {
        return exists(Query.from(type).where(attribute, value), options);
    }

    /**
     * Reads one page; its rows are counted only if the request asks for it.
     *
     * @param query what is paged, without a limit; pages that follow a cursor need an order by attributes of the entity
     *     itself, which the key completes, and have nulls above all values unless the order says where they go
     * @param page which page
     * @param options {@code Target, Preload, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <T> what a row becomes
     * @return the page
     */
    <T> Page<T> page(Query<T> query, Page.Request page, ReadOption... options);

    /**
     * Reads rows one after the other, with a cursor in a read-only transaction. Close the stream; it holds a connection.
     *
     * <p>A failure before the first row sends it elsewhere as any read; one after that reaches the consumer.
     *
     * @param query what to read
     * @param options {@code Target, FetchSize, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <T> what a row becomes
     * @return a stream to be closed, of detached rows; used by one thread
     */
    <T> Stream<T> stream(Queryable<T> query, ReadOption... options);

    /**
     * Streams all entities of a class; see {@link #stream(Queryable, ReadOption...)}.
     *
     * @param type an entity class
     * @param options {@code Target, FetchSize, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <T> the entity
     * @return a stream to be closed
     */
    default <T> Stream<T> stream(Class<T> type, ReadOption... options) {
        return stream(Query.from(type), options);
    }

    /**
     * Reads an entity anew, as it is now; the argument stays as it is.
     *
     * @param entity an entity with a primary key
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, OnMiss, Receipt.to(...)}
     * @param <T> the entity
     * @return the entity without what was loaded before, or empty if it is gone
     */
    <T> Optional<T> reload(T entity, ReadOption... options);

    /**
     * Like {@link #reload}, but throws if the entity is gone.
     *
     * @param entity an entity with a primary key
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <T> the entity
     * @return the entity
     * @throws NoResultException if it is gone
     */
    default <T> T reloadOrThrow(T entity, ReadOption... options) {
        return reload(entity, options)
                .orElseThrow(() -> new NoResultException("reload: " + EntityShape.named(entity) + " is gone"));
    }

    /**
     * Reads entities anew, by one query; the arguments stay as they are.
     *
     * @param entities entities of one class or hierarchy, each with a primary key
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <T> the entity
     * @return as many as there are arguments and in their order; empty for one that is gone
     * @throws IllegalArgumentException if they are of several hierarchies, or one has no key
     */
    <T> List<Optional<T>> reload(Collection<T> entities, ReadOption... options);

    /**
     * Like {@link #reload(Collection, ReadOption...)}, but throws if one is gone.
     *
     * @param entities entities of one class or hierarchy, each with a primary key
     * @param options {@code Target, Preload, Lock, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <T> the entity
     * @return as many as there are arguments and in their order
     * @throws NoResultException if one is gone
     */
    default <T> List<T> reloadOrThrow(Collection<T> entities, ReadOption... options) {
        List<T> asked = List.copyOf(entities);
        List<Optional<T>> found = reload(asked, options);
        List<String> gone = IntStream.range(0, asked.size())
                .filter(i -> found.get(i).isEmpty())
                .mapToObj(i -> EntityShape.named(asked.get(i)))
                .toList();
        if (!gone.isEmpty()) {
            throw new NoResultException(
                    "reload: " + gone.size() + " of " + asked.size() + " gone: " + Echo.of(String.join(", ", gone)));
        }
        return found.stream().map(Optional::orElseThrow).toList();
    }

    /**
     * Loads associations into entities that were read before. An association that is loaded already stays as it is.
     *
     * @param entities one entity, a collection of entities of one class, or null
     * @param preload what to load
     * @param options {@code Target, Timeout, Schema, Consistency, Receipt.to(...)}
     * @param <S> the shape of the argument
     * @return the argument
     */
    <S extends @Nullable Object> S preload(S entities, Preload preload, ReadOption... options);
}
