/** The exceptions of the facade: unchecked, named by cause, with advice at the end. */
@NullMarked
package dev.facade.error;

import org.jspecify.annotations.NullMarked;
