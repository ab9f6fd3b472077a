package dev.facade.operation;

import dev.facade.option.Preload;
import dev.facade.option.ReadOption;
import dev.facade.query.Aggregate;
import dev.facade.query.Entities;
import dev.facade.query.Queryable;
import jakarta.persistence.EntityManager;
import jakarta.persistence.NonUniqueResultException;
import jakarta.persistence.TypedQuery;
import jakarta.persistence.metamodel.EntityType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The operations that read, on an engine. Thread-safe. Base of the repositories of the front door. */
public abstract class RoutedReads implements QueryOperations, SnapshotOperations {

    private static final String READ_ONLY = "org.hibernate.readOnly";
    private static final String FETCH_SIZE = "org.hibernate.fetchSize";

    final Engine engine;

    /**
     * Runs operations on an engine.
     *
     * @param engine the engine
     */
    protected RoutedReads(Engine engine) {
        this.engine = engine;
    }

    /**
     * Returns the engine, so that another front can run on it.
     *
     * @return the engine
     */
    protected final Engine engine() {
        return engine;
    }

    @Override
    public <T> List<T> all(Queryable<T> query, ReadOption... options) {
        return rows("all", query, ReadOptions.of("all", ReadOptions.OF_ROWS, options), Integer.MAX_VALUE);
    }

    @Override
    public <T> Optional<T> get(Class<T> type, Object id, ReadOption... options) {
        return find("get", type, id, ReadOptions.of("get", ReadOptions.OF_ROWS, options));
    }

    @Override
    public <T> Optional<T> getBy(Class<T> type, Map<String, ?> clauses, ReadOption... options) {
        if (clauses.isEmpty()) {
            throw new IllegalArgumentException("clauses: {} (expected: at least one attribute)");
        }
        ReadOptions checked = ReadOptions.of("getBy", ReadOptions.OF_ROWS, options);
        return single("getBy", rows("getBy", Entities.of(type).by(clauses), checked, 2), clauses);
    }

    @Override
    public <T> Optional<T> one(Queryable<T> query, ReadOption... options) {
        ReadOptions checked = ReadOptions.of("one", ReadOptions.OF_ROWS, options);
        return single("one", rows("one", query, checked, 2), query.subject());
    }

    @Override
    public boolean exists(Queryable<?> query, ReadOption... options) {
        ReadOptions checked = ReadOptions.of("exists", ReadOptions.OF_VALUES, options);
        checkType("exists", query);
        return engine.read("exists", query.subject(), checked, Lease.Kind.AUTO_COMMIT, (em, shortLived) -> {
            TypedQuery<?> compiled = query instanceof Entities<?> entities
                    ? entities.compileExists(em)
                    : query.compile(em).setMaxResults(1);
            return !configured(compiled, checked, shortLived).getResultList().isEmpty();
        });
    }

    @Override
    public <R> Optional<R> aggregate(Entities<?> entities, Aggregate<R> aggregate, ReadOption... options) {
        ReadOptions checked = ReadOptions.of("aggregate", ReadOptions.OF_VALUES, options);
        Objects.requireNonNull(aggregate, "aggregate");
        checkType("aggregate", entities);
        return engine.read(
                "aggregate",
                entities.subject(),
                checked,
                Lease.Kind.AUTO_COMMIT,
                (em, shortLived) -> Optional.ofNullable(configured(entities.compile(em, aggregate), checked, shortLived)
                        .getSingleResult()));
    }

    @Override
    public <T> Stream<T> stream(Queryable<T> query, ReadOption... options) {
        ReadOptions checked = ReadOptions.of("stream", ReadOptions.OF_STREAMS, options);
        checkType("stream", query);
        return engine.readOpen(
                "stream",
                query.subject(),
                checked,
                lease -> RowStream.open(streamed(query, lease.entityManager(), checked, true), lease),
                transaction ->
                        RowStream.open(streamed(query, transaction.entityManager(), checked, false), transaction));
    }

    @Override
    public <T> Optional<T> reload(T entity, ReadOption... options) {
        ReadOptions checked = ReadOptions.of("reload", ReadOptions.OF_ROWS, options);
        EntityType<?> type = engine.model().typeOf("reload", entity);
        @SuppressWarnings("unchecked")
        Class<T> javaType = (Class<T>) type.getJavaType();
        return find("reload", javaType, engine.model().requiredId("reload", type, entity), checked);
    }

