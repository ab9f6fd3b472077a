/**
 * The conformance suite: what Ecto's own integration tests assert, as JUnit 5 contracts over the tables of those tests.
 * Whoever brings another provider or database extends {@link dev.facade.test.conformance.ConformanceDatabase} and nests
 * one class for each contract:
 *
 * <pre>{@code
 * class MyDatabaseConformanceIT {
 *     @RegisterExtension
 *     static final ConformanceDatabase DATABASE = new MyDatabase();
 *
 *     @Nested
 *     class RepoReads extends RepoReadsContract {}
 * }
 * }</pre>
 *
 * <p>Each method is named after the case it proves. A case that provider or database cannot do asserts the refusal
 * instead, see {@link dev.facade.test.conformance.Capability}. Needs JUnit Jupiter and AssertJ.
 */
@NullUnmarked
package dev.facade.test.conformance;

import org.jspecify.annotations.NullUnmarked;
