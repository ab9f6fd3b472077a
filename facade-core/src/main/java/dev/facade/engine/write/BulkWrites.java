package dev.facade.engine.write;

import dev.facade.engine.Engine;
import dev.facade.engine.call.WriteOptions;
import dev.facade.engine.entity.EntityShape;
import dev.facade.engine.entity.Property;
import dev.facade.engine.mapping.EntityModel;
import dev.facade.engine.transaction.FacadeTransaction;
import dev.facade.option.Schema;
import dev.facade.option.Timeout;
import dev.facade.option.WriteOption.Progress;
import dev.facade.option.WriteOption.Returning;
import dev.facade.query.Change;
import dev.facade.query.OnConflict;
import dev.facade.query.Query;
import dev.facade.spi.ProviderExtension.Inserted;
import dev.facade.spi.ProviderExtension.Rows;
import dev.facade.spi.ProviderExtension.Selected;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.metamodel.EntityType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes many rows by few statements. Thread-safe. */
public final class BulkWrites {

    private static final int KEYS = 1000;

    private final Engine engine;
    private final EntityModel model;

    public BulkWrites(Engine engine) {
        this.engine = engine;
        this.model = engine.model();
    }

    // -- insert

    public long insert(Class<?> type, Iterable<?> rows, WriteOptions options) {
        return inserted(type, rows, options, false, (em, inserted) -> inserted.count());
    }

    public <T> List<T> insertReturning(Class<T> type, Iterable<?> rows, WriteOptions options) {
        List<String> wanted = wanted(type, options);
        return inserted(type, rows, options, true, (em, inserted) -> read(em, type, inserted.keys(), wanted));
    }

    private static List<String> wanted(Class<?> type, WriteOptions options) {
        Returning returning = options.get(Returning.class);
        List<String> wanted = returning == null ? List.of() : returning.attributes();
        EntityShape shape = EntityShape.of(type);
        wanted.forEach(shape::property);
        return wanted;
    }

    @FunctionalInterface
    private interface Outcome<R> {
        R of(@Nullable EntityManager entityManager, Inserted inserted);
    }

    private <R> R inserted(Class<?> type, Iterable<?> rows, WriteOptions options, boolean keys, Outcome<R> outcome) {
        String subject = model.type("insertAll", type).getName();
        engine.checkWritable("insertAll", type, options.get(Schema.class));
        Iterator<?> iterator = ofHere(Objects.requireNonNull(rows, "rows").iterator(), options);
        if (!iterator.hasNext()) {
            return outcome.of(null, new Inserted(0, 0, List.of()));
        }
        Progress progress = options.get(Progress.class);
        return engine.writes().write("insertAll", subject, options, transaction -> {
            engine.writes().writing(type);
            EntityManager em = transaction.entityManager();
            OnConflict rule = rule(options);
            Rows batch = new Rows(
                    type,
                    iterator,
                    rule,
                    keys,
                    progress == null ? sent -> {} : progress.listener(),
                    options.get(Timeout.class));
            Inserted inserted = model.extension().insert(em, batch);
            boolean all = rule != null && changes(rule) && rule.condition() == null;
            if (all && inserted.leftOut() > 0) {
                throw new OptimisticLockException("insertAll: " + inserted.leftOut() + " of "
                        + (inserted.count() + inserted.leftOut()) + " rows are there already where " + subject
                        + " does not see them, as rows of another class or behind a restriction of its mapping");
            }
            return outcome.of(em, inserted);
        });
    }

