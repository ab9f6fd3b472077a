/**
 * An entity class as reflection sees it.
 *
 * <p>Not exported: it may change without notice.
 */
@NullMarked
package dev.facade.engine.entity;

import org.jspecify.annotations.NullMarked;
