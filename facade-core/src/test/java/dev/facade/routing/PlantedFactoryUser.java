package dev.facade.routing;

import jakarta.persistence.EntityManagerFactory;

/** A defect for {@code HouseTest} to find: routing that knows what it routes. */
record PlantedFactoryUser(EntityManagerFactory factory) {}
