/**
 * How entities, rows and changesets are written.
 *
 * <p>Not exported: it may change without notice.
 */
@NullMarked
package dev.facade.engine.write;

import org.jspecify.annotations.NullMarked;
