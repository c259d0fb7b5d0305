/**
 * The embedded engine behind the seam: it opens databases, gives each connection a serial executor on the worker
 * threads, and has statements run by sqlite-jdbc, below JDBC.
 *
 * <p>Knows the seam and sqlite-jdbc, which no other package may use; nothing of R2DBC.
 */
@NullMarked
package turso.r2dbc.sqlite;

import org.jspecify.annotations.NullMarked;
