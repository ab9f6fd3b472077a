package dev.facade.hibernate.mapping;

import java.util.List;

/** Rows of the table. */
final class EmbeddableKinds {

    private EmbeddableKinds() {}

    static final List<Kind<?>> ALL = List.of();
}
