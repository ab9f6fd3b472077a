/**
 * The provider's knowledge of an entity, and the tables that an operation touches.
 *
 * <p>Not exported: it may change without notice.
 */
@NullMarked
package dev.facade.engine.mapping;

import org.jspecify.annotations.NullMarked;
