package dev.facade.event;

/**
 * Where an operation went, and why.
 *
 * @param node the node's name
 * @param role what the node is
 * @param reason why it was this one
 */
public record Route(String node, Role role, Reason reason) {}
