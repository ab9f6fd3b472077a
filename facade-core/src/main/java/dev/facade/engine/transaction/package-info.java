/**
 * The meaning of begin and commit, in a transaction of the facade and in a host's; and the news that sessions get from
 * it.
 *
 * <p>Not exported: it may change without notice.
 */
@NullMarked
package dev.facade.engine.transaction;

import org.jspecify.annotations.NullMarked;
