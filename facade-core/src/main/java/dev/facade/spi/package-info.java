/**
 * The places where something is plugged in: the provider of JPA, the host of transactions, the probe of a database, recipes of nodes.
 */
@NullMarked
package dev.facade.spi;

import org.jspecify.annotations.NullMarked;
