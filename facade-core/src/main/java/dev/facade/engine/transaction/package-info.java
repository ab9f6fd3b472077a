/**
 * What begin and commit mean, in a transaction of the facade and in a host's; and what sessions learn from it.
 *
 * <p>Not exported: it may change without notice.
 */
@NullMarked
package dev.facade.engine.transaction;

import org.jspecify.annotations.NullMarked;
