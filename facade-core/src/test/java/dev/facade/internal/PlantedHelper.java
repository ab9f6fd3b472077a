package dev.facade.internal;

import ch.qos.logback.classic.Level;

/** Three defects for {@code HouseTest} to find: the package, the name and the dependency. */
record PlantedHelper(Level level) {}
