/** The operations in their drawers, and the workers that run them on an EntityManager. */
@NullMarked
package dev.facade.operation;

import org.jspecify.annotations.NullMarked;
