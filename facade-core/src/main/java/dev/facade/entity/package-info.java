/** What the facade sees of an entity class by itself, without a factory. Not exported. */
@NullMarked
package dev.facade.entity;

import org.jspecify.annotations.NullMarked;
