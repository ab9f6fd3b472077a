package dev.facade.operation;

import dev.facade.consistency.Tables;
import jakarta.persistence.EntityManager;

/** Which tables a read touches; asked only if that matters. */
@FunctionalInterface
interface Reach {

    /** It may be any. */
    Reach UNKNOWN = em -> Tables.unknown();

    Tables tables(EntityManager ofTheMaster);
}
