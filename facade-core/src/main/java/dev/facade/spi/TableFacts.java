package dev.facade.spi;

import java.util.Set;

/**
 * The facts that a database tells of its tables: which others are read or written with them. Immutable.
 *
 * @param readAlone tables that show their own rows and nothing else, so neither views nor tables with row security
 * @param writtenAlone tables with which no other is written: no trigger, no rule, no cascade
 */
public record TableFacts(Set<String> readAlone, Set<String> writtenAlone) {

    private static final TableFacts NONE = new TableFacts(Set.of(), Set.of());

    /**
     * Copies the components.
     *
     * @param readAlone tables that show their own rows and nothing else
     * @param writtenAlone tables with which no other is written
     */
    public TableFacts {
        readAlone = Set.copyOf(readAlone);
        writtenAlone = Set.copyOf(writtenAlone);
    }

    /**
     * Nothing is known.
     *
     * @return the same one always
     */
    public static TableFacts none() {
        return NONE;
    }

    /**
     * Tells what is read with some tables.
     *
     * @param tables that a statement reads from
     * @return they, or any table
     */
    public Tables read(Tables tables) {
        return readAlone.containsAll(tables.names()) ? tables : Tables.unknown();
    }

    /**
     * Tells what is written with some tables.
     *
     * @param tables that a statement writes
     * @return they, or any table
     */
    public Tables written(Tables tables) {
        return writtenAlone.containsAll(tables.names()) ? tables : Tables.unknown();
    }
}
