package dev.facade;

import dev.facade.consistency.CausalSession;
import dev.facade.consistency.CausalToken;
import dev.facade.consistency.Consistency;
import dev.facade.engine.Engine;
import dev.facade.engine.Reads;
import dev.facade.engine.RowStream;
import dev.facade.engine.call.ReadOptions;
import dev.facade.engine.entity.Echo;
import dev.facade.engine.health.Watch;
import dev.facade.engine.lease.Lease;
import dev.facade.engine.mapping.Reach;
import dev.facade.engine.preload.AssociationReads;
import dev.facade.engine.preload.Preloader;
import dev.facade.engine.transaction.FacadeTransaction;
import dev.facade.event.Explanation;
import dev.facade.operation.QueryOperations;
import dev.facade.operation.RoutingOperations;
import dev.facade.operation.SessionOperations;
import dev.facade.operation.SnapshotOperations;
import dev.facade.operation.TransactionBody;
import dev.facade.option.Lock;
import dev.facade.option.OnMiss;
import dev.facade.option.ReadOption;
import dev.facade.option.Schema;
import dev.facade.option.Target;
import dev.facade.query.Expression;
import dev.facade.query.Page;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.query.Queryable;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.NonUniqueResultException;
import jakarta.persistence.TypedQuery;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EntityType;
import jakarta.persistence.metamodel.ManagedType;
import jakarta.persistence.metamodel.SingularAttribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The operations that read, on an engine. Thread-safe. Base of the repositories of the front door. */
abstract class RoutedReads implements QueryOperations, SnapshotOperations, SessionOperations, RoutingOperations {

    private static final String READ_ONLY = "org.hibernate.readOnly";
    private static final int CHUNK = 500;
    private static final int MOST_SORTED = 200;
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

    final Reads reads() {
        return engine.reads();
    }

    @Override
    public <T> List<T> all(Queryable<T> query, ReadOption... options) {
        return rows("all", query, options("all", ReadOptions.OF_ROWS, options), Integer.MAX_VALUE);
    }

    @Override
    public <T> Optional<T> get(Class<T> type, Object id, ReadOption... options) {
        return find("get", type, id, options("get", ReadOptions.OF_ROW, options));
    }

    @Override
    public <T> Optional<T> getBy(Class<T> type, Map<String, ?> clauses, ReadOption... options) {
        if (clauses == null || clauses.isEmpty()) {
            throw new IllegalArgumentException("clauses: " + clauses + " (expected: at least one attribute)");
        }
        ReadOptions checked = options("getBy", ReadOptions.OF_ROW, options);
        return single("getBy", rows("getBy", Query.from(type).by(clauses), checked, 2), clauses);
    }

    @Override
    public <T> Optional<T> one(Queryable<T> query, ReadOption... options) {
        ReadOptions checked = options("one", ReadOptions.OF_ROWS, options);
        return single("one", rows("one", query, checked, 2), query.subject());
    }

    @Override
    public Explanation explain(Queryable<?> given, ReadOption... options) {
        ReadOptions checked = options("explain", ReadOptions.OF_ROW, options);
        checkType("explain", given);
        return reads().explain(checked, of(prepared("explain", given), checked));
    }

    @Override
    public boolean exists(Queryable<?> given, ReadOption... options) {
        ReadOptions checked = options("exists", ReadOptions.OF_VALUES, options);
        checkType("exists", given);
        Queryable<?> query = prepared("exists", given);
        return reads().read("exists", query.subject(), checked, Lease.Kind.AUTO_COMMIT, of(query), (em, shortLived) -> {
            TypedQuery<?> compiled = query instanceof Query<?> ours
                    ? compiled(ours.existence(), em)
                    : compiled(query, em).setMaxResults(1);
            return !configured(em, compiled, checked, shortLived)
                    .getResultList()
                    .isEmpty();
        });
    }

    @Override
    public <R> Optional<R> aggregate(Query<?> query, Expression<R> aggregate, ReadOption... options) {
        ReadOptions checked = options("aggregate", ReadOptions.OF_VALUES, options);
        checkType("aggregate", query);
        Query<R> computed =
                prepared("aggregate", query).aggregate(aggregate, engine.model().metamodel());
        return reads().read(
                        "aggregate",
                        query.subject(),
                        checked,
                        Lease.Kind.AUTO_COMMIT,
                        of(computed),
                        (em, shortLived) -> Optional.ofNullable(
                                computed.row(configured(em, compiled(computed, em), checked, shortLived)
                                        .getSingleResult())));
    }

