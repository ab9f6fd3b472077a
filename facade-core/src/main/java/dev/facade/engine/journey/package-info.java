/**
 * The way of a read: where it goes, and where next if that fails.
 *
 * <p>Not exported: it may change without notice.
 */
@NullMarked
package dev.facade.engine.journey;

import org.jspecify.annotations.NullMarked;
