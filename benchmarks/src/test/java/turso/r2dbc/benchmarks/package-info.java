/** Benchmarks run, and find what they should; how fast they are is not tested. */
@NullMarked
package turso.r2dbc.benchmarks;

import org.jspecify.annotations.NullMarked;
