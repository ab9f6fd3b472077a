/** The costs of the facade, measured with JMH. */
@NullMarked
package dev.facade.benchmarks;

import org.jspecify.annotations.NullMarked;
