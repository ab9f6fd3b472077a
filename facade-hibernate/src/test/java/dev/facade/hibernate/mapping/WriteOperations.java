package dev.facade.hibernate.mapping;

import dev.facade.changeset.Changeset;
import dev.facade.query.Change;
import dev.facade.query.Query;
import jakarta.persistence.EntityManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hibernate.Hibernate;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.Type;

/** The columns that write one entity, or whole sets by a query: insert, update, changesets, updateAll, deleteAll. */
final class WriteOperations {

    private static final int SAMPLES = 2;
    private static final String NOTHING = "nothing of it can be changed by name";
    private static final String REFERRED =
            "rows of another table refer to its rows, and a bulk delete cascades to nothing";
    private static final String SHARED = "rows of the other side still refer to its row, in plain Hibernate too";

    private WriteOperations() {}

    static final Operations ALL = Operations.of(
            "writes",
            Operation.of("insert", WriteOperations::insert),
            Operation.of("changeset insert", WriteOperations::changesetInsert),
            Operation.of("update", WriteOperations::update),
            Operation.of("changeset update", WriteOperations::changesetUpdate),
            Operation.of("insertOrUpdate, new", WriteOperations::insertOrUpdateNew),
            Operation.of("insertOrUpdate, there", WriteOperations::insertOrUpdateThere),
            Operation.of("delete", WriteOperations::delete),
            Operation.of("changeset delete", WriteOperations::changesetDelete),
            Operation.of("updateAll", WriteOperations::updateAll),
            Operation.of("deleteAll", WriteOperations::deleteAll));

    static {
        for (String operation : List.of("update", "changeset update", "insertOrUpdate, there", "updateAll")) {
            ALL.refused("@Immutable entity", operation, "@Immutable");
        }
        for (String operation : List.of(
                "insert",
                "changeset insert",
                "update",
                "changeset update",
                "updateAll",
                "insertOrUpdate, new",
                "insertOrUpdate, there",
                "delete",
                "changeset delete",
                "deleteAll")) {
            ALL.refused("@Subselect", operation, "@Subselect");
        }
        ALL.refused("@Struct", "updateAll", "one column").refused("embeddable as JSON", "updateAll", "one column");
        for (Operation operation : ALL.all) {
            ALL.none(Set.of(Db.H2), "@View", operation.name(), "no view of H2 can be written");
        }
        for (String kind : List.of("to-one, to the same class", "one-to-many, to the same class")) {
            ALL.none(Set.of(Db.MARIADB), kind, "deleteAll", "MariaDB checks each row, and they refer to one another");
        }
        for (String kind : List.of(
                "one-to-one, inverse and cascaded",
                "one-to-many, mappedBy",
                "one-to-many, mappedBy, orphanRemoval",
                "one-to-many, join column",
                "one-to-many, join column, orphanRemoval",
                "one-to-many, @OrderBy",
                "one-to-many, @SQLOrder",
                "one-to-many, @OrderColumn",
                "one-to-many, map by key",
                "one-to-many, @SQLRestriction",
                "an association of a subclass",
                "one-to-many to @SoftDelete rows")) {
            ALL.none(kind, "deleteAll", REFERRED);
        }
        for (String operation : List.of("delete", "changeset delete")) {
            ALL.none("many-to-many, inverse", operation, SHARED)
                    .none("one-to-many to @SoftDelete rows", operation, SHARED);
        }
        Matrix.GROUPS.stream()
                .flatMap(group -> group.kinds().stream())
                .filter(kind -> kind.changes.isEmpty())
                .forEach(
                        kind -> ALL.none(kind.name, "changeset update", NOTHING).none(kind.name, "updateAll", NOTHING));
    }

    private static <E> void insert(Probe<E> probe) throws Exception {
        probe.compare(
                1,
                em -> {
                    E sample = probe.kind.sample(2);
                    em.persist(sample);
                    return sample;
                },
                repo -> repo.insert(probe.kind.sample(2)));
    }

    private static <E> void changesetInsert(Probe<E> probe) throws Exception {
        probe.compare(
                1,
                em -> {
                    E sample = probe.kind.sample(2);
                    em.persist(sample);
                    return sample;
                },
                repo -> repo.insert(Changeset.change(probe.kind.sample(2))).orElseThrow());
    }

    /** As a caller has it who has loaded what belongs to it. */
    private static <E> E loaded(Probe<E> probe) {
        return probe.plain(em -> {
            E found = em.find(probe.kind.type, probe.key(2));
            EntityPersister persister = persister(probe, found);
            for (int i = 0; i < persister.getPropertyTypes().length; i++) {
                if (persister.getPropertyTypes()[i].isCollectionType()) {
                    Hibernate.initialize(persister.getValue(found, i));
                }
            }
            return found;
        });
    }

