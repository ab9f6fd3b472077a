/** What the facade throws: unchecked, named by cause, with what to do at the end. */
@NullMarked
package dev.facade.error;

import org.jspecify.annotations.NullMarked;
