/** The events: routes, reasons, attempts, and the listener that is told. */
@NullMarked
package dev.facade.event;

import org.jspecify.annotations.NullMarked;
