/** JMH benchmarks of the driver and of its peers. */
@NullMarked
package turso.r2dbc.benchmarks;

import org.jspecify.annotations.NullMarked;
