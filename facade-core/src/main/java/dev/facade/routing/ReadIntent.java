package dev.facade.routing;

import dev.facade.consistency.Consistency;
import dev.facade.consistency.Freshness;
import dev.facade.option.Target;

/**
 * What the router needs to know of a read.
 *
 * @param operation its name, for messages
 * @param target where the caller wants it
 * @param locking whether it locks rows
 * @param consistency how fresh it must be
 * @param freshness what that asks of a replica
 */
public record ReadIntent(
        String operation, Target target, boolean locking, Consistency consistency, Freshness freshness) {

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
