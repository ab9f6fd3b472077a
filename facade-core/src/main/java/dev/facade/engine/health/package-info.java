/**
 * Which nodes are well.
 *
 * <p>Not exported: it may change without notice.
 */
@NullMarked
package dev.facade.engine.health;

import org.jspecify.annotations.NullMarked;
