/** What benchmarks found, as a table and as a chart of ratios. */
@NullMarked
package turso.r2dbc.benchmarks.report;

import org.jspecify.annotations.NullMarked;
