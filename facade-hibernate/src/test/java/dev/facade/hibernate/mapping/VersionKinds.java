package dev.facade.hibernate.mapping;

import java.util.List;

/** Rows of the table. */
final class VersionKinds {

    private VersionKinds() {}

    static final List<Kind<?>> ALL = List.of();
}
