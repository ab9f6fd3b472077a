/** The demo: a replicated PostgreSQL, read and written through the facade, with every claim checked. */
@NullMarked
package dev.facade.examples;

import org.jspecify.annotations.NullMarked;
