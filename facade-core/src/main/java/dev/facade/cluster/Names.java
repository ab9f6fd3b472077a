package dev.facade.cluster;

import java.util.Objects;

/** Checks names at the door. */
final class Names {

    private Names() {}

    static String checked(String name) {
        Objects.requireNonNull(name, "name");
        if (name.isBlank()) {
            throw new IllegalArgumentException("name: '" + name + "' (expected: a name that is not blank)");
        }
        return name;
    }
}
