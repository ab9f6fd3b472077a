package dev.facade.event;

import dev.facade.cluster.Cluster;

/** A defect for {@code HouseTest} to find: an arrow from floor 0 to floor 1, which also closes a cycle. */
record PlantedUpwardArrow(Cluster cluster) {}
