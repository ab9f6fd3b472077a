/** How fresh a replica must be for a reader, and how that is known. */
@NullMarked
package dev.facade.consistency;

import org.jspecify.annotations.NullMarked;
