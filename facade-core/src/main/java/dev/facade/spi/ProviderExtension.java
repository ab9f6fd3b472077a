package dev.facade.spi;

import dev.facade.option.Schema;
import dev.facade.option.Timeout;
import dev.facade.query.OnConflict;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Query;
import java.sql.Connection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The abilities that JPA has no words for, so that each provider needs its own way. Thread-safe. Found by
 * {@link java.util.ServiceLoader}; where none accepts a factory, {@link #portable()} does what JPA can and refuses the
 * rest.
 */
public interface ProviderExtension {

    /**
     * The abilities of JPA alone, with any provider.
     *
     * @return the extension, which accepts every factory
     */
    static ProviderExtension portable() {
        return PortableExtension.INSTANCE;
    }

    /**
     * Returns the one that knows a factory's provider.
     *
     * @param factory a factory
     * @return the first on the class path that accepts it, or {@link #portable()}
     */
    static ProviderExtension of(EntityManagerFactory factory) {
        for (ProviderExtension extension :
                ServiceLoader.load(ProviderExtension.class, ProviderExtension.class.getClassLoader())) {
            if (extension.accepts(factory)) {
                return extension;
            }
        }
        return portable();
    }

    /**
     * Tells whether this extension knows a factory's provider.
     *
     * @param factory the factory
     * @return true to be used for it
     */
    boolean accepts(EntityManagerFactory factory);

    /**
     * Names the database of a factory, so that its SQL is read as the database reads it.
     *
     * @param factory a factory
     * @return {@code PostgreSQL}, {@code MariaDB} or {@code H2}; empty if that is not known
     */
    String database(EntityManagerFactory factory);

    /**
     * Makes an entity managed whose present state is what the database is believed to hold, so that only what is
     * changed afterwards is written, under the check of its version. Asks the database nothing, if the provider can.
     * Associated entities are neither cascaded into nor written.
     *
     * @param entityManager an empty one
     * @param entity detached, with its key and version; its associations may be detached
     * @param <T> the entity
     * @return the managed instance: the argument, or what was read in its place; null if that was not there or has
     *     another version, or if a column that is not changed would be written too: then the row must be read first,
     *     under a lock
     */
    <T> @Nullable T attach(EntityManager entityManager, T entity);

    /**
     * Returns the entity behind a proxy, whose own fields are empty.
     *
     * @param managed an entity, or a proxy of one, which is loaded if it was not
     * @return the entity; the argument if it is no proxy
     */
    Object unproxied(Object managed);

    /**
     * Looks an entity up by its key.
     *
     * @param entityManager where it is managed then
     * @param entity the entity class
     * @param id its key
     * @param lock how the row is locked, {@link LockModeType#NONE} for not at all
     * @param hints of the provider or of JPA
     * @param <T> the entity
     * @return the entity; null only if the database has said that there is none
     */
    default <T> @Nullable T find(
            EntityManager entityManager, Class<T> entity, Object id, LockModeType lock, Map<String, Object> hints) {
        return lock == LockModeType.NONE
                ? entityManager.find(entity, id, hints)
                : entityManager.find(entity, id, lock, hints);
    }

    /**
     * Tells whether a collection was read from the database, and not given to its entity by a program.
     *
     * @param collection a collection or a map that an entity holds
     * @return false if nobody has read it yet, or if that is not known
     */
    boolean isRead(Object collection);

    /**
     * Locks a row against other writers until the transaction ends, before it is read; nothing if it is not there.
     *
     * @param entityManager in a transaction
     * @param entity the entity class
     * @param id its key
     */
    void lock(EntityManager entityManager, Class<?> entity, Object id);

    /**
     * Makes the next flush update a row even if nothing of it changes. All of its columns may be written.
     *
     * @param entityManager in a transaction
     * @param managed an entity that was read under a lock, so that none of its values is stale
     * @throws UnsupportedOperationException if the provider has no way to do so
     */
    void touch(EntityManager entityManager, Object managed);

    /**
     * Tells what is unusual about the mapping of an entity.
     *
     * @param factory a factory
     * @param entity the entity class
     * @return its traits; mostly none
     */
    Set<Trait> traits(EntityManagerFactory factory, Class<?> entity);

    /** Something about a mapping that some operations must know. */
    enum Trait {
        /** No row may be updated. */
        IMMUTABLE,
        /** The entity is selected from other tables by SQL of its mapping, so no row can be written. */
        NO_TABLE,
        /** A find runs SQL of the mapping, which queries do not. */
        FOUND_BY_SQL,
        /** The database cannot lock its rows in the statement that reads them. */
        NOT_LOCKABLE
    }

    /**
     * Tells which attributes of an entity have a trait.
     *
     * @param factory a factory
     * @param entity the entity class
     * @param trait the trait
     * @return their names; mostly none
     */
    Set<String> attributes(EntityManagerFactory factory, Class<?> entity, AttributeTrait trait);

    /** Something about an attribute that some operations must know. */
    enum AttributeTrait {
        /** A large object that the database knows by a number, so that no condition can compare it. */
        LARGE_OBJECT,
        /** An embeddable that is stored in one column, as a structure of the database or as JSON. */
        AGGREGATE
    }

    /**
     * Tells which attributes of an entity no update writes.
     *
     * @param factory a factory
     * @param entity the entity class
     * @return the names of those that only an insert writes, or nobody; without the key
     */
    Set<String> notUpdatable(EntityManagerFactory factory, Class<?> entity);

    /**
     * Tells which attributes of an entity are text, and how much their columns hold.
     *
     * @param factory a factory
     * @param entity the entity class
     * @return the columns that are known, those of embeddables too
     */
    List<TextColumn> textColumns(EntityManagerFactory factory, Class<?> entity);

    /**
     * Inserts rows in batches, without cascades.
     *
     * @param entityManager in a transaction
     * @param rows what to insert
     * @return what was written
     */
    Inserted insert(EntityManager entityManager, Rows rows);

    /**
     * Inserts what a query selects, by one statement.
     *
     * @param entityManager in a transaction
     * @param selected the query, and where its values go
     * @return what was written; none is said to be left out, since the statement does not tell
     */
    Inserted insertSelected(EntityManager entityManager, Selected selected);

    /**
     * Tells which attributes get values when a row is written that nobody has given.
     *
     * @param factory a factory
     * @param entity the entity class
     * @return the names of those whose values the provider or the database makes; neither keys nor versions
     */
    Set<String> generated(EntityManagerFactory factory, Class<?> entity);

    /**
     * Opens an EntityManager whose transactions work in a schema. The caller leads its connection there; what the provider
     * keeps apart for each schema, such as caches and blocks of keys, it keeps apart by the name.
     *
     * @param factory a factory
     * @param schema the schema
     * @param seen hears of each entity that is read or written, unless its mapping names a schema of its own
     * @return the EntityManager, to be closed
     */
    EntityManager open(EntityManagerFactory factory, Schema schema, Consumer<Object> seen);

    /**
     * Tells whether the tenant of an EntityManager is resolved when it is opened, by the thread that opens it.
     *
     * @param factory a factory
     * @return false if every thread's would do
     */
    boolean resolvesTenants(EntityManagerFactory factory);

    /**
     * Takes back what the caller's code may have set on the connection of an EntityManager, as far as its pool is known:
     * session variables, role, locks, temporary tables. A connection that cannot be restored is closed.
     *
     * @param entityManager open, without a transaction
     */
    void restore(EntityManager entityManager);

    /**
     * Tells the schema that the mapping of an entity names, in which its table is wherever one works.
     *
     * @param factory the master's
     * @param entity an entity class
     * @return empty if the mapping names none
     */
    Optional<String> mappedSchema(EntityManagerFactory factory, Class<?> entity);

    /**
     * Tells whether an EntityManager of a factory keeps its connection until it is closed, in and out of transactions.
     *
     * @param factory a factory
     * @return true if it does
     */
    boolean keepsConnection(EntityManagerFactory factory);

    /**
     * Returns the connection that an EntityManager keeps until it is closed.
     *
     * @param entityManager of a factory that keeps its connections
     * @return the connection, which the EntityManager has taken now at the latest
     */
    Connection heldConnection(EntityManager entityManager);

    /**
     * Tells which tables a statement touches.
     *
     * @param query of JPQL or criteria, whose parameters need not be bound
     * @return the tables that it reads from, with those of what is loaded along with its rows; of a bulk statement those
     *     that it changes
     */
    Tables tables(Query query);

    /**
     * Tells which tables are read when an entity is looked up by its key.
     *
     * @param factory a factory
     * @param entity the entity class
     * @return the tables, with those of what is loaded along with it
     */
    Tables tablesRead(EntityManagerFactory factory, Class<?> entity);

    /**
     * Tells which tables belong to an entity.
     *
     * @param factory a factory
     * @param entity the entity class
     * @return those of its class, of its superclasses and subclasses, and of its collections
     */
    Tables tablesOf(EntityManagerFactory factory, Class<?> entity);

    /**
     * Tells which tables the rows of some tables refer to, by the mapping.
     *
     * @param factory a factory
     * @param tables some tables
     * @return those that their foreign keys lead to, and those of their rows' collections
     */
    Tables tablesReferred(EntityManagerFactory factory, Tables tables);

    /**
     * Lets an observer know what is flushed.
     *
     * @param factory the master's
     * @param observer hears of each transaction, as long as somebody else keeps it
     * @return false if the provider has no way to do so: then any write may write any table
     */
    boolean observe(EntityManagerFactory factory, WriteObserver observer);

    /**
     * Lets somebody know how a transaction ends, and what was flushed in it, also by others.
     *
     * @param entityManager of the master, in a transaction
     * @param writing is told
     * @return false if the provider has no way to do so
     */
    boolean join(EntityManager entityManager, Writing writing);

    /**
     * Runs something when a transaction has been committed, after {@link Writing} has been told.
     *
     * @param entityManager of the master, in a transaction
     * @param hook does not throw
     * @return false if the provider has no way to do so
     */
    boolean afterCommit(EntityManager entityManager, Runnable hook);

    /**
     * Tells whether a factory may keep what is read through it in a cache that outlives its EntityManagers: a second-level
     * cache, also called shared cache, or one of queries' results.
     *
     * @param factory a factory
     * @return false if it surely does not
     */
    boolean hasSharedCache(EntityManagerFactory factory);

    /**
     * Translates a query.
     *
     * @param query of JPQL, with its parameters bound
     * @return the SQL that it runs, with a question mark for each bound value
     */
    String toSql(Query query);

    /**
     * Asks the database how it would run a query.
     *
     * @param entityManager in a transaction
     * @param query of JPQL, with its parameters bound
     * @return what its {@code EXPLAIN} says, line by line
     */
    List<String> explain(EntityManager entityManager, Query query);

    /**
     * A column that holds text.
     *
     * @param path of the attribute, with dots
     * @param name of the column
     * @param length how many characters the mapping gives it, or null: that is not known
     */
    record TextColumn(String path, String name, @Nullable Integer length) {}

    /**
     * Rows to insert.
     *
     * @param entity the entity class
     * @param values entities of the class, maps by attribute name, or records by component name; asked once
     * @param conflict the rule for rows that are there already, or null: an error
     * @param keys whether the keys of what was written are wanted
     * @param progress hears after each batch how many rows were sent so far
     * @param timeout of each statement, or null: none
     */
    record Rows(
            Class<?> entity,
            Iterator<?> values,
            @Nullable OnConflict conflict,
            boolean keys,
            LongConsumer progress,
            @Nullable Timeout timeout) {

        /**
         * Checks the components.
         *
         * @param entity the entity class
         * @param values entities of the class, maps by attribute name, or records by component name; asked once
         * @param conflict the rule for rows that are there already, or null: an error
         * @param keys whether the keys of what was written are wanted
         * @param progress hears after each batch how many rows were sent so far
         * @param timeout of each statement, or null: none
         */
        public Rows {
            Objects.requireNonNull(entity, "entity");
            Objects.requireNonNull(values, "values");
            Objects.requireNonNull(progress, "progress");
        }
    }

    /**
     * The rows that were written.
     *
     * @param count inserted rows, and with a conflict rule those that it changed
     * @param leftOut rows that a conflict rule has neither inserted nor let change the existing one
     * @param keys their keys, if wanted; in the rows' order
     */
    record Inserted(long count, long leftOut, List<Object> keys) {

        /**
         * Copies the components.
         *
         * @param count inserted rows, and with a conflict rule those that it changed
         * @param leftOut rows that a conflict rule has neither inserted nor let change the existing one
         * @param keys their keys, if wanted; in the rows' order
         */
        public Inserted {
            keys = List.copyOf(keys);
        }
    }

    /**
     * A query whose rows are inserted.
     *
     * @param entity the entity class
     * @param source what selects
     * @param attributes where its values go, in their order
     * @param conflict the rule for rows that are there already, or null: an error
     * @param keys whether the keys of what was written are wanted
     * @param timeout of the statement, or null: none
     */
    record Selected(
            Class<?> entity,
            dev.facade.query.Query<?> source,
            List<String> attributes,
            @Nullable OnConflict conflict,
            boolean keys,
            @Nullable Timeout timeout) {

        /**
         * Copies the components.
         *
         * @param entity the entity class
         * @param source what selects
         * @param attributes where its values go, in their order
         * @param conflict the rule for rows that are there already, or null: an error
         * @param keys whether the keys of what was written are wanted
         * @param timeout of the statement, or null: none
         */
        public Selected {
            attributes = List.copyOf(attributes);
        }
    }

    /** Is told of what the flushes of a factory's EntityManagers write, whoever has opened them. Thread-safe. */
    @FunctionalInterface
    interface WriteObserver {

        /**
         * A flush writes on this thread.
         *
         * @return whom to tell at the end of the transaction; equal ones are told once
         */
        Writing writing();
    }

    /** The writes of one transaction. */
    @FunctionalInterface
    interface Writing {

        /**
         * The transaction has ended.
         *
         * @param tables that were written
         * @param committed false if it was rolled back, or if that is not known
         */
        void ended(Set<String> tables, boolean committed);
    }
}
