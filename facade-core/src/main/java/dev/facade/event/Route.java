package dev.facade.event;

/**
 * The node to which an operation went, and the reason.
 *
 * <pre>{@code
 * repo.all(Post.class, Receipt.to(receipt -> {
 *     Route route = receipt.route();
 *     System.out.println(route.node() + ", since " + route.reason());
 * }));
 * }</pre>
 *
 * @param node the node's name
 * @param role what the node is
 * @param reason why it was this one
 */
public record Route(String node, Role role, Reason reason) {}
