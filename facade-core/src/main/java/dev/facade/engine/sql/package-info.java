/**
 * How SQL of the caller is run.
 *
 * <p>Not exported: it may change without notice.
 */
@NullMarked
package dev.facade.engine.sql;

import org.jspecify.annotations.NullMarked;
