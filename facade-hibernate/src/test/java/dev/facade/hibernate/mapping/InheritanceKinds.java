package dev.facade.hibernate.mapping;

import java.util.List;

/** Rows of the table. */
final class InheritanceKinds {

    private InheritanceKinds() {}

    static final List<Kind<?>> ALL = List.of();
}
