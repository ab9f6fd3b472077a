package dev.facade.event;

/**
 * One failed attempt on the way to a result.
 *
 * @param node the node that was tried
 * @param failure the class of its failure
 * @param error what was thrown
 */
public record Attempt(String node, FailureClass failure, Throwable error) {}
