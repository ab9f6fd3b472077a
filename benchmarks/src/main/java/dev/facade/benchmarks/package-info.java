/** What the facade costs, measured with JMH. */
@NullMarked
package dev.facade.benchmarks;

import org.jspecify.annotations.NullMarked;
