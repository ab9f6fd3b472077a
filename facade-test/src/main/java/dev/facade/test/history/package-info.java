/**
 * True if sessions ever see the past: a {@link dev.facade.test.history.Workload} records what many sessions read and
 * wrote while the nodes of a cluster suffer {@linkplain dev.facade.test.history.Fault faults}, and a
 * {@link dev.facade.test.history.History} is checked afterwards.
 */
@NullMarked
package dev.facade.test.history;

import org.jspecify.annotations.NullMarked;
