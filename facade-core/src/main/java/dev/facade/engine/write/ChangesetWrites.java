package dev.facade.engine.write;

import dev.facade.changeset.Changeset;
import dev.facade.changeset.Changeset.Action;
import dev.facade.changeset.OnReplace;
import dev.facade.changeset.Result;
import dev.facade.engine.Engine;
import dev.facade.engine.call.WriteOptions;
import dev.facade.engine.entity.Echo;
import dev.facade.engine.entity.EntityShape;
import dev.facade.engine.entity.Property;
import dev.facade.engine.transaction.FacadeTransaction;
import dev.facade.option.Schema;
import dev.facade.option.WriteOption.Force;
import dev.facade.option.WriteOption.Returning;
import dev.facade.option.WriteOption.Stale;
import dev.facade.query.OnConflict;
import jakarta.persistence.EntityManager;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.metamodel.EntityType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes changesets: those that an entity refers to first, then its row, then those that refer to it. Thread-safe.
 */
public final class ChangesetWrites {

    private final Engine engine;
    private final EntityWriter writer;
    private final BulkWrites bulk;

    public ChangesetWrites(Engine engine, EntityWriter writer, BulkWrites bulk) {
        this.engine = engine;
        this.writer = writer;
        this.bulk = bulk;
    }

    /** What is thrown to roll back a write that has turned out invalid. */
    private static final class Rejected extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Changeset<?> changeset;

