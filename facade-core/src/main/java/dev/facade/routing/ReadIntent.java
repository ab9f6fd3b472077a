package dev.facade.routing;

import dev.facade.option.Target;

/**
 * What the router needs to know of a read.
 *
 * @param operation its name, for messages
 * @param target where the caller wants it
 * @param locking whether it locks rows
 */
public record ReadIntent(String operation, Target target, boolean locking) {}
