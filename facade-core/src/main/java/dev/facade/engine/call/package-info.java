/**
 * The wishes of one call, and its reports.
 *
 * <p>Not exported: it may change without notice.
 */
@NullMarked
package dev.facade.engine.call;

import org.jspecify.annotations.NullMarked;