    @Override
    public <T> Page<T> page(Query<T> given, Page.Request page, ReadOption... options) {
        ReadOptions checked = options("page", ReadOptions.OF_PAGES, options);
        checkRows("page", given, checked);
        Query<T> query = prepared("page", given);
        checkPageable(query);
        Query<T> ordered = page.keyed() ? totallyOrdered(query) : query;
        Lease.Kind kind = page.isCounted() ? Lease.Kind.SNAPSHOT : kind(query, checked);
        return reads().read("page", query.subject(), checked, kind, of(query, checked), (em, shortLived) -> {
            List<T> rows = read(em, page.of(ordered), checked, shortLived);
            OptionalLong total = page.isCounted() ? OptionalLong.of(count(em, query, checked)) : OptionalLong.empty();
            preloadInto(em, rows, checked);
            return page.page(rows, total, row -> placeOf(row, ordered));
        });
    }

    private void checkPageable(Query<?> query) {
        if (query.isLimited()) {
            throw new IllegalArgumentException(
                    "page: a query with limit or offset (expected: neither, since the page sets them)");
        }
        checkFetches("page", query);
    }

    /** Rows of a collection that is fetched would be cut off, or come apart. */
    private void checkFetches(String operation, Queryable<?> query) {
        if (query instanceof Query<?> ours && ours.fetchesMany(engine.model().metamodel())) {
            throw new IllegalArgumentException(operation + ": " + query
                    + " that fetches a collection by a join (expected:" + " none; preload it instead)");
        }
    }

    private <T> Query<T> totallyOrdered(Query<T> query) {
        if (!query.isOfEntities()) {
            throw new IllegalArgumentException(
                    "page: by cursor over " + query + " that selects values (expected: whole entities)");
        }
        if (query.isCombined()) {
            throw new IllegalArgumentException(
                    "page: by cursor over a combination (expected: one query, or by number)");
        }
        return query.totallyOrdered(engine.model().type("page", query.<Object>entity()));
    }

    private List<@Nullable Object> placeOf(Object row, Query<?> ordered) {
        EntityType<?> type = engine.model().type("page", ordered.<Object>entity());
        List<@Nullable Object> place = new ArrayList<>();
        for (String path : ordered.orderPaths(type)) {
            Object value = valueOf(row, type, path);
            checkSorted(type, path, value);
            place.add(value);
        }
        return place;
    }

    /** MariaDB sorts by the first 1,024 bytes of what makes the order of a text, its {@code max_sort_length}. */
    private void checkSorted(EntityType<?> type, String path, @Nullable Object value) {
        if (value instanceof String text
                && text.length() > MOST_SORTED
                && engine.model().isOnMariaDb()) {
            throw new UnsupportedOperationException("page: by " + type.getName() + "." + path + ", a text of "
                    + text.length()
                    + " characters, on MariaDB, which does not sort by all of them (expected: texts of up to "
                    + MOST_SORTED + " characters, or another order)");
        }
    }

    private @Nullable Object valueOf(Object row, ManagedType<?> type, String path) {
        Object value = row;
        ManagedType<?> owner = type;
        for (String name : path.split("\\.")) {
            Attribute<?, ?> attribute = owner.getAttribute(name);
            value = value == null ? null : valueOf(value, owner, attribute, type);
            owner = attribute instanceof SingularAttribute<?, ?> one && one.getType() instanceof ManagedType<?> part
                    ? part
                    : owner;
        }
        return value;
    }

    /** A reference may not be loaded, and has its key nevertheless. */
    private @Nullable Object valueOf(Object of, ManagedType<?> owner, Attribute<?, ?> attribute, ManagedType<?> row) {
        return owner != row && owner instanceof EntityType<?> other
                ? engine.model().id(other, of)
                : engine.model().accessor().get(attribute, of);
    }

    private long count(EntityManager em, Query<?> query, ReadOptions options) {
        Object total = options.timed(compiled(query.aggregate(Expression.count(), em.getMetamodel()), em))
                .getSingleResult();
        return ((Number) total).longValue();
    }

