/**
 * Who the nodes are now, and what they are made of.
 *
 * <p>Not exported: it may change without notice.
 */
@NullMarked
package dev.facade.engine.member;

import org.jspecify.annotations.NullMarked;
