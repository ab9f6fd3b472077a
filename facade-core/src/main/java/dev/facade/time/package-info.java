/** Time as a parameter. */
@NullMarked
package dev.facade.time;

import org.jspecify.annotations.NullMarked;