    /** No node is charged for what that takes. */
    private TypedQuery<?> compiled(Queryable<?> query, EntityManager em) {
        TypedQuery<?> compiled = Watch.own(() -> query.compile(em));
        boolean mayCompare = query instanceof Query<?> ours
                && ours.isFromEntity()
                && engine.model().hasLob(ours.<Object>entity());
        if (mayCompare) {
            engine.model().checkComparable(((Query<?>) query).compared(em.getMetamodel()));
        }
        return compiled;
    }

    private <T> List<T> read(EntityManager em, Queryable<T> query, ReadOptions options, boolean shortLived) {
        List<T> rows = new ArrayList<>();
        configured(em, compiled(query, em), options, shortLived)
                .getResultList()
                .forEach(raw -> rows.add(query.row(raw)));
        return rows;
    }

    @Override
    public <T> Stream<T> stream(Queryable<T> given, ReadOption... options) {
        ReadOptions checked = options("stream", ReadOptions.OF_STREAMS, options);
        checkType("stream", given);
        Queryable<T> query = prepared("stream", given);
        checkFetches("stream", query);
        return reads().readOpen(
                        "stream",
                        query.subject(),
                        checked,
                        lease -> RowStream.open(streamed(query, lease.entityManager(), checked, true), lease),
                        transaction -> RowStream.open(
                                streamed(query, transaction.entityManager(), checked, false), transaction));
    }

    @Override
    public <T> Optional<T> reload(T entity, ReadOption... options) {
        ReadOptions checked = options("reload", ReadOptions.OF_ROW, options);
        EntityType<?> type = engine.model().typeOf("reload", entity);
        engine.checkOrigin("reload", entity, checked.schema());
        @SuppressWarnings("unchecked")
        Class<T> javaType = (Class<T>) type.getJavaType();
        return find("reload", javaType, engine.model().requiredId("reload", type, entity), checked);
    }

    @Override
    public <T> List<Optional<T>> reload(Collection<T> entities, ReadOption... options) {
        ReadOptions checked = options("reload", ReadOptions.OF_ROWS, options);
        List<Object> all = new ArrayList<>(entities);
        if (all.isEmpty()) {
            return List.of();
        }
        @SuppressWarnings("unchecked")
        EntityType<T> type = (EntityType<T>) engine.model().commonType("reload", all);
        all.forEach(entity -> engine.checkOrigin("reload", entity, checked.schema()));
        Query<T> query = prepared("reload", Query.from(type.getJavaType()));
        Reach reach = of(query, checked);
        return reads().read("reload", type.getName(), checked, Lease.Kind.SNAPSHOT, reach, (em, shortLived) -> {
            Map<Object, T> found = new HashMap<>();
            boolean bySql = engine.model().isFoundBySql(type.getJavaType())
                    && !engine.hooks().preparesQueries();
            if (bySql) {
                for (Object entity : all) {
                    found.put(key(type, entity), found(em, type, key(type, entity), checked, shortLived));
                }
            }
            for (int from = 0; !bySql && from < all.size(); from += CHUNK) {
                List<Object> chunk = all.subList(from, Math.min(from + CHUNK, all.size()));
                Query<T> some = query.where(engine.model().anyOf("reload", type, chunk));
                read(em, some, checked, shortLived).forEach(row -> found.put(key(type, row), row));
            }
            preloadInto(em, found.values(), checked);
            return all.stream()
                    .map(entity -> Optional.ofNullable(found.get(key(type, entity))))
                    .toList();
        });
    }

    private Object key(EntityType<?> type, Object entity) {
        return engine.model().requiredId("reload", type, entity);
    }

    @Override
    public <S extends @Nullable Object> S preload(S entities, Preload preload, ReadOption... options) {
        ReadOptions checked = options("preload", ReadOptions.OF_VALUES, options);
        Objects.requireNonNull(preload, "preload");
        Collection<?> many =
                entities instanceof Collection<?> given ? given : entities == null ? List.of() : List.of(entities);
        Object first = many.stream().filter(Objects::nonNull).findFirst().orElse(null);
        if (first == null) {
            return entities;
        }
        EntityType<?> type = engine.model().typeOf("preload", first);
        many.forEach(entity -> engine.checkOrigin("preload", entity, checked.schema()));
        Reach reach = touched -> touched.of(type).and(touched.along(type, preload));
        reads().read("preload", type.getName(), checked, Lease.Kind.SNAPSHOT, reach, (em, shortLived) -> {
            preloader(em, checked).load(many, preload);
            return (long) many.size();
        });
        return entities;
    }

