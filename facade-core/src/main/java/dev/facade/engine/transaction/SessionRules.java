package dev.facade.engine.transaction;

import dev.facade.consistency.Consistency;
import java.util.Set;

/**
 * The settings of sessions. Immutable.
 *
 * @param defaultLevel the level of reads for which none is set
 * @param isShared whether every session sees what any of them has written
 * @param exempt entities whose writes nobody waits for
 */
public record SessionRules(Consistency defaultLevel, boolean isShared, Set<Class<?>> exempt) {

    /** Copies the set. */
    public SessionRules {
        exempt = Set.copyOf(exempt);
    }
}
