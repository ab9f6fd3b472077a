/** The outcome of attempts: classes of failure, quarantine and return. */
@NullMarked
package dev.facade.health;

import org.jspecify.annotations.NullMarked;