    @Override
    public <T, X extends Exception> T readOnlyTransaction(TransactionBody<T, X> body, ReadOption... options) throws X {
        ReadOptions checked = options("readOnlyTransaction", ReadOptions.OF_TRANSACTIONS, options);
        return reads().readOnlyTransaction(checked, Objects.requireNonNull(body, "body"));
    }

    @Override
    public CausalSession session() {
        return engine.sessions().current();
    }

    @Override
    public <T, X extends Exception> T inSession(CausalSession session, TransactionBody<T, X> body) throws X {
        Objects.requireNonNull(body, "body");
        return engine.sessions().in(Objects.requireNonNull(session, "session"), body);
    }

    @Override
    public <T, X extends Exception> T withConsistency(Consistency level, TransactionBody<T, X> body) throws X {
        Objects.requireNonNull(body, "body");
        return engine.sessions().at(Objects.requireNonNull(level, "level"), body);
    }

    @Override
    public Optional<CausalToken> token() {
        return engine.token();
    }

    @Override
    public CausalSession sessionAfter(CausalToken token) {
        return engine.sessions().after(token.position());
    }

    @Override
    public <T> Callable<T> carry(Callable<T> body) {
        CausalSession session = session();
        Objects.requireNonNull(body, "body");
        return () -> engine.sessions().in(session, body::call);
    }

    @Override
    public Executor carry(Executor executor) {
        Objects.requireNonNull(executor, "executor");
        return task -> {
            CausalSession session = session();
            executor.execute(() -> engine.sessions().in(session, () -> {
                task.run();
                return true;
            }));
        };
    }

    @Override
    public boolean inTransaction() {
        return engine.transactions().current() != null;
    }

    /** The options of the call, and those defaults that it neither gives nor forbids. */
    private ReadOptions options(String operation, Set<Class<?>> allowed, ReadOption... options) {
        List<ReadOption> all = new ArrayList<>(Arrays.asList(options));
        for (ReadOption option : engine.hooks().defaultOptions().apply(operation)) {
            boolean given = option instanceof Schema // which Place sees to
                    || Arrays.stream(options).anyMatch(one -> one != null && one.getClass() == option.getClass());
            boolean fits = !(option instanceof Target && isPlaced(options))
                    && !(option instanceof OnMiss && (inTransaction() || ReadOptions.isPlaced(options)));
            if (!given && allowed.contains(option.getClass()) && fits) {
                all.add(option);
            }
        }
        return ReadOptions.of(operation, allowed, all.toArray(ReadOption[]::new));
    }

    /** Whether the call goes to the master wherever reads go by default. */
    private boolean isPlaced(ReadOption... options) {
        return inTransaction()
                || engine.transactions().isCheckedOut()
                || Arrays.stream(options).anyMatch(Lock.class::isInstance);
    }

    /** The query as the program's hook prepares it for a read. */
    @SuppressWarnings("unchecked")
    final <T, Q extends Queryable<T>> Q prepared(String operation, Q query) {
        return query instanceof Query<?> ours ? (Q) engine.hooks().prepared(operation, ours) : query;
    }

    private <T> List<T> rows(String operation, Queryable<T> given, ReadOptions options, int limit) {
        checkRows(operation, given, options);
        Queryable<T> query = prepared(operation, given);
        Lease.Kind kind = kind(query, options);
        return reads().read(operation, query.subject(), options, kind, of(query, options), (em, shortLived) -> {
            Queryable<T> cut = query instanceof Query<T> ours && limit < Integer.MAX_VALUE ? ours.atMost(limit) : query;
            List<T> rows = read(em, cut, options, shortLived);
            preloadInto(em, rows, options);
            return rows;
        });
    }

    private Reach of(Queryable<?> query) {
        return touched -> touched.of(query);
    }

    private Reach of(Queryable<?> query, ReadOptions options) {
        Preload preload = options.preload();
        if (preload == null || !(query instanceof Query<?> ours)) {
            return of(query);
        }
        return touched ->
                touched.of(query).and(touched.along(engine.model().type("preload", ours.<Object>entity()), preload));
    }

