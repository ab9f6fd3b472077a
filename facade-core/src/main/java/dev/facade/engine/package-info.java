/**
 * The engine: it puts the parts together, and runs reads and writes.
 *
 * <p>Not exported: it may change without notice.
 */
@NullMarked
package dev.facade.engine;

import org.jspecify.annotations.NullMarked;
