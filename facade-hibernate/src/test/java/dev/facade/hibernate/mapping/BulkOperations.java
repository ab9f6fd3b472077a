package dev.facade.hibernate.mapping;

/** The columns that insert many: insertAll of entities, of rows and of a query, upserts, insertAllReturning. */
final class BulkOperations {

    private BulkOperations() {}

    static final Operations ALL = Operations.of("bulk");
}
