package dev.facade.engine.mapping;

import dev.facade.spi.Tables;

/** Which tables a read touches; asked only if that matters. */
@FunctionalInterface
public interface Reach {

    /** It may be any. */
    Reach UNKNOWN = touched -> Tables.unknown();

    /** The tables of a read. If they cannot be told it may be any table; the reason is told when the read runs. */
    static Tables of(Reach reach, TouchedTables touched) {
        try {
            return reach.tables(touched);
        } catch (RuntimeException untold) {
            return Tables.unknown();
        }
    }

    Tables tables(TouchedTables touched);
}
