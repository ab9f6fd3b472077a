/**
 * How associations are loaded.
 *
 * <p>Not exported: it may change without notice.
 */
@NullMarked
package dev.facade.engine.preload;

import org.jspecify.annotations.NullMarked;
