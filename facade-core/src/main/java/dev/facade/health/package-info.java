/** The outcome of attempts: classes of failure, ejection and return. */
@NullMarked
package dev.facade.health;

import org.jspecify.annotations.NullMarked;
