/**
 * How far each node is.
 *
 * <p>Not exported: it may change without notice.
 */
@NullMarked
package dev.facade.engine.position;

import org.jspecify.annotations.NullMarked;
