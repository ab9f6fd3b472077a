package dev.facade.test.conformance;

/** The abilities that not every provider and database has; a case asserts the refusal where one lacks it. */
public enum Capability {
    /** {@code onConflict} of one entity or of many rows. */
    UPSERT,
    /** A conflict rule for the rows of a query. */
    UPSERT_OF_QUERY,
    /** A bulk insert whose rows, or cells, come from a query. */
    INSERT_SELECT,
    /** Cells of rows that are inserted in bulk may be left out and take the column's default. */
    CELL_DEFAULTS,
    /** Columns that hold arrays, and queries over them. */
    ARRAYS,
    /** A schema chosen for one call. */
    SCHEMAS,
    /** Pessimistic locks on rows. */
    LOCKS,
    /** A failed statement leaves the rest of the transaction usable for statements that follow. */
    STATEMENT_ROLLBACK,
    /** Named check constraints, told by name when they are violated. */
    CHECK_CONSTRAINTS,
    /** Exclusion constraints. */
    EXCLUSION_CONSTRAINTS,
    /** An update by force also of an entity without a version. */
    FORCED_UPDATES,
    /** To-one associations that stay unloaded until they are asked for. */
    LAZY_TO_ONE,
    /** Parts of {@code union}, {@code intersect} and {@code except}. */
    SET_OPERATIONS,
    /** SQL of queries, told without running them. */
    TO_SQL,
    /** Plans of queries. */
    EXPLAIN,
    /** Transactions whose isolation can be chosen. */
    ISOLATION,
    /** A subquery may be a source. */
    DERIVED_SOURCES
}