    private <T> Optional<T> find(String operation, Class<T> type, Object given, ReadOptions options) {
        EntityType<T> entity = engine.model().type(operation, type);
        checkLock(operation, type, options);
        Object id = engine.model().fittingId(entity, given);
        Query<T> all = Query.from(type);
        Query<T> prepared = prepared(operation, all);
        Reach reach = prepared == all
                ? touched -> touched.of(entity).and(touched.along(entity, options.preload()))
                : of(prepared, options);
        return reads().read(operation, entity.getName(), options, kind(all, options), reach, (em, shortLived) -> {
            T found = prepared == all && options.timeout() == null // find knows neither
                    ? found(em, entity, id, options, shortLived)
                    : single(
                                    operation,
                                    read(em, prepared.where(engine.model().keyed(entity, id)), options, shortLived),
                                    id)
                            .orElse(null);
            preloadInto(em, found == null ? List.of() : List.of(found), options);
            return Optional.ofNullable(found);
        });
    }

    private <T> @Nullable T found(
            EntityManager em, EntityType<T> type, Object id, ReadOptions options, boolean shortLived) {
        Lock lock = options.lock();
        Map<String, Object> hints = shortLived && lock == null ? Map.of(READ_ONLY, true) : Map.of();
        return engine.model()
                .extension()
                .find(
                        em,
                        type.getJavaType(),
                        id,
                        lock == null ? LockModeType.NONE : lock.mode(),
                        lock == null ? engine.uncached().heeded(em, hints) : hints);
    }

    private void preloadInto(EntityManager em, Collection<?> rows, ReadOptions options) {
        if (options.preload() != null) {
            preloader(em, options).load(rows, options.preload());
        }
    }

    private Preloader preloader(EntityManager em, ReadOptions options) {
        FacadeTransaction current = engine.transactions().current();
        boolean hosted = current != null && current.isManaged();
        return new Preloader(em, engine.model(), new AssociationReads(em, engine, options, hosted));
    }

    private Lease.Kind kind(Queryable<?> query, ReadOptions options) {
        boolean several = options.preload() != null
                || (query instanceof Query<?> ours
                        && ours.isFromEntity()
                        && engine.model().hasLob(ours.<Object>entity()));
        return several ? Lease.Kind.SNAPSHOT : Lease.Kind.AUTO_COMMIT;
    }

    private void checkRows(String operation, Queryable<?> query, ReadOptions options) {
        checkType(operation, query);
        if (query instanceof Query<?> ours && ours.isFromEntity()) {
            checkLock(operation, ours.entity(), options);
        }
        if (options.preload() != null && query instanceof Query<?> ours && !ours.isOfEntities()) {
            throw new IllegalArgumentException(
                    operation + ": " + options.preload().paths() + " into the rows of " + query
                            + " that selects values (expected: a query of whole entities; parts that selectOnly reads"
                            + " can be preloaded afterwards, if their key is among them)");
        }
    }

    private void checkLock(String operation, Class<?> type, ReadOptions options) {
        if (options.lock() != null) {
            engine.model().checkLockable(operation, type);
        }
    }

    private void checkType(String operation, Queryable<?> query) {
        Objects.requireNonNull(query, "query");
        if (query instanceof Query<?> ours && ours.isFromEntity()) {
            engine.model().type(operation, ours.<Object>entity());
        }
    }

    private <Q extends TypedQuery<?>> Q configured(EntityManager em, Q query, ReadOptions options, boolean shortLived) {
        if (options.lock() != null) {
            query.setLockMode(options.lock().mode());
        } else if (shortLived) {
            query.setHint(READ_ONLY, true);
        }
        return engine.uncached().heeded(em, options.timed(query));
    }

    private <T> Stream<T> streamed(Queryable<T> query, EntityManager em, ReadOptions options, boolean shortLived) {
        TypedQuery<?> compiled = configured(em, compiled(query, em), options, shortLived);
        compiled.setHint(FETCH_SIZE, options.fetchSize());
        return compiled.getResultStream().map(query::row);
    }

    private static <T> Optional<T> single(String operation, List<T> rows, Object what) {
        if (rows.size() > 1) {
            throw new NonUniqueResultException(operation + ": more than one row for " + Echo.of(what)
                    + " (expected: one at most; use all for many)");
        }
        return rows.isEmpty() ? Optional.empty() : Optional.ofNullable(rows.get(0));
    }
}
