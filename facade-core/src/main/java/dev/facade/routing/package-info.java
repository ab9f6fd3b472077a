/** Where a read goes: the router and the algorithms. */
@NullMarked
package dev.facade.routing;

import org.jspecify.annotations.NullMarked;
