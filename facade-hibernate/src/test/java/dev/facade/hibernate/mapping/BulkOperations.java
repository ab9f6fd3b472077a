package dev.facade.hibernate.mapping;

import dev.facade.query.Change;
import dev.facade.query.OnConflict;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** The columns that insert many: insertAll of entities, of rows and of a query, upserts, insertAllReturning. */
final class BulkOperations {

    private BulkOperations() {}

    static final Operations ALL = BulkExpectations.of(Operations.of(
            "bulk",
            Operation.of("insertAll", BulkOperations::insertAll),
            Operation.of("insertAll, entities as rows", BulkOperations::entities),
            Operation.of("insertAll, maps", BulkOperations::maps),
            Operation.of("insertAll, records", BulkOperations::records),
            Operation.of("insertAll, query", BulkOperations::query),
            Operation.of("insertAllReturning", BulkOperations::returning),
            Operation.of("upsert of a new one", BulkOperations::upsertNew),
            Operation.of("upsert, nothing", BulkOperations::upsertNothing),
            Operation.of("upsert, replaceAll", BulkOperations::upsertAll),
            Operation.of("upsert, replace", BulkOperations::upsertSome),
            Operation.of("upsert, update", BulkOperations::upsertUpdate)));

    private static <E> List<E> samples(Kind<E> kind) {
        return IntStream.rangeClosed(2, 3).mapToObj(kind::sample).toList();
    }

    private static <E> void insertAll(Probe<E> probe) throws Exception {
        probe.compare(
                1,
                em -> {
                    List<E> samples = samples(probe.kind);
                    samples.forEach(em::persist);
                    return samples;
                },
                repo -> {
                    List<E> samples = samples(probe.kind);
                    repo.insertAll(samples);
                    return samples;
                });
    }

    private static <E> void persisted(Probe<E> probe, jakarta.persistence.EntityManager em) {
        samples(probe.kind).forEach(em::persist);
    }

    private static <E> void entities(Probe<E> probe) throws Exception {
        probe.compareRows(1, em -> persisted(probe, em), repo -> repo.insertAll(probe.kind.type, samples(probe.kind)));
    }

    private static <E> void maps(Probe<E> probe) throws Exception {
        probe.compareRows(
                1,
                em -> persisted(probe, em),
                repo -> repo.insertAll(
                        probe.kind.type,
                        samples(probe.kind).stream()
                                .map(sample -> Attributes.given(probe, sample))
                                .toList()));
    }

    private static <E> void records(Probe<E> probe) throws Exception {
        probe.compareRows(
                1,
                em -> persisted(probe, em),
                repo -> repo.insertAll(
                        probe.kind.type,
                        samples(probe.kind).stream()
                                .map(sample -> Attributes.record(Attributes.given(probe, sample)))
                                .toList()));
    }

    /** Copies of a row under another key. */
    private static <E> void query(Probe<E> probe) throws Exception {
        probe.compareRows(
                2,
                em -> {
                    E copy = probe.kind.sample(1);
                    Attributes.moveKey(probe, copy);
                    em.persist(copy);
                },
                repo -> repo.insertAll(probe.kind.type, Attributes.copy(probe, 1)));
    }

    private static <E> void returning(Probe<E> probe) throws Exception {
        probe.compare(
                1,
                em -> {
                    List<E> samples = samples(probe.kind);
                    samples.forEach(em::persist);
                    em.flush();
                    em.clear();
                    return samples.stream()
                            .map(sample -> em.find(probe.kind.type, Attributes.key(probe, sample)))
                            .filter(Objects::nonNull)
                            .toList();
                },
                repo -> repo.insertAllReturning(probe.kind.type, samples(probe.kind)));
    }

    private static <E> void upsertNew(Probe<E> probe) throws Exception {
        probe.compare(
                1,
                em -> {
                    E sample = probe.kind.sample(2);
                    em.persist(sample);
                    return sample;
                },
                repo -> repo.insert(probe.kind.sample(2), OnConflict.nothing()));
    }

    private static <E> void upsertNothing(Probe<E> probe) throws Exception {
        probe.compareRows(2, em -> {}, repo -> repo.insert(changed(probe), OnConflict.nothing()));
    }

    /** As it comes from a form: found, changed and detached. */
    private static <E> E changed(Probe<E> probe) {
        return probe.plain(em -> {
            E found = em.find(probe.kind.type, probe.key(2));
            change(probe, found);
            em.detach(found);
            return found;
        });
    }

    /** Of the row itself: a rule for its conflicts concerns nothing else. */
    private static <E> void change(Probe<E> probe, E entity) {
        probe.kind.changes.forEach((name, value) -> Attributes.set(probe, entity, name, value));
    }

    private static Map<String, Object> written(Probe<?> probe) {
        return probe.kind.changes.isEmpty() ? Attributes.written(probe, probe.kind.sample(2)) : probe.kind.changes;
    }

    private static <E> void upsert(Probe<E> probe, OnConflict rule) throws Exception {
        probe.compare(
                2,
                em -> {
                    E found = em.find(probe.kind.type, probe.key(2));
                    change(probe, found);
                    return found;
                },
                repo -> repo.insert(changed(probe), rule.target(Attributes.keyNames(probe))));
    }

    private static <E> void upsertAll(Probe<E> probe) throws Exception {
        upsert(probe, OnConflict.replaceAll());
    }

    private static <E> void upsertSome(Probe<E> probe) throws Exception {
        upsert(probe, OnConflict.replace(written(probe).keySet().toArray(String[]::new)));
    }

    private static <E> void upsertUpdate(Probe<E> probe) throws Exception {
        upsert(
                probe,
                OnConflict.update(written(probe).entrySet().stream()
                        .map(change -> Change.set(change.getKey(), change.getValue()))
                        .toArray(Change[]::new)));
    }
}