    /** Rows, of which none may be an entity of another schema. */
    private Iterator<?> ofHere(Iterator<?> rows, WriteOptions options) {
        return new Iterator<Object>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Object next() {
                Object row = rows.next();
                engine.checkOrigin("insertAll", row, options.get(Schema.class));
                return row;
            }
        };
    }

    private static @Nullable OnConflict rule(WriteOptions options) {
        OnConflict rule = options.get(OnConflict.class);
        return rule == null || rule.action() == OnConflict.Action.RAISE ? null : rule;
    }

    /** Whether the rule wants the existing row changed. */
    private static boolean changes(OnConflict rule) {
        return rule.action() != OnConflict.Action.NOTHING;
    }

    public long insertSelected(Class<?> type, Query<?> source, WriteOptions options) {
        return selected(type, source, options, false, (em, inserted) -> inserted.count());
    }

    public <T> List<T> insertSelectedReturning(Class<T> type, Query<?> source, WriteOptions options) {
        List<String> wanted = wanted(type, options);
        return selected(type, source, options, true, (em, inserted) -> read(em, type, inserted.keys(), wanted));
    }

    private <R> R selected(Class<?> type, Query<?> given, WriteOptions options, boolean keys, Outcome<R> outcome) {
        String subject = model.type("insertAll", type).getName();
        engine.checkWritable("insertAll", type, options.get(Schema.class));
        Query<?> source = engine.hooks().prepared("insertAll", given);
        List<String> names = source.columns();
        if (names.isEmpty()) {
            throw new IllegalArgumentException(
                    "query: selects whole entities (expected: values, under the names of attributes)");
        }
        Selected selected = new Selected(type, source, names, rule(options), keys, options.get(Timeout.class));
        return engine.writes().write("insertAll", subject, options, transaction -> {
            engine.writes().writing(type);
            EntityManager em = transaction.entityManager();
            return outcome.of(em, model.extension().insertSelected(em, selected));
        });
    }

    private <T> List<T> read(@Nullable EntityManager em, Class<T> type, List<Object> keys, List<String> wanted) {
        if (em == null) {
            return List.of();
        }
        EntityType<T> entity = model.type("insertAll", type);
        Query<T> query = Query.from(type);
        if (!wanted.isEmpty()) {
            List<String> all = new ArrayList<>(wanted);
            String key = EntityModel.idAttribute(entity).getName();
            if (!all.contains(key)) {
                all.add(key);
            }
            query = query.selectOnly(all.toArray(String[]::new));
        }
        Map<Object, T> byKey = new HashMap<>();
        for (T row : rows(em, query, keys)) {
            byKey.put(Objects.requireNonNull(model.id(entity, row)), row);
        }
        return keys.stream().map(byKey::get).filter(Objects::nonNull).toList();
    }

    private <R> List<R> rows(EntityManager em, Query<R> query, List<?> keys) {
        List<R> rows = new ArrayList<>();
        for (List<?> chunk : chunks(keys)) {
            engine.uncached()
                    .heeded(em, query.ofKeys(chunk).compile(em))
                    .getResultList()
                    .forEach(raw -> rows.add(query.row(raw)));
        }
        return rows;
    }

    private static List<List<?>> chunks(List<?> keys) {
        List<List<?>> chunks = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += KEYS) {
            chunks.add(keys.subList(from, Math.min(from + KEYS, keys.size())));
        }
        return chunks;
    }

    // -- one entity

    /** Inserts an entity's own row under a rule; its key stays unset if the rule has left it out. */
    public <T> T insert(FacadeTransaction transaction, T entity, OnConflict rule, WriteOptions options) {
        EntityManager em = transaction.entityManager();
        EntityType<?> type = model.typeOf("insert", entity);
        engine.writes().writing(type.getJavaType());
        boolean told = EntityModel.hasSimpleId(type);
        if (!told) {
            checkKeyIsKnown(type, rule);
        }
        Inserted inserted = model.extension()
                .insert(
                        em,
                        new Rows(
                                type.getJavaType(),
                                List.of(entity).iterator(),
                                rule,
                                told,
                                sent -> {},
                                options.get(Timeout.class)));
        if (inserted.count() == 0) {
            if (changes(rule)) {
                throw new OptimisticLockException(
                        "insert: " + type.getName() + " is there already and "
                                + (rule.condition() == null
                                        ? ""
                                        : "does not meet the condition of the conflict rule, or ")
                                + "is a row of another class or behind a restriction of its mapping; reload it before"
                                + " trying again",
                        null,
                        entity);
            }
            return entity;
        }
        if (told) {
            Property id = EntityShape.of(type.getJavaType())
                    .property(EntityModel.idAttribute(type).getName());
            Object before = id.get(entity);
            id.set(entity, inserted.keys().get(0));
            transaction.onRollback(() -> id.set(entity, before));
        }
        bringBack(em, type, model.requiredId("insert", type, entity), entity, options.get(Returning.class));
        return entity;
    }

    /** The entity must not come back with a key that is not its row's. */
    private static void checkKeyIsKnown(EntityType<?> type, OnConflict rule) {
        List<String> key = EntityModel.idAttributes(type);
        boolean known = !changes(rule)
                || rule.action() == OnConflict.Action.REPLACE_ALL
                || rule.target().containsAll(key);
        if (!known) {
            throw new UnsupportedOperationException("onConflict: target " + rule.target() + " of " + type.getName()
                    + " (expected: the key " + key + ", since the key of an existing row is told only if it is one"
                    + " column; or insertAll)");
        }
    }

    /** Reads what the database has made of a row, if that is asked for. */
    public void bringBack(FacadeTransaction transaction, Object entity, WriteOptions options) {
        Returning returning = options.get(Returning.class);
        if (returning != null) {
            EntityType<?> type = model.typeOf("insert", entity);
            bringBack(transaction.entityManager(), type, model.requiredId("insert", type, entity), entity, returning);
        }
    }

    private void bringBack(
            EntityManager em, EntityType<?> type, Object key, Object entity, @Nullable Returning returning) {
        List<String> wanted = returning == null ? List.of() : returning.attributes();
        EntityShape shape = EntityShape.of(type.getJavaType());
        wanted.forEach(shape::property);
        Set<String> generated = model.extension().generated(em.getEntityManagerFactory(), type.getJavaType());
        if (returning == null && !type.hasVersionAttribute() && generated.isEmpty()) {
            return;
        }
        Object stored = model.find(em, type, key);
        if (stored == null) {
            return;
        }
        em.refresh(stored);
        for (Property property : shape.properties()) {
            boolean asked = returning != null && (wanted.isEmpty() || wanted.contains(property.name()));
            boolean plain = !property.isTransient() && !property.isAssociation() && !property.isElementCollection();
            boolean made = property.isVersion() || generated.contains(property.name());
            if (plain && (asked || made)) {
                property.set(entity, property.get(stored));
            }
        }
    }

    // -- update and delete

    public <R> List<R> updateReturning(Query<R> given, List<Change> changes) {
        if (given.isJoined() && !given.isOfEntities()) {
            throw new IllegalArgumentException("updateAllReturning: values of " + given
                    + " with joins (expected: whole entities, since what was joined may not be found any more)");
        }
        EntityShape shape = EntityShape.of(
                model.type("updateAllReturning", given.<Object>entity()).getJavaType());
        for (Change change : changes) {
            if (shape.ids().stream().anyMatch(id -> id.name().equals(change.attribute()))) {
                throw new IllegalArgumentException(
                        "updateAllReturning: " + change + " (expected: no key, by which the rows are read again)");
            }
        }
        return changed("updateAllReturning", given, (transaction, query, keys) -> {
            EntityManager em = transaction.entityManager();
            Query<?> rows = Query.from(query.<Object>entity());
            chunks(keys)
                    .forEach(chunk ->
                            rows.ofKeys(chunk).compileUpdate(em, changes).executeUpdate());
            List<R> after = rows(em, query.withoutJoins(), keys);
            if (transaction.isManaged() && query.isOfEntities()) {
                after.forEach(em::refresh);
            }
            return after;
        });
    }

    public <R> List<R> deleteReturning(Query<R> given) {
        return changed("deleteAllReturning", given, (transaction, query, keys) -> {
            EntityManager em = transaction.entityManager();
            List<R> before = new ArrayList<>();
            for (List<?> chunk : chunks(keys)) {
                Query<R> some = query.amongKeys(chunk);
                engine.uncached()
                        .heeded(em, some.compile(em))
                        .getResultList()
                        .forEach(raw -> before.add(some.row(raw)));
            }
            Query<?> rows = Query.from(query.<Object>entity());
            chunks(keys).forEach(chunk -> rows.ofKeys(chunk).compileDelete(em).executeUpdate());
            return before;
        });
    }

    @FunctionalInterface
    private interface ByKeys<R> {
        List<R> run(FacadeTransaction transaction, Query<R> query, List<Object> keys);
    }

    @SuppressWarnings("unchecked")
    private <R> List<R> changed(String operation, Query<R> given, ByKeys<R> work) {
        Query<R> query = (Query<R>) engine.hooks().prepared(operation, given);
        EntityType<?> type = model.type(operation, query.<Object>entity());
        model.checkTable(operation, type.getJavaType());
        if (!type.hasSingleIdAttribute()) {
            throw new IllegalArgumentException(
                    operation + ": the key of " + type.getName() + " has several attributes (expected: one)");
        }
        return engine.writes().write(operation, query.subject(), transaction -> {
            engine.writes().writing(type.getJavaType());
            List<Object> keys = new ArrayList<>();
            for (Object row : query.entities()
                    .compile(transaction.entityManager())
                    .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                    .getResultList()) {
                keys.add(Objects.requireNonNull(model.id(type, row)));
            }
            if (!transaction.isManaged()) {
                transaction.entityManager().clear();
            }
            return keys.isEmpty() ? List.of() : work.run(transaction, query, keys);
        });
    }
}
