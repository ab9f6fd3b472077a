/** The front door: {@link dev.facade.FacadeRepository} and {@link dev.facade.EntityRepository}. */
@NullMarked
package dev.facade;

import org.jspecify.annotations.NullMarked;
