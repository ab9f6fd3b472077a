/** Changes that are checked before they are written: changesets, their errors, and what became of them. */
@NullMarked
package dev.facade.changeset;

import org.jspecify.annotations.NullMarked;
