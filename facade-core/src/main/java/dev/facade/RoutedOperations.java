package dev.facade;

import dev.facade.changeset.Changeset;
import dev.facade.changeset.Changeset.Action;
import dev.facade.changeset.Result;
import dev.facade.engine.Engine;
import dev.facade.engine.Writes;
import dev.facade.engine.call.ReadOptions;
import dev.facade.engine.call.WriteOptions;
import dev.facade.engine.mapping.EntityModel;
import dev.facade.engine.sql.SqlRun;
import dev.facade.engine.transaction.FacadeTransaction;
import dev.facade.engine.write.BulkWrites;
import dev.facade.engine.write.ChangesetWrites;
import dev.facade.engine.write.EntityWriter;
import dev.facade.engine.write.InsertGraph;
import dev.facade.error.TransactionRolledBackException;
import dev.facade.operation.ChangesetOperations;
import dev.facade.operation.SchemaOperations;
import dev.facade.operation.SqlOperations;
import dev.facade.operation.TransactionAction;
import dev.facade.operation.TransactionBody;
import dev.facade.operation.TransactionOperations;
import dev.facade.option.Lock;
import dev.facade.option.ReadOption;
import dev.facade.option.Retry;
import dev.facade.option.Schema;
import dev.facade.option.Target;
import dev.facade.option.WriteOption;
import dev.facade.query.Change;
import dev.facade.query.Expression;
import dev.facade.query.Jpql;
import dev.facade.query.OnConflict;
import dev.facade.query.Query;
import jakarta.persistence.EntityManager;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EntityType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All operations, on an engine. Thread-safe. Base of the repository of the front door. */
abstract class RoutedOperations extends RoutedReads
        implements SchemaOperations, ChangesetOperations, TransactionOperations {

    private static final int BATCH = 50;

    private final EntityWriter writer;
    private final ChangesetWrites changesets;
    private final BulkWrites bulk;

    /**
     * Runs operations on an engine.
     *
     * @param engine the engine
     */
    protected RoutedOperations(Engine engine) {
        super(engine);
        this.writer = new EntityWriter(engine.model());
        this.bulk = new BulkWrites(engine);
        this.changesets = new ChangesetWrites(engine, writer, bulk);
    }

    private Writes writes() {
        return engine.writes();
    }

    /** The type of an entity that is written, which does not come from elsewhere. */
    private EntityType<?> typeOf(String operation, Object entity, WriteOptions options) {
        EntityType<?> type = engine.model().typeOf(operation, entity);
        engine.checkOrigin(operation, entity, options.get(Schema.class));
        engine.checkWritable(operation, type.getJavaType(), options.get(Schema.class));
        return type;
    }

    @Override
    public <T> T insert(T entity, WriteOption... options) {
        WriteOptions given = WriteOptions.of("insert", WriteOptions.OF_ENTITY_INSERT, options);
        EntityType<?> type = typeOf("insert", entity, given);
        OnConflict rule = given.get(OnConflict.class);
        boolean mayConflict = rule != null && rule.action() != OnConflict.Action.RAISE;
        if (!mayConflict) {
            InsertGraph.checkNew(engine.model(), type, entity);
        }
        T inserted = writes().write("insert", type.getName(), given, transaction -> {
            if (rule != null && mayConflict) {
                return bulk.insert(transaction, entity, Objects.requireNonNull(rule), given);
            }
            writer.persist(transaction, List.of(entity));
            bulk.bringBack(transaction, entity, given);
            return entity;
        });
        engine.written("insert", inserted, given.get(Schema.class));
        return inserted;
    }

    @Override
    public long insertAll(Collection<?> entities, WriteOption... options) {
        WriteOptions given = WriteOptions.of("insertAll", WriteOptions.OF_BULK, options);
        List<Object> all = new ArrayList<>(entities);
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Object entity : all) {
            EntityType<?> type = typeOf("insertAll", entity, given);
            InsertGraph.checkNew(engine.model(), type, entity);
            if (!seen.add(entity)) {
                throw new IllegalArgumentException(
                        "insertAll: the same " + type.getName() + " twice (expected: each entity once)");
            }
        }
        if (all.isEmpty()) {
            return 0;
        }
        String subject = engine.model().typeOf("insertAll", all.get(0)).getName();
        return writes().write("insertAll", subject, given, transaction -> {
            for (int from = 0; from < all.size(); from += BATCH) {
                writer.persist(transaction, all.subList(from, Math.min(from + BATCH, all.size())));
            }
            return (long) all.size();
        });
    }

    @Override
    public long insertAll(Class<?> type, Iterable<?> rows, WriteOption... options) {
        return bulk.insert(type, rows, WriteOptions.of("insertAll", WriteOptions.OF_BULK_INSERT, options));
    }

    @Override
    public long insertAll(Class<?> type, Query<?> source, WriteOption... options) {
        return bulk.insertSelected(
                type, source, WriteOptions.of("insertAll", WriteOptions.OF_SELECTED_INSERT, options));
    }

    @Override
    public <T> List<T> insertAllReturning(Class<T> type, Iterable<?> rows, WriteOption... options) {
        WriteOptions given = WriteOptions.of("insertAllReturning", WriteOptions.OF_BULK_INSERT_RETURNING, options);
        return bulk.insertReturning(type, rows, given);
    }

    @Override
    public <T> List<T> insertAllReturning(Class<T> type, Query<?> source, WriteOption... options) {
        WriteOptions given = WriteOptions.of("insertAllReturning", WriteOptions.OF_SELECTED_INSERT_RETURNING, options);
        return bulk.insertSelectedReturning(type, source, given);
    }

    @Override
    public <T> T update(T entity, WriteOption... options) {
        WriteOptions given = WriteOptions.of("update", WriteOptions.OF_ENTITY_UPDATE, options);
        EntityType<?> type = typeOf("update", entity, given);
        Object id = engine.model().requiredId("update", type, entity);
        engine.model().checkMutable("update", type);
        return writes().write("update", type.getName(), given, transaction -> {
            writes().writing(type.getJavaType());
            return writer.merge(transaction.entityManager(), "update", type, id, entity);
        });
    }

    @Override
    public <T> T insertOrUpdate(T entity, WriteOption... options) {
        WriteOptions given = WriteOptions.of("insertOrUpdate", WriteOptions.OF_ENTITY_UPDATE, options);
        EntityType<?> type = typeOf("insertOrUpdate", entity, given);
        return writes().write("insertOrUpdate", type.getName(), given, transaction -> {
            writes().writing(type.getJavaType());
            EntityManager em = transaction.entityManager();
            if (engine.model().isNew(em, type, entity)) {
                writer.persist(transaction, List.of(entity));
                return entity;
            }
            engine.model().checkMutable("insertOrUpdate", type);
            Object id = engine.model().requiredId("insertOrUpdate", type, entity);
            return writer.merge(em, "insertOrUpdate", type, id, entity);
        });
    }

    @Override
    public <T> T delete(T entity, WriteOption... options) {
        WriteOptions given = WriteOptions.of("delete", WriteOptions.OF_ENTITY_UPDATE, options);
        EntityType<?> type = typeOf("delete", entity, given);
        Object id = engine.model().requiredId("delete", type, entity);
        return writes().write("delete", type.getName(), given, transaction -> {
            EntityManager em = transaction.entityManager();
            writer.remove(transaction, writer.existing(em, "delete", type, id, entity));
            return entity;
        });
    }

    @Override
    public <T> boolean delete(Class<T> type, Object id, WriteOption... options) {
        WriteOptions given = WriteOptions.of("delete", WriteOptions.OF_ENTITY_UPDATE, options);
        EntityType<T> entity = engine.model().type("delete", type);
        Object key = engine.model().fittingId(entity, id);
        engine.checkWritable("delete", type, given.get(Schema.class));
        return writes().writeBound("delete", entity.getName(), given, transaction -> {
            Optional<T> found =
                    engine.model().isLockable(type) ? get(type, key, Lock.pessimisticWrite()) : get(type, key);
            found.ifPresent(this::delete);
            return found.isPresent();
        });
    }

    @Override
    public <T> Result<T> insert(Changeset<T> changeset, WriteOption... options) {
        return changesets.write(
                Action.INSERT, changeset, WriteOptions.of("insert", WriteOptions.OF_CHANGESET_INSERT, options));
    }

    @Override
    public <T> Result<T> update(Changeset<T> changeset, WriteOption... options) {
        return changesets.write(
                Action.UPDATE, changeset, WriteOptions.of("update", WriteOptions.OF_CHANGESET_UPDATE, options));
    }

    @Override
    public <T> Result<T> insertOrUpdate(Changeset<T> changeset, WriteOption... options) {
        if (changeset == null) {
            throw new IllegalArgumentException("insertOrUpdate: null (expected: an entity or a changeset)");
        }
        EntityType<?> type = engine.model().typeOf("insertOrUpdate", changeset.data());
        Boolean told = engine.model().tellsNew(type, changeset.data());
        boolean isNew = told != null
                ? told
                : reload(changeset.data(), whereWritten(options)).isEmpty();
        return isNew ? insert(changeset, options) : update(changeset, options);
    }

    /** Where a row would be that a write with these options might find. */
    private static ReadOption[] whereWritten(WriteOption... options) {
        return Stream.concat(
                        Stream.of(Target.master()),
                        Arrays.stream(options).filter(Schema.class::isInstance).map(Schema.class::cast))
                .toArray(ReadOption[]::new);
    }

    @Override
    public <T> Result<T> delete(Changeset<T> changeset, WriteOption... options) {
        return changesets.write(
                Action.DELETE, changeset, WriteOptions.of("delete", WriteOptions.OF_CHANGESET_DELETE, options));
    }

    @Override
    public <T> Changeset<T> unsafeValidateUnique(Changeset<T> changeset, String... fields) {
        if (fields.length == 0) {
            throw new IllegalArgumentException("fields: [] (expected: at least one)");
        }
        List<String> all = List.of(fields);
        boolean skipped = changeset.errors().stream().anyMatch(error -> all.contains(error.field()))
                || all.stream().noneMatch(changeset::changed)
                || all.stream().anyMatch(field -> changeset.getField(field) == null);
        if (skipped) {
            return changeset;
        }
        Query<T> same = Query.from(engine.model().<T>entityClass(changeset.data()));
        for (String field : all) {
            same = same.where(Expression.field(field).eq(Objects.requireNonNull(changeset.getField(field))));
        }
        EntityType<?> type = engine.model().typeOf("unsafeValidateUnique", changeset.data());
        Object id = engine.model().id(type, changeset.data());
        boolean taken = all(same.limit(2), Target.master()).stream()
                .anyMatch(row -> id == null || !id.equals(engine.model().id(type, row)));
        return taken
                ? changeset.addError(
                        all.get(0), "has already been taken", Map.of("validation", "unsafe_unique", "fields", all))
                : changeset;
    }

    @Override
    public long updateAll(Query<?> query, Change... changes) {
        return updateAll(query, List.of(changes));
    }

    @Override
    public long updateAll(Query<?> query, List<Change> changes, WriteOption... options) {
        WriteOptions given = WriteOptions.of("updateAll", WriteOptions.OF_BULK, options);
        engine.checkWritable("updateAll", query.entity(), given.get(Schema.class));
        List<Change> all = checked("updateAll", query, changes);
        return writes().write("updateAll", query.subject(), given, transaction -> {
            writes().writing(query.<Object>entity());
            EntityManager em = transaction.entityManager();
            return (long) given.timed(prepared("updateAll", query).compileUpdate(em, all))
                    .executeUpdate();
        });
    }

    @Override
    public <R> List<R> updateAllReturning(Query<R> query, Change... changes) {
        return bulk.updateReturning(query, checked("updateAllReturning", query, List.of(changes)));
    }

    private List<Change> checked(String operation, Query<?> query, List<Change> changes) {
        if (changes.isEmpty()) {
            throw new IllegalArgumentException("changes: [] (expected: at least one)");
        }
        EntityType<?> type = engine.model().type(operation, query.<Object>entity());
        engine.model().checkTable(operation, type.getJavaType());
        engine.model().checkMutable(operation, type);
        Set<String> fixed = engine.model().notUpdatable(type);
        Attribute<?, ?> version = EntityModel.versionAttribute(type);
        for (Change change : changes) {
            if (version != null && version.getName().equals(change.attribute())) {
                throw new IllegalArgumentException(operation + ": " + type.getName() + "." + change.attribute()
                        + " is the version (expected: another attribute; the update counts it up by itself)");
            }
            engine.model().checkAssignable(operation, type.getJavaType(), change.attribute());
            if (fixed.contains(change.attribute())) {
                throw new IllegalArgumentException(operation + ": " + type.getName() + "." + change.attribute()
                        + " (expected: an updatable attribute)");
            }
        }
        return List.copyOf(changes);
    }

    @Override
    public long updateAll(Jpql.Statement statement) {
        return changed("updateAll", statement);
    }

    @Override
    public long deleteAll(Query<?> query, WriteOption... options) {
        WriteOptions given = WriteOptions.of("deleteAll", WriteOptions.OF_BULK, options);
        engine.model().type("deleteAll", query.<Object>entity());
        engine.checkWritable("deleteAll", query.entity(), given.get(Schema.class));
        return writes().write("deleteAll", query.subject(), given, transaction -> {
            writes().writing(query.<Object>entity());
            EntityManager em = transaction.entityManager();
            return (long)
                    given.timed(prepared("deleteAll", query).compileDelete(em)).executeUpdate();
        });
    }

    @Override
    public <R> List<R> deleteAllReturning(Query<R> query) {
        engine.model().checkTable("deleteAllReturning", query.entity());
        return bulk.deleteReturning(query);
    }

    @Override
    public long deleteAll(Jpql.Statement statement) {
        return changed("deleteAll", statement);
    }

    private long changed(String operation, Jpql.Statement statement) {
        return writes().write(operation, statement.toString(), transaction -> {
            jakarta.persistence.Query compiled = statement.compile(transaction.entityManager());
            writes().writing(compiled);
            return (long) compiled.executeUpdate();
        });
    }

    @Override
    public <T, X extends Exception> T transaction(TransactionBody<T, X> body) throws X {
        return writes().transaction(Objects.requireNonNull(body, "body"));
    }

    @Override
    public <T, X extends Exception> T transaction(Retry retry, TransactionBody<T, X> body) throws X {
        Objects.requireNonNull(retry, "retry");
        return writes().transaction(retry, Objects.requireNonNull(body, "body"));
    }

    @Override
    public void afterCommit(Runnable hook) {
        writes().afterCommit(Objects.requireNonNull(hook, "hook"));
    }

    @Override
    public <T, X extends Exception> T checkout(TransactionBody<T, X> body) throws X {
        return writes().checkout(Objects.requireNonNull(body, "body"));
    }

    @Override
    public boolean isCheckedOut() {
        return engine.transactions().isCheckedOut();
    }

    @Override
    public RuntimeException rollback(@Nullable Object value) {
        FacadeTransaction transaction = engine.transactions().current();
        if (transaction == null) {
            throw new IllegalStateException("rollback: outside a transaction (expected: inside one)");
        }
        TransactionRolledBackException signal =
                new TransactionRolledBackException("transaction: rolled back by rollback(" + value + ")", value, null);
        transaction.poison(signal);
        throw signal;
    }

    @Override
    public <T> T withEntityManager(Target target, Function<EntityManager, T> work) {
        String operation = "withEntityManager";
        Objects.requireNonNull(work, "work");
        if (target.isMaster()) {
            return writes().writeForeign(
                            operation, "", transaction -> new Lent<>(work.apply(transaction.entityManager())))
                    .value();
        }
        ReadOptions options = ReadOptions.lending(target);
        return reads().readForeign(operation, "", options, (em, shortLived) -> new Lent<>(work.apply(em)))
                .value();
    }

    /**
     * Runs a body in which this thread's calls on this repository go to another one: another cluster, for a tenant or a
     * shard. It nests; it does not follow into other threads. This repository's listeners and transaction hooks are not
     * asked meanwhile, its default options and query hooks are.
     *
     * @param other the repository that works in the meantime; its entities are the same
     * @param body the operations
     * @param <T> what it returns
     * @param <X> what it throws
     * @return what the body returned
     * @throws X if the body threw
     * @throws IllegalStateException inside a transaction or checkout of this repository
     * @throws IllegalArgumentException if the other one's entities are others
     */
    public final <T, X extends Exception> T using(RoutedOperations other, TransactionBody<T, X> body) throws X {
        return engine.redirect(other.engine, Objects.requireNonNull(body, "body"));
    }

    /**
     * Like {@link #using(RoutedOperations, TransactionBody)}, for a body that returns nothing.
     *
     * @param other the repository that works in the meantime; its entities are the same
     * @param body the operations
     * @param <X> what it throws
     * @throws X if the body threw
     */
    public final <X extends Exception> void using(RoutedOperations other, TransactionAction<X> body) throws X {
        Objects.requireNonNull(body, "body");
        this.<Boolean, X>using(other, () -> {
            body.run();
            return true;
        });
    }

    /**
     * Returns the operations in the database's own words.
     *
     * @return them, on this repository's nodes
     */
    public final SqlOperations sql() {
        return new SqlRun(engine);
    }

    /** What came of lent work: the caller's own, so nobody looks into it to count rows. */
    private record Lent<T>(T value) {}
}
