package dev.facade.operation;

import dev.facade.error.TransactionRolledBackException;
import dev.facade.option.Target;
import dev.facade.query.Change;
import dev.facade.query.Jpql;
import dev.facade.query.Query;
import jakarta.persistence.EntityManager;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.metamodel.EntityType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** All operations, on an engine. Thread-safe. Base of the repository of the front door. */
public abstract class RoutedOperations extends RoutedReads implements SchemaOperations, TransactionOperations {

    private static final int BATCH = 50;

    /**
     * Runs operations on an engine.
     *
     * @param engine the engine
     */
    protected RoutedOperations(Engine engine) {
        super(engine);
    }

    @Override
    public <T> T insert(T entity) {
        EntityType<?> type = engine.model().typeOf("insert", entity);
        InsertGraph.checkNew(engine.model(), type, entity);
        return engine.write("insert", type.getName(), transaction -> {
            persist(transaction, List.of(entity));
            return entity;
        });
    }

    @Override
    public long insertAll(Collection<?> entities) {
        List<Object> all = new ArrayList<>(entities);
        all.forEach(
                entity -> InsertGraph.checkNew(engine.model(), engine.model().typeOf("insertAll", entity), entity));
        if (all.isEmpty()) {
            return 0;
        }
        String subject = engine.model().typeOf("insertAll", all.get(0)).getName();
        return engine.write("insertAll", subject, transaction -> {
            for (int from = 0; from < all.size(); from += BATCH) {
                persist(transaction, all.subList(from, Math.min(from + BATCH, all.size())));
            }
            return (long) all.size();
        });
    }

    private void persist(FacadeTransaction transaction, List<?> entities) {
        EntityManager em = transaction.entityManager();
        List<InsertGraph> graphs = new ArrayList<>();
        transaction.onRollback(() -> graphs.forEach(InsertGraph::undo));
        boolean keepsReferences = false;
        try {
            for (Object entity : entities) {
                InsertGraph graph = new InsertGraph(em, engine.model());
                graphs.add(graph);
                graph.prepare(engine.model().typeOf("insert", entity), entity);
                em.persist(entity);
            }
            em.flush();
            keepsReferences = transaction.isManaged(); // the host's flush would cascade into what they stand for
        } finally {
            if (!transaction.isManaged()) {
                em.clear();
            }
            if (!keepsReferences) {
                graphs.forEach(InsertGraph::restoreReferences);
            }
        }
    }

    @Override
    public <T> T update(T entity) {
        EntityType<?> type = engine.model().typeOf("update", entity);
        Object id = engine.model().requiredId("update", type, entity);
        return engine.write("update", type.getName(), transaction -> {
            EntityManager em = transaction.entityManager();
            existing(em, "update", type, id, entity);
            return em.merge(entity);
        });
    }

    @Override
    public <T> T insertOrUpdate(T entity) {
        EntityType<?> type = engine.model().typeOf("insertOrUpdate", entity);
        return engine.write("insertOrUpdate", type.getName(), transaction -> {
            EntityManager em = transaction.entityManager();
            if (engine.model().isNew(em, type, entity)) {
                persist(transaction, List.of(entity));
                return entity;
            }
            existing(em, "insertOrUpdate", type, engine.model().requiredId("insertOrUpdate", type, entity), entity);
            return em.merge(entity);
        });
    }

    @Override
    public <T> T delete(T entity) {
        EntityType<?> type = engine.model().typeOf("delete", entity);
        Object id = engine.model().requiredId("delete", type, entity);
        return engine.write("delete", type.getName(), transaction -> {
            EntityManager em = transaction.entityManager();
            em.remove(existing(em, "delete", type, id, entity));
            return entity;
        });
    }

    private Object existing(EntityManager em, String operation, EntityType<?> type, Object id, Object entity) {
        Object existing = em.find(type.getJavaType(), id);
        if (existing == null) {
            throw new OptimisticLockException(
                    operation + ": " + type.getName() + " " + id + " is gone; reload it before trying again",
                    null,
                    entity);
        }
        if (type.hasVersionAttribute()
                && !Objects.equals(
                        engine.model().util().getVersion(existing),
                        engine.model().util().getVersion(entity))) {
            throw new OptimisticLockException(
                    operation + ": " + type.getName() + " " + id + " was changed by somebody else;"
                            + " reload it before trying again",
                    null,
                    entity);
        }
        return existing;
    }

    @Override
    public long updateAll(Query<?> query, Change... changes) {
        engine.model().type("updateAll", query.<Object>entity());
        List<Change> all = List.of(changes);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("changes: [] (expected: at least one)");
        }
        return engine.write("updateAll", query.subject(), transaction ->
                (long) query.compileUpdate(transaction.entityManager(), all).executeUpdate());
    }

    @Override
    public long updateAll(Jpql.Statement statement) {
        return engine.write("updateAll", statement.toString(), transaction ->
                (long) statement.compile(transaction.entityManager()).executeUpdate());
    }

    @Override
    public long deleteAll(Query<?> query) {
        engine.model().type("deleteAll", query.<Object>entity());
        return engine.write("deleteAll", query.subject(), transaction ->
                (long) query.compileDelete(transaction.entityManager()).executeUpdate());
    }

    @Override
    public long deleteAll(Jpql.Statement statement) {
        return engine.write("deleteAll", statement.toString(), transaction ->
                (long) statement.compile(transaction.entityManager()).executeUpdate());
    }

    @Override
    public <T, X extends Exception> T transaction(TransactionBody<T, X> body) throws X {
        return engine.transaction(Objects.requireNonNull(body, "body"));
    }

    @Override
    public RuntimeException rollback(@Nullable Object value) {
        FacadeTransaction transaction = engine.current();
        if (transaction == null) {
            throw new IllegalStateException("rollback: outside a transaction (expected: inside one)");
        }
        TransactionRolledBackException signal =
                new TransactionRolledBackException("transaction: rolled back by rollback(" + value + ")", value, null);
        transaction.poison(signal);
        throw signal;
    }

    @Override
    public <T> T withEntityManager(Target target, EntityManagerWork<T> work) {
        String operation = "withEntityManager";
        Objects.requireNonNull(work, "work");
        if (target.isMaster()) {
            return engine.write(operation, "", transaction -> new Lent<>(work.on(transaction.entityManager())))
                    .value();
        }
        ReadOptions options = ReadOptions.to(target);
        return engine.read(operation, "", options, Lease.Kind.SNAPSHOT, (em, shortLived) -> new Lent<>(work.on(em)))
                .value();
    }

    /** What came of lent work: the caller's own, so nobody looks into it to count rows. */
    private record Lent<T>(T value) {}
}
