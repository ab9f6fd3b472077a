package dev.facade.hibernate.mapping;

import dev.facade.query.Expression;
import dev.facade.query.Query;

/** The columns that read. */
final class ReadOperations {

    private static final int SAMPLES = 3;

    private ReadOperations() {}

    static final Operations ALL = Operations.of(
            "reads",
            Operation.of("get", ReadOperations::get),
            Operation.of("all", ReadOperations::all),
            Operation.of("aggregate", ReadOperations::aggregate),
            Operation.of("reload", ReadOperations::reload));

    private static <E> void get(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        for (int number = 1; number <= SAMPLES; number++) {
            Object key = probe.key(number);
            E actual = probe.facade(repo -> repo.getOrThrow(probe.kind.type, key));
            probe.same("sample " + number, Picture.of(actual), Picture.of(probe.found(number)));
        }
    }

    private static <E> void all(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        String jpql = "select e from " + probe.entity().getName() + " e";
        probe.same(
                "all",
                Picture.unordered(probe.facade(repo -> repo.all(probe.kind.type))),
                Picture.unordered(
                        probe.plain(em -> em.createQuery(jpql, probe.kind.type).getResultList())));
    }

    private static <E> void aggregate(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        String jpql = "select count(e) from " + probe.entity().getName() + " e";
        probe.same(
                "count",
                probe.facade(repo -> repo.aggregate(Query.from(probe.kind.type), Expression.count())
                        .orElseThrow()),
                probe.plain(em -> em.createQuery(jpql, Long.class).getSingleResult()));
    }

    private static <E> void reload(Probe<E> probe) throws Exception {
        probe.given(SAMPLES);
        E found = probe.found(2);
        probe.same("reloaded", Picture.of(probe.facade(repo -> repo.reloadOrThrow(found))), Picture.of(probe.found(2)));
    }
}
