/**
 * The nodes as they are now, and the parts that they are made of.
 *
 * <p>Not exported: it may change without notice.
 */
@NullMarked
package dev.facade.engine.member;

import org.jspecify.annotations.NullMarked;
