package dev.facade.hibernate.mapping;

import java.util.List;

/** Rows of the table. */
final class VisibilityKinds {

    private VisibilityKinds() {}

    static final List<Kind<?>> ALL = List.of();
}
