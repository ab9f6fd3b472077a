/** The nodes, and the snapshot of who is there. */
@NullMarked
package dev.facade.cluster;

import org.jspecify.annotations.NullMarked;