    @Override
    public <S extends @Nullable Object> S preload(S entities, Preload preload, ReadOption... options) {
        ReadOptions checked = ReadOptions.of("preload", ReadOptions.OF_VALUES, options);
        Objects.requireNonNull(preload, "preload");
        Collection<?> many =
                entities instanceof Collection<?> given ? given : entities == null ? List.of() : List.of(entities);
        Object first = many.stream().filter(Objects::nonNull).findFirst().orElse(null);
        if (first == null) {
            return entities;
        }
        EntityType<?> type = engine.model().typeOf("preload", first);
        engine.read("preload", type.getName(), checked, Lease.Kind.SNAPSHOT, (em, shortLived) -> {
            Preloader preloader = new Preloader(em, engine.model(), checked);
            preloader.check(type, preload.paths());
            preloader.load(many, preload.paths());
            return (long) many.size();
        });
        return entities;
    }

    @Override
    public <T, X extends Exception> T readOnlyTransaction(TransactionBody<T, X> body, ReadOption... options) throws X {
        ReadOptions checked = ReadOptions.of("readOnlyTransaction", ReadOptions.OF_TRANSACTIONS, options);
        return engine.readOnlyTransaction(checked, Objects.requireNonNull(body, "body"));
    }

    @Override
    public boolean inTransaction() {
        return engine.current() != null;
    }

    private <T> List<T> rows(String operation, Queryable<T> query, ReadOptions options, int limit) {
        checkType(operation, query);
        return engine.read(operation, query.subject(), options, kind(query, options), (em, shortLived) -> {
            TypedQuery<T> compiled = configured(query.compile(em), options, shortLived);
            List<T> rows = (limit == Integer.MAX_VALUE ? compiled : compiled.setMaxResults(limit)).getResultList();
            preloadInto(em, rows, options);
            return rows;
        });
    }

    private <T> Optional<T> find(String operation, Class<T> type, Object id, ReadOptions options) {
        EntityType<T> entity = engine.model().type(operation, type);
        engine.model().checkId(entity, id);
        if (options.timeout() != null && !entity.hasSingleIdAttribute()) {
            throw new IllegalArgumentException(operation + ": Timeout with the composite key of " + entity.getName()
                    + " (expected: none; use getBy)");
        }
        return engine.read(operation, entity.getName(), options, kind(Entities.of(type), options), (em, shortLived) -> {
            T found = found(em, entity, id, options, shortLived);
            preloadInto(em, found == null ? List.of() : List.of(found), options);
            return Optional.ofNullable(found);
        });
    }

    private static <T> @Nullable T found(
            EntityManager em, EntityType<T> type, Object id, ReadOptions options, boolean shortLived) {
        if (options.timeout() != null) { // find takes no timeout
            String key = EntityModel.idAttribute(type).getName();
            Queryable<T> byKey = Entities.of(type.getJavaType()).by(Map.of(key, id));
            return configured(byKey.compile(em), options, shortLived)
                    .getResultStream()
                    .findFirst()
                    .orElse(null);
        }
        if (options.lock() != null) {
            return em.find(type.getJavaType(), id, options.lock().mode());
        }
        return em.find(type.getJavaType(), id, shortLived ? Map.of(READ_ONLY, true) : Map.of());
    }

    private void preloadInto(EntityManager em, Collection<?> rows, ReadOptions options) {
        Object first = rows.isEmpty() ? null : rows.iterator().next();
        if (first != null && !options.preload().isEmpty()) {
            Preloader preloader = new Preloader(em, engine.model(), options);
            preloader.check(engine.model().typeOf("preload", first), options.preload());
            preloader.load(rows, options.preload());
        }
    }

    private Lease.Kind kind(Queryable<?> query, ReadOptions options) {
        boolean several = !options.preload().isEmpty()
                || (query instanceof Entities<?> entities && engine.model().hasLob(entities.type()));
        return several ? Lease.Kind.SNAPSHOT : Lease.Kind.AUTO_COMMIT;
    }

    private void checkType(String operation, Queryable<?> query) {
        Objects.requireNonNull(query, "query");
        if (query instanceof Entities<?> entities) {
            engine.model().type(operation, entities.type());
        }
    }

    private static <Q extends TypedQuery<?>> Q configured(Q query, ReadOptions options, boolean shortLived) {
        if (options.lock() != null) {
            query.setLockMode(options.lock().mode());
        } else if (shortLived) {
            query.setHint(READ_ONLY, true);
        }
        return options.timed(query);
    }

    private static <T> Stream<T> streamed(
            Queryable<T> query, EntityManager em, ReadOptions options, boolean shortLived) {
        TypedQuery<T> compiled = configured(query.compile(em), options, shortLived);
        compiled.setHint(FETCH_SIZE, options.fetchSize());
        return compiled.getResultStream();
    }

    private static <T> Optional<T> single(String operation, List<T> rows, Object what) {
        if (rows.size() > 1) {
            throw new NonUniqueResultException(
                    operation + ": more than one row for " + what + " (expected: one at most; use all for many)");
        }
        return rows.isEmpty() ? Optional.empty() : Optional.ofNullable(rows.get(0));
    }
}
