package dev.facade.routing;

/** A defect for {@code HouseTest} to find: routing that goes by a clock that may jump. */
record PlantedClockReader() {

    long now() {
        return System.currentTimeMillis();
    }
}
