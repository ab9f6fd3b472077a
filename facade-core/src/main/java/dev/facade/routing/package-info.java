/** The algorithms: which replica a read goes to. */
@NullMarked
package dev.facade.routing;

import org.jspecify.annotations.NullMarked;
