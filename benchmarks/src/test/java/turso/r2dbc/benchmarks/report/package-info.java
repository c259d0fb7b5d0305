/** Tables and charts say what was measured. */
@NullMarked
package turso.r2dbc.benchmarks.report;

import org.jspecify.annotations.NullMarked;
