/**
 * For tests: a real replicated PostgreSQL ({@link dev.facade.test.PostgresCluster}) or MariaDB ({@link
 * dev.facade.test.MariaDbCluster}), a link that can be cut ({@link
 * dev.facade.test.Relay}), and H2 databases that know their names ({@link dev.facade.test.H2Node}).
 */
@NullMarked
package dev.facade.test;

import org.jspecify.annotations.NullMarked;
