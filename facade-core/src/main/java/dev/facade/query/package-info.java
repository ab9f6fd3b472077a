/** The queries: entities, JPQL, criteria. */
@NullMarked
package dev.facade.query;

import org.jspecify.annotations.NullMarked;
