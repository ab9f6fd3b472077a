package dev.facade.operation;

import dev.facade.consistency.Tables;

/** Which tables a read touches; asked only if that matters. */
@FunctionalInterface
interface Reach {

    /** It may be any. */
    Reach UNKNOWN = touched -> Tables.unknown();

    /** What cannot be told may be any table; the reason is told when the read runs. */
    static Tables of(Reach reach, TouchedTables touched) {
        try {
            return reach.tables(touched);
        } catch (RuntimeException untold) {
            return Tables.unknown();
        }
    }

    Tables tables(TouchedTables touched);
}
