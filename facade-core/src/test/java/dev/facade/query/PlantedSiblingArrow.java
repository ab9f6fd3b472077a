package dev.facade.query;

import dev.facade.engine.journey.ReadIntent;

/** A defect for {@code HouseTest} to find: an arrow between siblings of floor 3. */
record PlantedSiblingArrow(ReadIntent intent) {}
