/**
 * An EntityManager on one node: whether its connection lives, whether it is fresh, and who gives it back.
 *
 * <p>Not exported: it may change without notice.
 */
@NullMarked
package dev.facade.engine.lease;

import org.jspecify.annotations.NullMarked;
