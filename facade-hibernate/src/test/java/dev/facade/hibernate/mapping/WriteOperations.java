package dev.facade.hibernate.mapping;

/** Columns of the table. */
final class WriteOperations {

    private WriteOperations() {}

    static final Operations ALL = Operations.of("writes");
}
