/** Processes that are killed while they write, and processes that write one file together. */
@NullMarked
package turso.r2dbc.crash;

import org.jspecify.annotations.NullMarked;
