package dev.facade.hibernate.mapping;

/** Columns of the table. */
final class BulkOperations {

    private BulkOperations() {}

    static final Operations ALL = Operations.of("bulk");
}
