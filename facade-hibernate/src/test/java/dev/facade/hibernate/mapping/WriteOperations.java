package dev.facade.hibernate.mapping;

/** The columns that write one entity, or whole sets by a query: insert, update, changesets, updateAll, deleteAll. */
final class WriteOperations {

    private WriteOperations() {}

    static final Operations ALL = Operations.of("writes", Operation.of("insert", WriteOperations::insert));

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
}