    private static EntityPersister persister(Probe<?> probe, Object entity) {
        return probe.stage.factory.getMappingMetamodel().getEntityDescriptor(Hibernate.getClass(entity));
    }

    private static <E> E changed(Probe<E> probe) {
        E found = loaded(probe);
        probe.kind.mutation.accept(found);
        return found;
    }

    private static <E> void update(Probe<E> probe) throws Exception {
        probe.compare(
                SAMPLES,
                em -> shown(probe, flushed(em, em.merge(changed(probe)))),
                repo -> shown(probe, repo.update(changed(probe))));
    }

    private static <E> E flushed(EntityManager em, E entity) {
        em.flush();
        return entity;
    }

    private static <E> void changesetUpdate(Probe<E> probe) throws Exception {
        probe.compare(
                SAMPLES,
                em -> {
                    E found = loaded(probe);
                    EntityPersister persister = persister(probe, found);
                    List<String> names = List.of(persister.getPropertyNames());
                    probe.kind.changes.forEach((name, value) -> persister.setValue(found, names.indexOf(name), value));
                    return shown(probe, flushed(em, em.merge(found)));
                },
                repo -> shown(
                        probe,
                        repo.update(Changeset.change(loaded(probe), probe.kind.changes))
                                .orElseThrow()));
    }

    private static <E> void insertOrUpdateNew(Probe<E> probe) throws Exception {
        probe.compare(
                1,
                em -> {
                    E sample = probe.kind.sample(2);
                    em.persist(sample);
                    return sample;
                },
                repo -> repo.insertOrUpdate(probe.kind.sample(2)));
    }

    private static <E> void insertOrUpdateThere(Probe<E> probe) throws Exception {
        probe.compare(
                SAMPLES,
                em -> shown(probe, flushed(em, em.merge(changed(probe)))),
                repo -> shown(probe, repo.insertOrUpdate(changed(probe))));
    }

    private static <E> void delete(Probe<E> probe) throws Exception {
        probe.compareRows(
                SAMPLES, em -> em.remove(em.find(probe.kind.type, probe.key(2))), repo -> repo.delete(probe.found(2)));
    }

    private static <E> void changesetDelete(Probe<E> probe) throws Exception {
        probe.compareRows(
                SAMPLES,
                em -> em.remove(em.find(probe.kind.type, probe.key(2))),
                repo -> repo.delete(Changeset.change(probe.found(2))).orElseThrow());
    }

    private static <E> void updateAll(Probe<E> probe) throws Exception {
        probe.compareRows(
                SAMPLES,
                em -> {
                    if (!probe.stage
                            .factory
                            .getMappingMetamodel()
                            .getEntityDescriptor(probe.kind.type)
                            .isMutable()) {
                        return;
                    }
                    String versioned = probe.entity().hasVersionAttribute() ? "versioned " : "";
                    List<String> sets = new ArrayList<>();
                    probe.kind.changes.keySet().forEach(name -> sets.add("e." + name + " = :p" + sets.size()));
                    jakarta.persistence.Query update = em.createQuery(
                            "update " + versioned + probe.entity().getName() + " e set " + String.join(", ", sets));
                    int number = 0;
                    for (Object value : probe.kind.changes.values()) {
                        update.setParameter("p" + number++, value);
                    }
                    update.executeUpdate();
                },
                repo -> repo.updateAll(
                        probe.kind.type,
                        probe.kind.changes.entrySet().stream()
                                .map(change -> Change.set(change.getKey(), change.getValue()))
                                .toArray(Change[]::new)));
    }

    private static <E> void deleteAll(Probe<E> probe) throws Exception {
        probe.compareRows(
                SAMPLES,
                em -> em.createQuery("delete from " + probe.entity().getName() + " e")
                        .executeUpdate(),
                repo -> repo.deleteAll(Query.from(probe.kind.type)));
    }

    /** Its own values; what is loaded of those it refers to is the caller's or the provider's. */
    private static <E> Map<String, String> shown(Probe<E> probe, E entity) {
        Object plain = Hibernate.unproxy(entity);
        EntityPersister persister = persister(probe, plain);
        Map<String, String> shown = new TreeMap<>();
        for (int i = 0; i < persister.getPropertyNames().length; i++) {
            Type type = persister.getPropertyTypes()[i];
            String name = persister.getPropertyNames()[i];
            Object value = persister.getValue(plain, i);
            if (type.isCollectionType() || probe.kind.generated.contains(name)) {
                continue;
            }
            shown.put(
                    name,
                    type.isEntityType() && value != null ? "refers" : Picture.masked(value, probe.kind.generated));
        }
        return shown;
    }
}
