package dev.facade.hibernate.mapping;

import java.util.List;

/** Rows of the table. */
final class AroundKinds {

    private AroundKinds() {}

    static final List<Kind<?>> ALL = List.of();
}
