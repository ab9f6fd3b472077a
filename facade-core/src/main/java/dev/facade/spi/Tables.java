package dev.facade.spi;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The tables that something reads or writes, or any table, if nobody can say. Immutable.
 *
 * <pre>{@code
 * Tables read = Tables.of(List.of("post", "author"));
 * boolean all = Tables.unknown().isKnown(); // false: it may be any table
 * }</pre>
 *
 * @param names without schema and quotes, in lower case
 * @param isKnown false if it may be any table
 */
public record Tables(Set<String> names, boolean isKnown) {

    private static final Tables NONE = new Tables(Set.of(), true);
    private static final Tables UNKNOWN = new Tables(Set.of(), false);

    /**
     * Copies the components.
     *
     * @param names without schema and quotes, in lower case
     * @param isKnown false if it may be any table
     */
    public Tables {
        names = Set.copyOf(names);
    }

    /**
     * No table at all.
     *
     * @return the same one always
     */
    public static Tables none() {
        return NONE;
    }

    /**
     * Any table.
     *
     * @return the same one always
     */
    public static Tables unknown() {
        return UNKNOWN;
    }

    /**
     * Some tables. Names that differ only in case, in quotes or in their schema count as one.
     *
     * @param names as the provider writes them
     * @return the tables
     */
    public static Tables of(Collection<String> names) {
        Set<String> plain = new HashSet<>();
        for (String name : names) {
            String bare = name.replaceAll("[\"`\\[\\]]", "").toLowerCase(Locale.ROOT);
            plain.add(bare.substring(bare.lastIndexOf('.') + 1)); // one table may be mapped with its schema and without
        }
        return plain.isEmpty() ? NONE : new Tables(plain, true);
    }

    /**
     * Adds others.
     *
     * @param others tables
     * @return all of them
     */
    public Tables and(Tables others) {
        if (!isKnown || !others.isKnown) {
            return UNKNOWN;
        }
        if (names.containsAll(others.names)) {
            return this;
        }
        Set<String> all = new HashSet<>(names);
        all.addAll(others.names);
        return new Tables(all, true);
    }

    /**
     * Takes some away.
     *
     * @param others tables
     * @return the rest
     */
    public Tables without(Tables others) {
        if (!isKnown || others.names.isEmpty()) {
            return this;
        }
        Set<String> rest = new HashSet<>(names);
        rest.removeAll(others.names);
        return rest.isEmpty() ? NONE : new Tables(rest, true);
    }
}
