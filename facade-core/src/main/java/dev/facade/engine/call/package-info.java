/**
 * What one call has asked for, and what it tells.
 *
 * <p>Not exported: it may change without notice.
 */
@NullMarked
package dev.facade.engine.call;

import org.jspecify.annotations.NullMarked;
