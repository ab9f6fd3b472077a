/** Typed options of operations. */
@NullMarked
package dev.facade.option;

import org.jspecify.annotations.NullMarked;
