package dev.facade.engine.journey;

import dev.facade.consistency.Consistency;
import dev.facade.engine.position.Freshness;
import dev.facade.option.Priority;
import dev.facade.option.Target;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The facts about a read that the router needs.
 *
 * @param operation its name, for messages
 * @param target where the caller wants it
 * @param locking whether it locks rows
 * @param consistency how fresh it must be
 * @param freshness what that asks of a replica
 * @param priority how much it matters on the master
 * @param deadline how long it may take; or null: as long as the facade's reads may
 */
public record ReadIntent(
        String operation,
        Target target,
        boolean locking,
        Consistency consistency,
        Freshness freshness,
        Priority priority,
        @Nullable Duration deadline) {

    /**
     * A read without wishes for its time.
     *
     * @param operation its name, for messages
     * @param target where the caller wants it
     * @param locking whether it locks rows
     * @param consistency how fresh it must be
     * @param freshness what that asks of a replica
     */
    public ReadIntent(String operation, Target target, boolean locking, Consistency consistency, Freshness freshness) {
        this(operation, target, locking, consistency, freshness, Priority.NORMAL, null);
    }

    /**
     * A read that any replica may serve.
     *
     * @param operation its name, for messages
     * @param target where the caller wants it
     * @param locking whether it locks rows
     */
    public ReadIntent(String operation, Target target, boolean locking) {
        this(operation, target, locking, Consistency.eventual(), Freshness.any());
    }
}
