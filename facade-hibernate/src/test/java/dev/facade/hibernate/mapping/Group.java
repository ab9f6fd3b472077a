package dev.facade.hibernate.mapping;

import java.util.List;

/** Kinds that are told of together, in a table of their own. */
record Group(String name, List<Kind<?>> kinds) {

    @Override
    public String toString() {
        return name;
    }
}
