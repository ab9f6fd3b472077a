package dev.facade.query;

/** A piece of a query, which writes itself as JPQL. Immutable. */
@FunctionalInterface
interface Node {

    /** Appends itself; names are checked, values are bound. */
    void render(Rendering out);
}
