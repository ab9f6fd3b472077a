package dev.facade.hibernate.mapping;

/** Columns of the table. */
final class InsertOperations {

    private InsertOperations() {}

    static final Operations ALL = Operations.of("inserts");
}
