package dev.facade.engine.position;

import dev.facade.spi.ReplicationProbe;
import org.jspecify.annotations.Nullable;

/**
 * The sources from which the facade knows how far the nodes are. Immutable.
 *
 * @param monitor samples the nodes
 * @param probe asks a connection, or null if the database has no positions
 */
public record Positions(Monitor monitor, @Nullable ReplicationProbe probe) {}
