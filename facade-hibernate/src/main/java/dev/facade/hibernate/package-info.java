/** Builds the facade with Hibernate ORM and HikariCP. */
@NullMarked
package dev.facade.hibernate;

import org.jspecify.annotations.NullMarked;