        Rejected(Changeset<?> changeset) {
            super(changeset.toString(), null, false, false);
            this.changeset = changeset;
        }
    }

    public <T> Result<T> write(Action action, @Nullable Changeset<T> given, WriteOptions options) {
        String operation = action.toString();
        if (given == null) {
            throw new IllegalArgumentException(operation + ": null (expected: an entity or a changeset)");
        }
        Changeset<T> changeset = given;
        boolean fits = changeset.action() == Action.NONE || changeset.action() == action;
        if (!fits) {
            throw new IllegalArgumentException(
                    operation + ": a changeset for " + changeset.action() + " (expected: for " + action + ")");
        }
        engine.model().type(operation, changeset.type());
        engine.checkWritable(operation, changeset.type(), options.get(Schema.class));
        changeset = changeset.withAction(action);
        if (!changeset.isValid()) {
            return Result.invalid(changeset);
        }
        if (isNothing(action, changeset, options)) {
            return Result.ok(changeset.data());
        }
        return run(operation, changeset, options);
    }

    private static boolean isNothing(Action action, Changeset<?> changeset, WriteOptions options) {
        return action == Action.UPDATE
                && changeset.changes().isEmpty()
                && !changeset.isPrepared()
                && !options.has(Force.class);
    }

    @SuppressWarnings("unchecked")
    private <T> Result<T> run(String operation, Changeset<T> changeset, WriteOptions options) {
        String subject = engine.model().type(operation, changeset.type()).getName();
        try {
            Function<FacadeTransaction, T> work = tx -> {
                engine.writes().writing(changeset.type());
                return new Written(tx, options).root(changeset);
            };
            return Result.ok(
                    changeset.isPrepared()
                            ? engine.writes().writeBound(operation, subject, options, work)
                            : engine.writes().write(operation, subject, options, work));
        } catch (Rejected rejected) {
            return Result.invalid((Changeset<T>) rejected.changeset);
        }
    }

    private static <T> Changeset<T> prepared(Changeset<T> changeset) {
        Changeset<T> prepared = changeset.isPrepared() ? changeset.prepared() : changeset;
        if (!prepared.isValid()) {
            throw new Rejected(prepared);
        }
        return prepared;
    }

    /** One write, with all that hangs on it. Used by one thread. */
    private final class Written {

        private final FacadeTransaction transaction;
        private final EntityManager em;
        private final WriteOptions options;
        private @Nullable Object root; // options are its own, not its children's
        private @Nullable RuntimeException settled; // a failure of a child, which its parent must not explain again

        Written(FacadeTransaction transaction, WriteOptions options) {
            this.transaction = transaction;
            this.em = transaction.entityManager();
            this.options = options;
        }

        <T> T root(Changeset<T> changeset) {
            root = changeset.data();
            T written = one(changeset);
            Returning returning = options.get(Returning.class);
            if (returning != null && rule() == null) { // under a rule the insert has done so
                bringBack(written, returning);
            }
            return written;
        }

        /** The rule for a row that is there already; null if that is an error. */
        private @Nullable OnConflict rule() {
            OnConflict rule = options.get(OnConflict.class);
            return rule == null || rule.action() == OnConflict.Action.RAISE ? null : rule;
        }

        private <T> T one(Changeset<T> given) {
            Changeset<T> changeset = prepared(given);
            String operation = changeset.action().toString();
            engine.checkOrigin(operation, changeset.data(), options.get(Schema.class));
            T written = written(changeset);
            engine.written(operation, written, options.get(Schema.class));
            return written;
        }

        private <T> T written(Changeset<T> changeset) {
            try {
                return switch (changeset.action()) {
                    case INSERT -> insert(changeset);
                    case UPDATE ->
                        changeset.changes().isEmpty() && !isForced(changeset) ? changeset.data() : update(changeset);
                    case DELETE -> delete(changeset);
                    default -> changeset.data();
                };
            } catch (OptimisticLockException stale) {
                return stale(changeset, stale);
            } catch (PersistenceException failure) {
                throw failure == settled ? failure : violated(changeset, failure);
            }
        }

        private boolean isForced(Changeset<?> changeset) {
            return changeset.data() == root && options.has(Force.class);
        }

        private <T> T stale(Changeset<T> changeset, OptimisticLockException failure) {
            Stale rule = options.get(Stale.class);
            if (rule == null) {
                throw failure.getCause() == null ? failure : told(changeset, failure);
            }
            if (rule.field() == null) {
                return changeset.data();
            }
            throw new Rejected(changeset.addError(rule.field(), rule.message(), Map.of("stale", true)));
        }

        /** The provider's own words count rows, and name neither the entity nor what to do. */
        private OptimisticLockException told(Changeset<?> changeset, OptimisticLockException failure) {
            EntityType<?> type = engine.model().type("stale", changeset.type());
            return new OptimisticLockException(
                    changeset.action() + ": " + type.getName() + " "
                            + Echo.of(engine.model().id(type, changeset.data()))
                            + " was changed or removed since by somebody else; reload it before trying again",
                    failure,
                    changeset.data());
        }

        private RuntimeException violated(Changeset<?> changeset, PersistenceException failure) {
            return Violation.in(failure)
                    .<RuntimeException>map(violation -> violation
                            .declaredIn(changeset)
                            .<RuntimeException>map(Rejected::new)
                            .orElseGet(() -> violation.undeclared(changeset, failure)))
                    .or(() -> Misfit.in(failure)
                            .flatMap(misfit ->
                                    misfit.fieldsOf(changeset, engine.model().textColumns(changeset.type())))
                            .map(Rejected::new))
                    .orElse(failure);
        }

        // -- insert

        private <T> T insert(Changeset<T> given) {
            Changeset<T> changeset = given.locked();
            T entity = changeset.applyChanges();
            PointingBack pointing = new PointingBack(
                    changeset.data(), entity, changeset.changes().keySet());
            transaction.onRollback(pointing::undo);
            Links links = new Links(changeset, entity);
            links.writeReferred();
            links.emptyReferring();
            EntityType<?> type = engine.model().typeOf("insert", entity);
            OnConflict rule = changeset.data() == root ? rule() : null;
            if (rule != null) {
                bulk.insert(transaction, entity, rule, options);
                if (engine.model().id(type, entity) == null) {
                    return entity; // left out, so nothing can refer to it
                }
            } else {
                InsertGraph.checkNew(engine.model(), type, entity);
                writer.persist(transaction, List.of(entity));
            }
            links.writeReferring();
            return entity;
        }

        // -- update

        private <T> T update(Changeset<T> given) {
            Changeset<T> changeset = given.locked();
            T entity = changeset.applyChanges();
            Links links = new Links(changeset, entity);
            links.writeReferred();
            EntityType<?> type = engine.model().typeOf("update", entity);
            engine.model().checkMutable("update", type);
            Object id = engine.model().requiredId("update", type, changeset.data());
            RowChanges changes = new RowChanges(engine.model(), em, changeset, entity, type);
            Object managed = attached(changeset, type, id, changes.needRow(type));
            changes.set(managed);
            if (isForced(changeset)) {
                engine.model().extension().touch(em, managed);
            }
            em.flush();
            changes.bringBack(managed);
            if (!transaction.isManaged()) {
                em.clear();
            }
            links.removeLeftOut(true); // makes room for those that take its place
            links.writeReferring();
            links.removeLeftOut(false);
            return entity;
        }

        private Object attached(Changeset<?> changeset, EntityType<?> type, Object id, boolean needed) {
            boolean read = needed
                    || isForced(changeset)
                    || options.has(Stale.class) // a flush that fails would leave nothing to commit
                    || changeset.lockField().isPresent()
                    || transaction.isManaged()
                    || engine.model().isProxy(changeset.data());
            Object copy = read
                    ? null
                    : engine.model()
                            .extension()
                            .attach(em, EntityShape.of(changeset.type()).copy(seen(changeset)));
            return copy != null ? copy : row("update", changeset, type, id);
        }

        /** The row, under a lock, so that it stays as it is read until the flush. */
        private Object row(String operation, Changeset<?> changeset, EntityType<?> type, Object id) {
            boolean fresh = isForced(changeset) || changeset.lockField().isPresent();
            if (fresh || !transaction.isManaged()) {
                engine.model().extension().lock(em, type.getJavaType(), id);
            }
            Object managed = fresh && transaction.isManaged() ? engine.model().find(em, type, id) : null;
            if (managed != null) {
                em.flush(); // what the host has changed so far stays
                em.refresh(managed);
            }
            managed = writer.existing(em, operation, type, id, seen(changeset));
            checkLock(operation, changeset, type, id, managed);
            return managed;
        }

        /** The entity, with the version that the author of the changes has seen. */
        private static Object seen(Changeset<?> changeset) {
            return changeset
                    .seenVersion()
                    .map(version -> copy(changeset, version))
                    .orElse(changeset.data());
        }

        private static Object copy(Changeset<?> changeset, Object version) {
            EntityShape shape = EntityShape.of(changeset.type());
            Property property = shape.properties().stream()
                    .filter(Property::isVersion)
                    .findFirst()
                    .orElseThrow();
            return shape.copy(changeset.data(), Map.of(property.name(), version));
        }

        private void checkLock(
                String operation, Changeset<?> changeset, EntityType<?> type, Object id, Object managed) {
            changeset.lockField().ifPresent(field -> {
                Property property = EntityShape.of(changeset.type()).property(field);
                Object expected = changeset.lockValue();
                if (expected != null && !Objects.equals(expected, property.get(managed))) {
                    throw new OptimisticLockException(
                            operation + ": " + type.getName() + " " + id + " was changed by somebody else (" + field
                                    + "); reload it before trying again",
                            null,
                            changeset.data());
                }
            });
        }

        // -- delete

        private <T> T delete(Changeset<T> changeset) {
            EntityType<?> type = engine.model().typeOf("delete", changeset.data());
            Object id = engine.model().requiredId("delete", type, changeset.data());
            Object managed = options.has(Stale.class) || changeset.lockField().isPresent()
                    ? row("delete", changeset, type, id)
                    : writer.existing(em, "delete", type, id, seen(changeset));
            writer.remove(transaction, managed);
            return changeset.data();
        }

        private void bringBack(Object entity, Returning returning) {
            EntityType<?> type = engine.model().typeOf("returning", entity);
            EntityShape shape = EntityShape.of(type.getJavaType());
            returning.attributes().forEach(shape::property);
            Object stored = engine.model()
                    .extension()
                    .unproxied(engine.model().find(em, type, engine.model().requiredId("returning", type, entity)));
            em.refresh(stored);
            RowChanges.plain(stored).forEach((property, value) -> {
                boolean wanted = returning.attributes().isEmpty()
                        || returning.attributes().contains(property.name());
                if (wanted && !property.isTransient()) {
                    property.set(entity, value);
                }
            });
        }

        /** The associations of one changeset. */
        private final class Links {

            private final Object entity;
            private final EntityShape shape;
            private Changeset<?> changeset;

            Links(Changeset<?> changeset, Object entity) {
                this.changeset = changeset;
                this.entity = entity;
                this.shape = EntityShape.of(changeset.type());
            }

            private List<Property> associations(boolean referring) {
                return changeset.changes().entrySet().stream()
                        .filter(change -> isChildren(change.getValue()))
                        .map(change -> shape.property(change.getKey()))
                        .filter(Property::isAssociation)
                        .filter(property -> referring == (property.mappedBy() != null))
                        .toList();
            }

            private boolean isChildren(@Nullable Object value) {
                return value instanceof Changeset<?> || value instanceof List<?>;
            }

            /** Writes the rows to which the row, or a join table, will refer. */
            void writeReferred() {
                for (Property property : associations(false)) {
                    property.set(entity, fitting(property, write(property, child -> child)));
                }
            }

            void emptyReferring() {
                for (Property property : associations(true)) {
                    property.set(entity, property.isToMany() ? fitting(property, new ArrayList<>()) : null);
                }
            }

            /** Writes the rows that refer to the row. */
            void writeReferring() {
                for (Property property : associations(true)) {
                    String back = Objects.requireNonNull(property.mappedBy());
                    property.set(entity, fitting(property, write(property, child -> tied(child, back))));
                }
            }

            private Changeset<?> tied(Changeset<?> child, String back) {
                boolean ties =
                        child.action() == Action.INSERT || (child.action() == Action.UPDATE && !isTied(child, back));
                return ties ? child.forceChange(back, entity) : child;
            }

            private boolean isTied(Changeset<?> child, String back) {
                Object parent = EntityShape.of(child.type()).property(back).get(child.data());
                return parent != null && Objects.equals(id(parent), id(entity));
            }

            private @Nullable Object id(Object any) {
                return engine.model().id(engine.model().typeOf("update", any), any);
            }

            private @Nullable Object write(Property property, Linking linking) {
                Object value = changeset.changes().get(property.name());
                if (value instanceof Changeset<?> child) {
                    return written(property, child, List.of(child), 0, linking);
                }
                List<?> children = value instanceof List<?> list ? list : List.of();
                List<Object> entities = new ArrayList<>();
                for (int i = 0; i < children.size(); i++) {
                    Object written = written(property, (Changeset<?>) children.get(i), children, i, linking);
                    if (written != null) {
                        entities.add(written);
                    }
                }
                return entities;
            }

            private @Nullable Object written(
                    Property property, Changeset<?> child, List<?> siblings, int place, Linking linking) {
                try {
                    Object written = one(linking.on(told(child)));
                    return child.action() == Action.DELETE || child.action() == Action.REPLACE ? null : written;
                } catch (Rejected rejected) {
                    List<Object> all = new ArrayList<>(siblings);
                    all.set(place, rejected.changeset);
                    throw new Rejected(
                            changeset.withChildren(property.name(), property.isToMany() ? all : rejected.changeset));
                } catch (PersistenceException failure) {
                    settled = failure;
                    throw failure;
                }
            }

            /** Whether a child is new whose key is given by hand. */
            private Changeset<?> told(Changeset<?> child) {
                if (child.action() != Action.NONE) {
                    return child;
                }
                EntityType<?> type = engine.model().typeOf("update", child.data());
                boolean isNew = engine.model().isNew(em, type, child.data());
                if (!transaction.isManaged()) {
                    em.clear(); // an update brings an instance of its own
                }
                return child.withAction(isNew ? Action.INSERT : Action.UPDATE);
            }

            /** Removes the rows that a new value leaves out. */
            void removeLeftOut(boolean referring) {
                for (String field : changeset.changes().keySet()) {
                    Property property = shape.property(field);
                    if (referring != (property.mappedBy() != null)) {
                        continue;
                    }
                    for (Object left : changeset.leftOut(field)) {
                        leave(property, left, changeset.onReplace(field));
                    }
                }
                em.flush();
            }

            private void leave(Property property, Object left, OnReplace rule) {
                EntityType<?> type = engine.model().typeOf("update", left);
                boolean joined = property.isToMany() && property.mappedBy() == null;
                if (joined) {
                    return; // only its row in the join table goes
                }
                Object id = engine.model().requiredId("update", type, left);
                boolean mayChange = rule == OnReplace.NILIFY || options.has(Stale.class);
                if (mayChange && !transaction.isManaged()) {
                    engine.model().extension().lock(em, type.getJavaType(), id);
                }
                Object found = engine.model().find(em, type, id);
                if (found == null) {
                    checkMayBeGone(type, left, rule);
                    return;
                }
                Object row = engine.model().extension().unproxied(found);
                if (rule == OnReplace.DELETE || rule == OnReplace.DELETE_IF_EXISTS) {
                    writer.letGo(em, row);
                    em.remove(row);
                } else if (rule == OnReplace.NILIFY && property.mappedBy() != null) {
                    EntityShape.of(type.getJavaType())
                            .property(property.mappedBy())
                            .set(row, null);
                }
            }

            private static void checkMayBeGone(EntityType<?> type, Object left, OnReplace rule) {
                if (rule == OnReplace.DELETE) {
                    throw new OptimisticLockException(
                            "delete: a " + type.getName() + " that is left out is gone;"
                                    + " use OnReplace.DELETE_IF_EXISTS if that is all right",
                            null,
                            left);
                }
            }

            private @Nullable Object fitting(Property property, @Nullable Object value) {
                return value instanceof List<?> list && property.isToMany() ? property.holding(list, entity) : value;
            }
        }
    }

    /** Ties a child to the entity that it belongs to. */
    @FunctionalInterface
    private interface Linking {
        Changeset<?> on(Changeset<?> child);
    }
}
