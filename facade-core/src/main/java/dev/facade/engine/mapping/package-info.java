/**
 * What the provider knows of an entity, and which tables an operation touches.
 *
 * <p>Not exported: it may change without notice.
 */
@NullMarked
package dev.facade.engine.mapping;

import org.jspecify.annotations.NullMarked;
